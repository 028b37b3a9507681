"""What stands on the ground beside the ledger: candidates by plain geometry, never a status."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.idle_evidence import EVIDENCE_MEASURES, analyse_evidence
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
X, Y = 500_000, 4_060_000
DAYS = {"first_on": pd.Timestamp("2024-06-30"), "last_on": pd.Timestamp("2026-06-30")}
BUILT = {"permanence": "permanent", "state": "built"}


def land(n: int = 1) -> gpd.GeoDataFrame:
    """Return parcels of one hectare each, side by side."""
    names = [f"p{place}" for place in range(n)]
    shapes = [box(X + 100 * p, Y, X + 100 * (p + 1), Y + 100) for p in range(n)]
    return gpd.GeoDataFrame({"parcel_id": names, "zone_id": "z"}, geometry=shapes, crs="EPSG:4548")


def outlines(*parts: tuple[float, float, dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return strips over the parcels, each from a place to a place along them."""
    rows = [facts for _, _, facts in parts]
    shapes = [box(X + first, Y, X + last, Y + 100) for first, last, _ in parts]
    columns = {name: [row.get(name) for row in rows] for name in ("permanence", "state", "kind")}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4548")


def said(*readings: str | None) -> pd.DataFrame:
    ids = [f"p{place}" for place in range(len(readings))]
    return pd.DataFrame({"parcel_id": ids, "started_reading": pd.array(readings, dtype="string")})


def found(reading: str, *parts: tuple[float, float, dict[str, Any]]) -> pd.Series:
    result = analyse_evidence(land(), said(reading), POLICY, AS_OF, buildings=outlines(*parts))
    assert len(result.findings) == 1
    row: pd.Series = result.findings.iloc[0]
    return row


@pytest.mark.parametrize(
    ("reading", "parts", "rule", "verdict", "measured"),
    [
        ("yes", [(0, 1, BUILT)], "idle.evidence_nothing_stands", "yes", 0.01),
        ("yes", [(0, 50, BUILT)], "idle.evidence_nothing_stands", "no", 0.5),
        # A site hut is not development; works under way are something that stands.
        ("yes", [(0, 50, {"permanence": "temporary"})], "idle.evidence_nothing_stands", "yes", 0.0),
        (
            "yes",
            [(0, 50, BUILT | {"state": "demolished"})],
            "idle.evidence_nothing_stands",
            "yes",
            0.0,
        ),
        (
            *("yes", [(0, 50, BUILT | {"state": "under_construction"})]),
            *("idle.evidence_nothing_stands", "no", 0.5),
        ),
        ("no", [(0, 60, BUILT)], "idle.evidence_not_started", "yes", 0.6),
        ("no", [(0, 1, BUILT)], "idle.evidence_not_started", "no", 0.01),
        ("no", [(0, 60, {"permanence": "temporary"})], "idle.evidence_not_started", "no", 0.0),
        ("unknown", [(0, 60, BUILT)], "idle.evidence_silent", "yes", 0.6),
        ("unknown", [(0, 59, BUILT)], "idle.evidence_silent", "no", 0.59),
        # Unfinished works are no developed ground; overlapping outlines count once.
        (
            *("unknown", [(0, 60, BUILT | {"state": "under_construction"})]),
            *("idle.evidence_silent", "no", 0.0),
        ),
        (
            *("unknown", [(0, 40, BUILT), (20, 70, BUILT | {"kind": "yard"})]),
            *("idle.evidence_silent", "yes", 0.7),
        ),
    ],
)
def test_what_stands_against_what_the_ledger_says(
    reading: str, parts: list, rule: str, verdict: str, measured: float
) -> None:
    row = found(reading, *parts)
    assert (row["rule"], row["verdict"]) == (rule, verdict)
    assert row["measured"] == pytest.approx(measured)
    assert row["attention"] == (verdict == "yes")
    assert (row["confidence"], row["area_basis"], row["missing"]) == ("MM", "measured", "")
    assert ("不作认定依据" in row["note_zh"]) == (verdict == "yes")
    assert ("no finding" in row["note_en"]) == (verdict == "yes")


def test_outlines_of_unknown_permanence_count_and_the_finding_says_so() -> None:
    row = found("unknown", (0, 70, {"state": "built"}))
    assert (row["verdict"], row["missing"]) == ("yes", "permanence")
    assert "缺：永久或临时" in row["note_zh"]
    assert "Missing: permanence" in row["note_en"]


def test_a_parcel_takes_the_readings_of_all_its_rows() -> None:
    rows = pd.DataFrame(
        {
            "parcel_id": ["p0", "p0", "p1", "p1", "p2", "p3"],
            "started_reading": ["no", "yes", "no", "unknown", "no", "no"],
            "idle_status": [*["suspected_1y"] * 5, "not_supplied"],
        }
    )
    result = analyse_evidence(land(5), rows, POLICY, AS_OF, buildings=outlines((0, 500, BUILT)))
    rules = dict(zip(result.findings["parcel_id"], result.findings["rule"], strict=True))
    assert rules == {
        "p0": "idle.evidence_nothing_stands",
        "p1": "idle.evidence_silent",
        "p2": "idle.evidence_not_started",
    }
    assert result.measures["evidence_developed_share"].tolist() == [1.0] * 5


def test_without_a_geometry_it_is_unknown() -> None:
    parcels = land(2)
    parcels.loc[1, "geometry"] = None
    result = analyse_evidence(
        parcels, said("no", "no"), POLICY, AS_OF, buildings=outlines((0, 1, BUILT))
    )
    rows = result.findings.set_index("parcel_id")
    assert rows.loc["p1", ["verdict", "missing"]].tolist() == ["unknown", "geometry"]
    assert result.measures["evidence_developed_share"].isna().tolist() == [False, True]


def test_without_buildings_and_rasters_nothing_is_said() -> None:
    result = analyse_evidence(land(), said("no"), POLICY, AS_OF)
    assert result.findings.empty
    assert list(result.measures) == list(EVIDENCE_MEASURES)
    assert result.measures.isna().all(axis=None)


@pytest.mark.parametrize(
    ("name", "change", "verdict", "measure"),
    [
        ("ndvi", -0.2, "yes", "evidence_ndvi_change"),
        ("ndvi", 0.5, "no", "evidence_ndvi_change"),
        ("surface", 2.5, "yes", "evidence_surface_change_m"),
        ("surface", -9.0, "no", "evidence_surface_change_m"),
        ("surface", np.nan, "unknown", "evidence_surface_change_m"),
    ],
)
def test_the_change_between_two_dates(name: str, change: float, verdict: str, measure: str) -> None:
    series = {name: pd.DataFrame({"change": [change], **DAYS})}
    result = analyse_evidence(land(), said("no"), POLICY, AS_OF, changes=series)
    (row,) = result.findings.itertuples()
    assert (row.rule, row.verdict) == ("idle.evidence_change", verdict)
    assert row.missing == (name if verdict == "unknown" else "")
    assert "2024年6月30日" in row.note_zh or verdict == "unknown"
    assert result.measures[measure].tolist() == pytest.approx([change], nan_ok=True)
    # A parcel that the ledger calls started is asked nothing.
    assert analyse_evidence(land(), said("yes"), POLICY, AS_OF, changes=series).findings.empty


def test_the_order_of_rows_changes_nothing() -> None:
    parcels, rows = land(4), said("yes", "no", None, "unknown")
    stand = outlines((0, 1, BUILT), (100, 160, BUILT), (210, 290, BUILT), (300, 310, BUILT))
    one = analyse_evidence(parcels, rows, POLICY, AS_OF, buildings=stand)
    other = analyse_evidence(
        parcels, rows.iloc[::-1], POLICY, AS_OF, buildings=stand.iloc[[2, 0, 3, 1]]
    )
    pd.testing.assert_frame_equal(one.findings, other.findings)
    pd.testing.assert_frame_equal(one.measures, other.measures)
