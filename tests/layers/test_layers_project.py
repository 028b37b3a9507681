"""The project file: what is read, and that every mistake is told at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from layers.project import ProjectError, load_project

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str, *files: str) -> Path:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    file = folder / "project.toml"
    file.write_text(text, encoding="utf-8")
    return file


FULL = """
name   = "示例区"
as_of  = 2026-06-30
policy = "jinan-2021"
crs    = "EPSG:4548"
area_method = "ellipsoid"
label  = "内部资料"

[layers.parcels]
path     = "data/宗地.shp"
layer    = "parcels"
encoding = "gb18030"
columns  = { parcel_id = "@row", land_use = "用途" }
units    = { area_registered_m2 = "亩", fixed_investment_wan = "元" }
values   = { land_use = { "工业用地" = "industrial", "不明" = "" }, self_held = { "甲" = true } }
constants = { land_use_scheme = "guide-2023" }

[layers.ledger]
path = "台账.xlsx"
sheet = "Sheet1"
header = 3

[rasters.ndvi]
path = "ndvi.tif"
min = 0.3

[[rasters.surface]]
path = "b.tif"
on = 2025-05-01
[[rasters.surface]]
path = "a.tif"
on = 2024-05-01
classes = [1, 2]

[far]
storey_height_m = { default = 4.0, storage = 8.5 }
[green]
target_share = 0.2
new_park = true
prevails = "raster"
[map]
agency = "某局"
"""
FILES = ("data/宗地.shp", "台账.xlsx", "ndvi.tif", "a.tif", "b.tif")


def test_a_full_project_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, FULL, *FILES)
    project = load_project(file)
    assert (project.path, project.folder) == (file, tmp_path)
    assert (project.name, project.as_of, project.policy) == (
        "示例区",
        date(2026, 6, 30),
        "jinan-2021",
    )
    assert (project.crs, project.area_method, project.label) == (
        "EPSG:4548",
        "ellipsoid",
        "内部资料",
    )
    parcels = project.layers["parcels"]
    assert parcels.path == tmp_path / "data" / "宗地.shp"
    assert (parcels.layer, parcels.encoding, parcels.sheet) == ("parcels", "gb18030", None)
    assert parcels.columns == {"parcel_id": "@row", "land_use": "用途"}
    assert parcels.units == {"area_registered_m2": "亩", "fixed_investment_wan": "元"}
    assert parcels.values["land_use"] == {"工业用地": "industrial", "不明": ""}
    assert parcels.constants == {"land_use_scheme": "guide-2023"}
    assert (project.layers["ledger"].sheet, project.layers["ledger"].header) == ("Sheet1", 3)
    assert project.rasters["ndvi"][0].min == 0.3
    assert [raster.on for raster in project.rasters["surface"]] == [
        date(2024, 5, 1),
        date(2025, 5, 1),
    ]
    assert project.rasters["surface"][0].classes == (1, 2)
    assert project.options["far"]["storey_height_m"] == {"default": 4.0, "storage": 8.5}
    assert project.options["green"] == {
        "target_share": 0.2,
        "new_park": True,
        "prevails": "raster",
    }
    assert project.options["map"] == {"agency": "某局"}


def test_a_folder_defaults_and_arguments(tmp_path: Path) -> None:
    write(tmp_path, '[layers]\nledger = "l.csv"', "l.csv")
    project = load_project(tmp_path, as_of=date(2025, 1, 1), policy="shanghai-2021")
    assert (project.as_of, project.policy) == (date(2025, 1, 1), "shanghai-2021")
    assert (project.name, project.crs, project.area_method) == (tmp_path.name, None, "plane")
    assert project.options["green"] == {}
    assert not project.rasters


def test_the_project_cannot_be_changed(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, FULL, *FILES))
    with pytest.raises(TypeError):
        project.layers["zones"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        project.name = "x"  # type: ignore[misc]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = """
as_off = 2026-06-30
policy = "jinan-2012"
crs = "EPSG:99999999"
area_method = "round"
[layers.parcel]
path = "p.shp"
[layers.parcels]
path = "missing/p.shp"
colums = {}
columns = { parcel_idd = "x", land_use = 3, zone_id = "@row" }
units = { area_net_m2 = "苹果", holder = "m2", area_contract_m2 = "万元" }
values = { land_use = { "a" = "industry" } }
constants = { far_max = 2000.0, self_held = "yes", land_use = "工业" }
encoding = "klingon"
[rasters.ndwi]
path = "x.tif"
[rasters.ndvi]
path = "no.tif"
band = 0
min = 0.5
max = 0.1
[far]
storey_height_m = { industrail = 6 }
[green]
target_share = 20
prevails = "both"
new_parc = true
"""
    with pytest.raises(ProjectError) as error:
        load_project(write(tmp_path, text))
    message = str(error.value)
    for part in (
        "unknown key as_off; did you mean as_of",
        "the review date as_of is missing",
        "EPSG:99999999",
        "area_method must be plane or ellipsoid",
        "unknown key parcel; did you mean parcels",
        "there is no file missing/p.shp",
        "unknown key colums; did you mean columns",
        "unknown key parcel_idd; did you mean parcel_id",
        "columns.land_use must be a source column, not 3",
        "@row is only for the key column parcel_id",
        "units.area_net_m2",
        "units.holder: the column has no unit",
        "units.area_contract_m2",
        "must be one of these codes, not 'industry' (industrial?)",
        "constants.far_max is outside 0.0 to 50",
        "constants.self_held must be true or false",
        "constants.land_use must be one of these codes",
        "encoding klingon is unknown",
        "unknown key ndwi; did you mean ndvi",
        "there is no file no.tif",
        "band must be a whole number from 1, not 0",
        "min is above max",
        "storey_height_m does not know industrail",
        "target_share must be a share from 0 to 1, not 20",
        "prevails must be one of polygons, raster, not 'both'",
        "unknown key new_parc; did you mean new_park",
        'there is no rule pack "jinan-2012"',
    ):
        assert part in message, part
    assert "缺少审查日期" in message
    assert "27 处错误" in message
    assert "27." in message


def test_parcels_or_a_ledger_is_needed(tmp_path: Path) -> None:
    file = write(tmp_path, 'as_of = 2026-06-30\n[layers.zones]\npath = "z.gpkg"', "z.gpkg")
    with pytest.raises(ProjectError, match=r"neither \[layers.parcels\] nor \[layers.ledger\]"):
        load_project(file)
    assert issubclass(ProjectError, ValueError)


def test_a_broken_layer_is_not_called_absent(tmp_path: Path) -> None:
    file = write(tmp_path, 'as_of = 2026-06-30\n[layers.ledger]\npath = "no.csv"')
    with pytest.raises(ProjectError) as error:
        load_project(file)
    assert "neither" not in str(error.value)


def test_syntax_errors_give_the_line(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="line 2"):
        load_project(write(tmp_path, "as_of = 2026-06-30\nname = = 3"))


def test_a_windows_path_in_double_quotes_is_explained(tmp_path: Path) -> None:
    text = 'as_of = 2026-06-30\n[layers.parcels]\npath = "data\\parcels.shp"'
    with pytest.raises(ProjectError, match="single quotes"):
        load_project(write(tmp_path, text))


def test_a_windows_path_works_everywhere(tmp_path: Path) -> None:
    text = "as_of = 2026-06-30\n[layers.ledger]\npath = 'data\\l.csv'"
    project = load_project(write(tmp_path, text, "data/l.csv"))
    assert project.layers["ledger"].path == tmp_path / "data" / "l.csv"


def test_a_byte_order_mark_is_no_mistake_and_gbk_is_named(tmp_path: Path) -> None:
    text = 'name = "区"\nas_of = 2026-06-30\n[layers.ledger]\npath = "l.csv"'
    file = write(tmp_path, text, "l.csv")
    file.write_text(text, encoding="utf-8-sig")
    assert load_project(file).name == "区"
    file.write_bytes(text.encode("gb18030"))
    with pytest.raises(ProjectError, match="UTF-8"):
        load_project(file)


@pytest.mark.parametrize("value", ['"2026-06-30"', "2026-06-30T08:00:00", "20260630"])
def test_as_of_is_a_plain_date(tmp_path: Path, value: str) -> None:
    file = write(tmp_path, f'as_of = {value}\n[layers.ledger]\npath = "l.csv"', "l.csv")
    with pytest.raises(ProjectError, match="as_of must be a date without quotes or time"):
        load_project(file)


def test_no_project_file(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no project file"):
        load_project(tmp_path)


def test_a_column_is_either_read_or_constant(tmp_path: Path) -> None:
    text = (
        'as_of = 2026-06-30\n[layers.ledger]\npath = "l.csv"\n'
        'columns = { grant = "方式" }\nconstants = { grant = "lease" }'
    )
    with pytest.raises(ProjectError, match="grant stands in both columns and constants"):
        load_project(write(tmp_path, text, "l.csv"))


def test_a_series_needs_dates(tmp_path: Path) -> None:
    text = (
        'as_of = 2026-06-30\n[layers]\nledger = "l.csv"\n'
        '[[rasters.ndvi]]\npath = "a.tif"\n[[rasters.ndvi]]\npath = "b.tif"\non = 2024-01-01'
    )
    with pytest.raises(ProjectError, match="each raster of a series needs its date"):
        load_project(write(tmp_path, text, "l.csv", "a.tif", "b.tif"))


def test_what_is_no_table_or_no_path_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="layers must be a table"):
        load_project(write(tmp_path, "as_of = 2026-06-30\nlayers = 3"))
    long = "a" * 5000
    with pytest.raises(ProjectError, match="there is no file"):
        load_project(write(tmp_path, f'as_of = 2026-06-30\nlayers.parcels = "{long}.gpkg"'))
    with pytest.raises(ProjectError, match="cannot be read"):
        load_project(tmp_path / long)


def test_a_path_that_is_no_escape_is_explained_too(tmp_path: Path) -> None:
    text = 'as_of = 2026-06-30\nlayers.parcels = "C:\\Users\\p.gpkg"'
    with pytest.raises(ProjectError, match="single quotes"):
        load_project(write(tmp_path, text))
