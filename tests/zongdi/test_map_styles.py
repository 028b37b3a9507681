"""Styles inside the GeoPackage: one per theme, the classes and colours of the map, and well-formed."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest

from maps import read_view
from maps.versions import themes_and_versions
from zongdi.map_styles import STYLE_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

SE = "{http://www.opengis.net/se}"
OGC = "{http://www.opengis.net/ogc}"


@pytest.fixture(scope="module")
def styles(small_results: Path) -> list[dict]:
    with sqlite3.connect(small_results / "parcels.gpkg") as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("SELECT * FROM layer_styles ORDER BY fid")]


def test_there_is_one_style_for_every_theme_and_one_default(
    styles: list[dict], small_results: Path
) -> None:
    themes = themes_and_versions(read_view(small_results)).themes
    assert [row["styleName"] for row in styles] == [f"{t.title.zh} {t.title.en}" for t in themes]
    assert [row["useAsDefault"] for row in styles] == [1] + [0] * (len(styles) - 1)
    assert set(styles[0]) == {"fid", *STYLE_COLUMNS}
    assert {row["f_table_name"] for row in styles} == {"parcels"}
    assert {row["f_geometry_column"] for row in styles} == {"geom"}
    assert all("辅助分析，不作为认定依据" in row["description"] for row in styles)


def test_the_documents_draw_the_classes_in_the_colours_of_the_map(
    styles: list[dict], small_results: Path
) -> None:
    themes = themes_and_versions(read_view(small_results)).themes
    parcels = gpd.read_file(small_results / "parcels.gpkg", layer="parcels")
    for row, theme in zip(styles, themes, strict=True):
        renderer = ET.fromstring(row["styleQML"]).find("renderer-v2")  # noqa: S314 -- written by the test
        assert renderer is not None
        column = renderer.get("attr", "")
        assert column == f"theme_{theme.name}"
        drawn = {
            entry.get("value"): (entry.get("label"), entry.get("symbol"))
            for entry in renderer.iter("category")
        }
        assert set(parcels[column]) == set(drawn) == {entry.code for entry in theme.classes}
        symbols = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
        for entry in theme.classes:
            label, place = drawn[entry.code]
            assert label == f"{entry.label.zh} {entry.label.en}"
            layers = list(symbols[place].iter("layer"))
            assert colour_of(layers[0]) == entry.fill
            assert len(layers) == (1 if entry.pattern == "solid" else 2)


def colour_of(layer: ET.Element) -> str:
    said = next(p.get("v", "") for p in layer.iter("prop") if p.get("k") == "color")
    red, green, blue, _ = (int(part) for part in said.split(","))
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_the_standard_document_says_the_same(styles: list[dict]) -> None:
    for row in styles:
        rules = list(ET.fromstring(row["styleSLD"]).iter(f"{SE}Rule"))  # noqa: S314 -- written by the test
        qml = ET.fromstring(row["styleQML"])  # noqa: S314 -- written by the test
        values = [entry.get("value") for entry in qml.iter("category")]
        assert [rule.findtext(f".//{OGC}Literal") for rule in rules] == values
        fills = [rule.find(f".//{SE}SvgParameter[@name='fill']") for rule in rules]
        symbols = list(qml.iter("symbol"))
        for fill, symbol in zip(fills, symbols, strict=True):
            assert fill is not None
            assert fill.text == colour_of(next(symbol.iter("layer")))


def test_the_table_is_registered_so_that_programs_find_it(small_results: Path) -> None:
    with sqlite3.connect(small_results / "parcels.gpkg") as base:
        kinds = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert kinds == {"parcels": "features", "layer_styles": "attributes"}
