"""How much of a use may be added: against the ratios themselves, on hundreds of random plants."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analyses.mixed_use import analyse_mixed_use
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")
N = 300
#: Within the line, and beyond it, relatively.
HAIR = 1e-6


@pytest.fixture(scope="module")
def plants() -> pd.DataFrame:
    """Sites, floor areas and shares; some of them at nought, some beyond a limit already."""
    draw = np.random.default_rng(20260630)
    plants = pd.DataFrame(
        {
            "parcel_id": [f"p{place:03}" for place in range(N)],
            "site": draw.uniform(1_000.0, 200_000.0, N),
            "main": draw.uniform(500.0, 300_000.0, N),
            "office": draw.uniform(0.0, 0.2, N) * draw.integers(0, 2, N),
            "office_land": draw.uniform(0.0, 0.09, N) * draw.integers(0, 2, N),
            "research": draw.uniform(0.0, 0.2, N) * draw.integers(0, 2, N),
            "fenced": draw.integers(0, 2, N).astype(float),
        }
    )
    return plants.assign(full=plants["main"] * (1 + plants["office"] + plants["research"]))


def _analyse(plants: pd.DataFrame, **added: pd.Series):
    parcels = pd.DataFrame(
        {
            "parcel_id": plants["parcel_id"],
            "zone_id": "z",
            "land_use": "industrial",
            "area_m2": plants["site"],
            "area_basis": "net",
            "fenced_share": plants["fenced"],
        }
    )
    main, site = plants["main"], plants["site"]
    parts = [
        ("industrial", "main", main, np.nan),
        ("office", "administrative", main * plants["office"], site * plants["office_land"]),
        ("research", "supporting", main * plants["research"], 0.0),
    ]
    if added:
        parts.append(("commercial", "proposed", added["floor"], added["land"]))
    uses = pd.concat(
        [
            pd.DataFrame(
                {
                    "parcel_id": plants["parcel_id"],
                    "use": use,
                    "role": role,
                    "floor_area_m2": floor,
                    "land_area_m2": land,
                    "held": None,
                }
            )
            for use, role, floor, land in parts
        ]
    )
    return analyse_mixed_use(parcels, JINAN, AS_OF, uses=uses)


def _verdicts(plants: pd.DataFrame, rule: str, **added: pd.Series) -> np.ndarray:
    found = _analyse(plants, **added).findings
    return found[found["rule"] == rule].sort_values("parcel_id")["verdict"].to_numpy(dtype=object)


@pytest.fixture(scope="module")
def shops(plants: pd.DataFrame) -> pd.DataFrame:
    table = _analyse(plants).tables["mixed_openings"]
    assert set(table["use"]) == {"storage", "commercial"}
    stores = table[table["use"] == "storage"]
    assert set(stores["land_bound_by"]) == set(stores["floor_bound_by"]) == {"none"}
    found = table[table["use"] == "commercial"].sort_values("parcel_id", ignore_index=True)
    assert len(found) == N
    assert set(found["land_bound_by"]) == {"mixed.supporting_land"}
    assert set(found["floor_bound_by"]) == {"mixed.supporting_floor"}
    return found


@pytest.mark.parametrize(
    ("rule", "column", "size"),
    [
        ("mixed.supporting_land", "land_room_m2", "land"),
        ("mixed.supporting_floor", "floor_room_m2", "floor"),
    ],
)
def test_up_to_the_room_the_ratio_holds_and_beyond_it_breaks(
    plants: pd.DataFrame, shops: pd.DataFrame, rule: str, column: str, size: str
) -> None:
    room = shops[column].astype("float64")
    step = plants[["site", "full"]].max(axis=1) * HAIR
    nothing = {"land": pd.Series(0.0, index=room.index), "floor": pd.Series(0.0, index=room.index)}
    before = _verdicts(plants, rule, **nothing)
    within = _verdicts(plants, rule, **(nothing | {size: (room - step).clip(lower=0.0)}))
    beyond = _verdicts(plants, rule, **(nothing | {size: room + step}))
    assert set(before) == {"yes", "no"}
    assert (within == before).all()
    assert (beyond == "yes").all()
    assert ((room == 0.0) == (before == "yes")).all()


def test_what_changes_use_within_the_room_keeps_the_total(
    plants: pd.DataFrame, shops: pd.DataFrame
) -> None:
    room = (0.15 * plants["full"] - plants["main"] * plants["office"]).clip(lower=0.0)
    assert shops["floor_converted_m2"].to_numpy() == pytest.approx(room.to_numpy(), rel=1e-9)
