"""The demo's map in a real browser without a network, and every status of every analysis in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest

from analyses.results import IDLE_STATUSES
from maps import MapView, for_audience, read_view, render_map
from maps.audience import PARTNER
from maps.public_edition import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def demo_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from layers.project import load_project
    from zongdi.demo import write_demo
    from zongdi.outputs import write_results
    from zongdi.pipeline import run_project

    folder = tmp_path_factory.mktemp("demo")
    results = run_project(load_project(write_demo(folder / "project")))
    write_results(results, folder / "results")
    return folder / "results"


@pytest.mark.browser
def test_the_demo_map_opens_offline(demo_results: Path, open_page) -> None:
    opened = open_page(demo_results / "map.html")
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    ready = opened.page.evaluate("document.documentElement.dataset.ready")
    assert int(ready) == len(parcels)
    assert opened.page.evaluate("performance.getEntriesByName('zongdi-ready').length") == 1
    opened.quiet()


def test_every_status_occurs(demo_results: Path) -> None:
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert set(IDLE_STATUSES) == set(parcels["idle_status"])
    # `no` and `no_basis` belong to closed lists and to places without a clause
    verdicts = {"conflict", "not_mixed", "unknown", "undetermined", "yes"}
    assert verdicts == set(parcels["mixed_verdict"])
    over = parcels["far_plain"] > parcels["far_limit"]
    under = parcels["far_plain"] < parcels["far_floor"]
    assert over.any()
    assert under.any()
    assert parcels["far_limit"].isna().any()
    assert (parcels["floor_area_headroom_m2"] > 0).any()
    assert (parcels["green_balance_m2"] > 0).any()
    assert (parcels["green_balance_m2"] < 0).any()
    assert (parcels["green_over_cap_m2"] > 0).any()
    assert parcels["green_balance_m2"].isna().any()


def test_transfers_balance(demo_results: Path) -> None:
    transfers = pd.read_csv(demo_results / "transfers.csv", encoding="utf-8-sig")
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert transfers["area_m2"].sum() > 0
    assert parcels["green_given_m2"].sum() == pytest.approx(
        parcels["green_received_m2"].sum(), abs=1e-6
    )


def test_it_says_that_it_is_invented(demo_results: Path) -> None:
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert "虚构" in (demo_results / "run.json").read_text(encoding="utf-8")
    assert parcels["holder"].dropna().str.contains("虚构").all()


# ------------------------------------------------------------------------------ editions for others

#: Tables of a view, of which an edition shows the columns that it lists, and no others.
TABLES = ("parcels", "findings", "recommendations", "zones", "contracts", "transfers", "plan")
#: Tables that no edition for others holds.
WITHHELD_TABLES = ("deadlines", "problems", "surplus", "paragraphs")


def values_of(frame: pd.DataFrame, names: list[str]) -> tuple[set[str], set[float]]:
    """Return the texts and the numbers of some columns; dates as days since 1970, as a page has them."""
    texts: set[str] = set()
    numbers: set[float] = set()
    for name in names:
        column = frame[name].dropna()
        if pd.api.types.is_bool_dtype(column) or column.empty:
            continue
        if pd.api.types.is_datetime64_any_dtype(column):
            numbers |= {float(day) for day in column.to_numpy().astype("datetime64[D]").astype(int)}
        elif pd.api.types.is_numeric_dtype(column):
            numbers |= set(column.astype(float).round(2))
        else:
            texts |= set(column.astype(str))
    return texts, numbers


def split_values(view: MapView, allowed: dict[str, tuple[str, ...]]) -> tuple[set, set, set, set]:
    """Return texts and numbers that an edition may show, and those that it may not."""
    sets: tuple[set, set, set, set] = (set(), set(), set(), set())
    for table in (*TABLES, *WITHHELD_TABLES):
        frame = getattr(view, table)
        listed = () if table in WITHHELD_TABLES else allowed.get(table, ())
        for place, names in (
            (0, [name for name in frame if name in listed]),
            (2, [name for name in frame if name not in listed and name != "geometry"]),
        ):
            texts, numbers = values_of(frame, names)
            sets[place].update(texts)
            sets[place + 1].update(numbers)
    return sets


@pytest.mark.parametrize(("audience", "allowed"), [("partner", PARTNER), ("public", PUBLIC)])
def test_no_withheld_value_of_the_demo_is_in_the_file(
    demo_results: Path,
    audience: Any,
    allowed: dict[str, tuple[str, ...]],
    unpack_page: Callable[[str], tuple[str, set[float], Any]],
) -> None:
    view = read_view(demo_results)
    edition = for_audience(view, audience)
    text, numbers, _ = unpack_page(render_map(edition))
    shown_texts, shown_numbers, held_texts, held_numbers = split_values(view, allowed)
    # What the edition itself holds may be shown: of a published parcel, its holder and its period.
    own = split_values(edition, allowed)
    shown_texts, shown_numbers = shown_texts & own[0], shown_numbers & own[1]
    # Words of the page that stand in every edition are no data: those of one without a parcel.
    words, _, _ = unpack_page(render_map(for_audience(_emptied(view), audience)))
    # Nor are those of the rule packs: what a clause provides is public.
    words += repr((edition.removed, view.clauses, view.words))
    # Boundaries are drawn with their names; a cause of government is published (Order 53, art. 11).
    words += repr(view.context["zones"]["name"].tolist()) + ("gov_plan" * (audience == "public"))
    # A code or a number of a row is too short to be told from a part of another word.
    held = {
        value
        for value in held_texts - shown_texts
        if len(value) >= 6 and value not in words and not any(value in each for each in shown_texts)
    }
    assert len(held) > 200
    assert sorted(value for value in held if value in text) == []
    # A number that is an area of the plan as well tells nothing of the ledger.
    told = set(shown_numbers)
    if audience == "public":
        # The idle period of land found idle is published, and of no other.
        found = view.parcels.loc[view.parcels["idle_found"].fillna(value=False).astype(bool)]
        assert set(edition.parcels["parcel_id"]) == set(found["parcel_id"])
        told |= values_of(found, ["idle_from", "idle_days"])[1]
    secret = {value for value in held_numbers if value not in told and abs(value) > 400}
    assert len(secret) > 100
    assert sorted(secret & {round(value, 2) for value in numbers}) == []


def _emptied(view: MapView) -> MapView:
    import dataclasses

    return dataclasses.replace(
        view,
        **{table: getattr(view, table).iloc[:0] for table in (*TABLES, *WITHHELD_TABLES)},
        context={},
        series={},
    )


# --------------------------------------------------------------------------------- the first minute


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_a_stranger_sees_which_first_and_why_and_by_which_clause(
    demo_results: Path, open_page: Callable[..., Any], width: int, height: int
) -> None:
    advice = pd.read_csv(demo_results / "recommendations.csv", encoding="utf-8-sig")
    first = advice.sort_values("priority", kind="stable").iloc[0]
    page = open_page(demo_results / "map.html", width=width, height=height).page
    # Without a click, within the window: which, what to do, why, and by which clause.
    row = page.locator(".zd-row").first
    box = row.bounding_box()
    assert box["y"] + box["height"] <= height
    said = row.text_content()
    for part in (first["parcel_id"], first["title_zh"], first["why_zh"][:20], first["clause"][:10]):
        assert part in said
    # And where it lies: its number stands on the map.
    assert page.evaluate("zongdi.ranks.shown(zongdi.model)")
    assert page.evaluate("zongdi.model.id(zongdi.model.order[0])") == first["parcel_id"]


@pytest.mark.browser
def test_english_is_whole(demo_results: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(demo_results / "map.html").page
    # The names of documents are the office's own and stay as they were recorded.
    kept = pd.read_parquet(demo_results / "inputs.parquet")
    documents = set(kept.loc[kept["column"] == "document", "value"].dropna())
    assert documents
    page.click(".zd-language")
    for place in range(12):
        page.evaluate("(k) => zongdi.model.select(zongdi.model.order[k], 'list')", place)
        page.wait_for_selector(".zd-card h2")
        page.wait_for_timeout(60)
        advice = page.locator(".zd-card .zd-section").first.text_content()
        for name in documents:
            advice = advice.replace(f"document: {name}", "document")
        chinese = {letter for letter in advice if "\u4e00" <= letter <= "\u9fff"}
        assert not chinese, (place, advice)
