"""Editions for others hold nothing that they may not show: searched for, value by value."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analyses.results import PLAN, PROBLEMS
from layers.columns import empty_frame
from maps import MapInputError, MapView, for_audience, render_map
from maps.audience import PARTNER
from maps.public_edition import PUBLIC
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

#: Two parcels are found idle: one by the holder, one by the government.
FOUND = ("LK-003", "LK-007")


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView]) -> MapView:
    """A view in which every text and amount can be told apart, and found again."""
    view = view_of(40)
    parcels = view.parcels.copy()
    n = len(parcels)
    ids = parcels["parcel_id"]
    parcels["holder"] = pd.Series([f"HOLDER{k:04d}Q" for k in range(n)], dtype="string")
    parcels["idle_found"] = pd.Series(ids.isin(FOUND), dtype="boolean")
    parcels["fee_order53_wan"] = 7_000_000.0 + np.arange(n)
    parcels["tax_wan"] = 8_000_000.0 + np.arange(n)
    parcels["remark"] = pd.Series([f"REMARK{k}Q" for k in range(n)], dtype="string")
    contracts = pd.DataFrame(
        {
            "parcel_id": ids,
            "contract_no": pd.Series([f"CONTRACT{k}Q" for k in range(n)], dtype="string"),
            "holder": parcels["holder"],
            "land_price_wan": 9_000_000.0 + np.arange(n),
            "idle_status": np.where(ids == FOUND[1], "gov_cause", "suspected_2y"),
            "idle_from": pd.Series(pd.Timestamp("2024-02-01"), index=range(n)).astype(
                "datetime64[s]"
            ),
            "idle_days": pd.Series(881, index=range(n), dtype="Int64"),
            "cause_kind": np.where(ids == FOUND[1], "force_majeure,gov_plan", "holder"),
            "idle_found": parcels["idle_found"],
            "cause_evidence": pd.Series([f"EVIDENCE{k}Q" for k in range(n)], dtype="string"),
        }
    )
    findings = view.findings.copy()
    findings["note_zh"] = [f"NOTE{k}Q" for k in range(len(findings))]
    advice = view.recommendations.copy()
    advice["why_zh"] = [f"WHY{k}Q" for k in range(len(advice))]
    advice["amount_wan"] = 6_000_000.0 + np.arange(len(advice))
    problems = empty_frame(PROBLEMS, pd.RangeIndex(1))
    problems["id"], problems["what"] = "LK-001", "PROBLEM1Q"
    plan = empty_frame(PLAN, pd.RangeIndex(1))
    plan["parcel_id"], plan["why_zh"], plan["quarter"] = "LK-001", "PLANWHYQ", "2026Q4"
    return dataclasses.replace(
        view,
        parcels=parcels,
        contracts=contracts,
        findings=findings,
        recommendations=advice,
        problems=problems,
        plan=plan,
        notices=(Text("NOTICEQ", "NOTICEQ"),),
    )


def test_the_internal_edition_holds_it_all(
    view: MapView, unpack_page: Callable[[str], tuple[str, set[float], Any]]
) -> None:
    """The search must be able to find what the others must not hold."""
    text, numbers, _ = unpack_page(render_map(for_audience(view, "internal")))
    for word in (
        "HOLDER0030Q",
        "CONTRACT5Q",
        "EVIDENCE9Q",
        "NOTE4Q",
        "WHY2Q",
        "REMARK3Q",
        "NOTICEQ",
    ):
        assert word in text
    assert {7_000_001.0, 8_000_001.0, 9_000_001.0, 6_000_001.0} <= numbers
    assert "LK-011" in text
    assert "内部资料" in text


def test_the_public_edition_leaks_nothing(
    view: MapView, unpack_page: Callable[[str], tuple[str, set[float], Any]]
) -> None:
    edition = for_audience(view, "public")
    text, numbers, headers = unpack_page(render_map(edition))
    found = view.parcels["parcel_id"].isin(FOUND)
    for holder in view.parcels.loc[found, "holder"]:
        assert holder in text
    for name in ("parcel_id", "holder"):
        for value in view.parcels.loc[~found, name]:
            assert value not in text, value
    for word in (
        "CONTRACT",
        "EVIDENCE",
        "NOTE",
        "WHY",
        "REMARK",
        "PROBLEM1Q",
        "PLANWHYQ",
        "NOTICEQ",
    ):
        assert word not in text, word
    for word in ("涉嫌", "suspected", "内部资料", "调查核实", "临空综合保税区（示例）"):
        assert word not in text, word
    assert not [number for number in numbers if number >= 5_218_346.0]
    columns = [column["name"] for column in headers["parcels"]["table"]["columns"]]
    assert columns == list(PUBLIC["parcels"])
    assert [len(headers["records"][name]["columns"]) for name in ("findings", "contracts")] == [
        0,
        0,
    ]
    assert headers["page"]["zones"]["columns"] == []
    assert headers["page"]["removed"]


def test_the_public_edition_publishes_period_and_the_causes_of_government(view: MapView) -> None:
    parcels = for_audience(view, "public").parcels.set_index("parcel_id")
    assert sorted(parcels.index) == sorted(FOUND)
    assert parcels["found_days"].tolist() == [881, 881]
    assert parcels["cause"].to_dict() == {FOUND[0]: "not_published", FOUND[1]: "gov_plan"}


def test_without_a_finding_the_public_edition_is_ground_alone(view: MapView) -> None:
    parcels = view.parcels.assign(idle_found=pd.array([None] * len(view.parcels), dtype="boolean"))
    edition = for_audience(dataclasses.replace(view, parcels=parcels), "public")
    assert len(edition.parcels) == 0
    assert render_map(edition)


@pytest.mark.parametrize("grid", [None, 25.0, 0.0])
def test_public_positions_are_rounded(view: MapView, grid: float | None) -> None:
    edition = for_audience(dataclasses.replace(view, precision_m=grid), "public")
    for frame in (edition.parcels, *edition.context.values()):
        steps = shapely.get_coordinates(frame.geometry.to_numpy()) / (grid or 10.0)
        assert (np.abs(steps - np.rint(steps)).max() < 1e-6) == (grid != 0.0)


def test_a_parcel_smaller_than_the_grid_is_a_cell_of_it(view: MapView) -> None:
    shapes = view.parcels.geometry.to_numpy().copy()
    at = int(np.flatnonzero(view.parcels["parcel_id"] == FOUND[0])[0])
    shapes[at] = shapes[at].centroid.buffer(0.4)
    small = view.parcels.set_geometry(gpd.GeoSeries(shapes, crs=view.parcels.crs))
    edition = for_audience(dataclasses.replace(view, parcels=small), "public")
    areas = edition.parcels.set_index("parcel_id").area
    assert areas[FOUND[0]] == pytest.approx(100.0)


def test_ground_shows_no_boundary_between_withheld_parcels(view: MapView) -> None:
    ground = for_audience(dataclasses.replace(view, precision_m=0.0), "public").context["ground"]
    plots = (view.parcels["land_use"] != "road") & ~view.parcels["parcel_id"].isin(FOUND)
    assert list(ground.columns) == ["geometry"]
    assert len(ground) < plots.sum()


def test_a_public_edition_without_a_number_is_stamped(view: MapView) -> None:
    assert for_audience(view, "public").stamp == Text(
        "未经审核，不得公开", "Not reviewed: not to be made public"
    )
    numbered = dataclasses.replace(view, review_number="鲁S(2026)001号")
    assert for_audience(numbered, "public").stamp is None
    assert for_audience(view, "partner").stamp is None


def test_the_partner_edition_leaks_nothing(
    view: MapView, unpack_page: Callable[[str], tuple[str, set[float], Any]]
) -> None:
    text, numbers, headers = unpack_page(render_map(for_audience(view, "partner")))
    for word in (
        "HOLDER",
        "CONTRACT",
        "EVIDENCE",
        "NOTE1",
        "WHY",
        "REMARK",
        "PROBLEM1Q",
        "PLANWHYQ",
    ):
        assert word not in text, word
    for code in ("suspected_2y", "suspected_1y", "gov_cause", "to_check", "investigate", "urge"):
        assert code not in text, code
    assert "art2_para1_one_year" not in text
    assert not [number for number in numbers if number >= 6_000_000.0]
    assert 331_245.0 not in numbers  # the suspected area of the zone
    assert "LK-011" in text
    columns = {column["name"] for column in headers["parcels"]["table"]["columns"]}
    assert columns <= set(PARTNER["parcels"])
    assert "idle_status" not in columns
    priorities = for_audience(view, "partner").recommendations["priority"].dropna()
    assert sorted(set(priorities)) == list(range(1, priorities.nunique() + 1))


def test_a_column_added_tomorrow_stays_out(
    view: MapView, unpack_page: Callable[[str], tuple[str, set[float], Any]]
) -> None:
    for name in (
        "parcels",
        "findings",
        "recommendations",
        "zones",
        "transfers",
        "contracts",
        "plan",
    ):
        frame = getattr(view, name)
        spoiled = dataclasses.replace(view, **{name: frame.assign(added_later="SECRETQ")})
        for audience in ("partner", "public"):
            text, _, _ = unpack_page(render_map(for_audience(spoiled, audience)))
            assert "SECRETQ" not in text, (name, audience)
            assert "added_later" not in text, (name, audience)
    context = {name: frame.assign(holder="SECRETQ") for name, frame in view.context.items()}
    for audience in ("partner", "public"):
        text, _, _ = unpack_page(
            render_map(for_audience(dataclasses.replace(view, context=context), audience))
        )
        assert "SECRETQ" not in text


def test_editions_are_made_of_the_internal_one(view: MapView) -> None:
    assert for_audience(view, "internal") is view
    public = for_audience(view, "public")
    assert for_audience(public, "public") is public
    with pytest.raises(MapInputError, match="made of the internal one"):
        for_audience(public, "partner")
    with pytest.raises(MapInputError, match="no edition"):
        for_audience(view, "everyone")  # type: ignore[arg-type]


@pytest.mark.browser
def test_editions_in_the_browser(view: MapView, open_page: Callable[..., Any]) -> None:
    page = open_page(render_map(for_audience(view, "public"))).page
    assert "未经审核，不得公开" in page.inner_text(".zd-edition summary")
    assert page.text_content(".zd-stamp").strip() == "未经审核，不得公开"
    assert "辅助分析，不作为认定依据" in page.inner_text("#zd-head")
    assert "无建议" not in page.inner_text("body")
    page.click(".zd-row >> nth=0")
    page.wait_for_selector(".zd-card h2")
    card = page.inner_text(".zd-card")
    assert "闲置起始日" in card
    assert "涉嫌" not in card
    english = open_page(render_map(for_audience(view, "partner"), lang="en")).page
    assert english.evaluate("document.documentElement.lang") == "en"
    assert "Partner's edition" in english.inner_text(".zd-edition summary")
    assert "Aid to analysis" in english.inner_text("#zd-head")
    assert english.query_selector(".zd-stamp") is None
