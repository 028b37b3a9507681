"""Styles inside the GeoPackage: one per theme, the classes and colours of the map, and well-formed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
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
        return [dict(row) for row in base.execute("SELECT * FROM layer_styles ORDER BY id")]


def test_there_is_one_style_for_every_theme_and_one_default(
    styles: list[dict], small_results: Path
) -> None:
    themes = themes_and_versions(read_view(small_results)).themes
    assert [row["styleName"] for row in styles] == [f"{t.title.zh} {t.title.en}" for t in themes]
    assert [row["useAsDefault"] for row in styles] == [1] + [0] * (len(styles) - 1)
    assert set(styles[0]) == {"id", *STYLE_COLUMNS}
    assert {row["f_table_name"] for row in styles} == {"parcels"}
    assert {row["f_geometry_column"] for row in styles} == {"geom"}
    assert all("辅助分析，不作为认定依据" in row["description"] for row in styles)


def test_the_columns_are_those_by_which_qgis_looks_styles_up(styles: list[dict]) -> None:
    assert tuple(styles[0])[1:] == (
        *("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column"),
        *("styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui"),
        "update_time",
    )
    # In a GeoPackage catalogue and schema are empty, not null: QGIS asks for exactly that.
    assert {(row["f_table_catalog"], row["f_table_schema"]) for row in styles} == {("", "")}
    assert len({row["styleName"] for row in styles}) == len(styles)


def test_every_document_is_a_whole_style_of_qgis(styles: list[dict]) -> None:
    """Renderer, categories, symbols and their layers hang together as QGIS reads them."""
    for row in styles:
        root = ET.fromstring(row["styleQML"])  # noqa: S314 -- written by the test
        assert row["styleQML"].lstrip().startswith("<!DOCTYPE qgis")
        assert root.tag == "qgis"
        assert root.get("version", "").startswith("3.")
        renderer = root.find("renderer-v2")
        assert renderer is not None
        assert renderer.get("type") == "categorizedSymbol"
        categories = renderer.findall("categories/category")
        symbols = {one.get("name"): one for one in renderer.findall("symbols/symbol")}
        assert [one.get("symbol") for one in categories] == list(symbols)
        assert all(one.get("render") == "true" for one in categories)
        assert len({one.get("value") for one in categories}) == len(categories)
        for symbol in symbols.values():
            assert symbol.get("type") == "fill"
            parts = symbol.findall("layer")
            assert parts
            for part in parts:
                assert part.get("class") in {"SimpleFill", "LinePatternFill", "SimpleLine"}
                named = {one.get("name") for one in part.findall("Option/Option")}
                olden = {one.get("k") for one in part.findall("prop")}
                assert named == olden != set()  # 3.x reads the options, older ones the props
        transparency = root.findtext("layerOpacity")
        assert transparency is None or float(transparency) == 1.0


def test_qgis_itself_opens_the_file_as_it_looks_on_the_map(
    small_results: Path, tmp_path: Path
) -> None:
    """Where QGIS is installed: the default style is taken by itself, every style loads and draws its colours."""
    python = shutil.which("python3", path="/usr/bin")
    known = python and subprocess.run(
        [python, "-c", "import qgis.core"], capture_output=True, check=False
    )
    if not known or known.returncode:
        pytest.skip("QGIS is not installed: the style documents alone are tested")
    script = tmp_path / "look.py"
    script.write_text(LOOK, encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path)}
    for name in ("PYTHONPATH", "PYTHONHOME", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA"):
        environment.pop(name, None)
    done = subprocess.run(
        [str(python), str(script), str(small_results / "parcels.gpkg")],
        capture_output=True,
        check=True,
        env=environment,
        timeout=120,
    )
    seen = json.loads(done.stdout.decode().splitlines()[-1])
    themes = themes_and_versions(read_view(small_results)).themes
    assert seen["opened"] == f"theme_{themes[0].name}"
    for theme, drawn in zip(themes, seen["styles"], strict=True):
        assert drawn["loaded"] == [True, True]
        assert drawn["column"] == f"theme_{theme.name}"
        assert drawn["colours"] == {entry.code: entry.fill for entry in theme.classes}
        plain = {entry.fill for entry in theme.classes if entry.pattern == "solid"}
        assert plain <= set(drawn["pixels"])


LOOK = """
import json, sqlite3, sys
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

app = QgsApplication([], False)
app.initQgis()
path = sys.argv[1]
layer = QgsVectorLayer(path + "|layername=parcels", "parcels", "ogr")
opened = layer.renderer().classAttribute()
rows = sqlite3.connect(path).execute("SELECT styleQML, styleSLD FROM layer_styles ORDER BY id").fetchall()
styles = []
for number, (qml, sld) in enumerate(rows):
    name = sys.argv[0] + str(number) + ".sld"
    open(name, "w", encoding="utf-8").write(sld)
    sld_read = layer.loadSldStyle(name)[1]
    document = QDomDocument()
    document.setContent(qml)
    read = layer.importNamedStyle(document)[0]
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(240, 120))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    pixels = {image.pixelColor(x, y).name() for x in range(0, 240, 3) for y in range(0, 120, 3)}
    styles.append({
        "loaded": [bool(read), bool(sld_read)],
        "column": layer.renderer().classAttribute(),
        "colours": {one.value(): one.symbol().color().name() for one in layer.renderer().categories()},
        "pixels": sorted(pixels),
    })
print()
print(json.dumps({"opened": opened, "styles": styles}))
"""


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
