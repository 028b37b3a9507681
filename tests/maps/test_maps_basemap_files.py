"""A raster and a folder of tiles of the user's own, put into the page."""

from __future__ import annotations

import base64
import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from maps import MapInputError, MapView, render_map
from maps.basemap import Basemap, tiles
from maps.basemap_files import local_basemap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView]) -> MapView:
    return view_of(40)


def raster(path: Path, view: MapView, *, count: int = 3, dtype: str = "uint8", east: float = 0.0):
    west, _, right, north = view.parcels.total_bounds
    step = (right - west) / 40
    pixels = np.arange(count * 60 * 60).reshape(count, 60, 60) % 200
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=60,
        height=60,
        count=count,
        dtype=dtype,
        crs=view.parcels.crs,
        transform=Affine(step, 0.0, west - 10 * step + east, 0.0, -step, north + 10 * step),
    ) as target:
        target.write(pixels.astype(dtype))
    return path


def tile_of(lng: float, lat: float, level: int) -> tuple[int, int]:
    n = 2**level
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lng + 180) / 360 * n), int(y * n)


@pytest.fixture
def folder(view: MapView, tmp_path: Path) -> Path:
    """Tiles of the place at two levels."""
    west, south, east, north = view.parcels.to_crs(4326).total_bounds
    for level in (12, 15):
        x, y = tile_of((west + east) / 2, (south + north) / 2, level)
        place = tmp_path / "tiles" / str(level) / str(x)
        place.mkdir(parents=True)
        (place / f"{y}.png").write_bytes(PNG)
    return tmp_path / "tiles"


@pytest.mark.parametrize(
    ("count", "dtype"), [(3, "uint8"), (1, "uint8"), (4, "uint16"), (1, "float32")]
)
def test_a_raster_lies_under_the_parcels(
    view: MapView, tmp_path: Path, count: int, dtype: str
) -> None:
    path = raster(tmp_path / "ortho.tif", view, count=count, dtype=dtype)
    found = local_basemap(path, view.parcels, attribution="示例")
    assert found.urls[0].startswith("data:image/jpeg;base64,/9j/")
    west, south, east, north = view.parcels.to_crs(4326).total_bounds
    assert found.bounds[0] < west < east < found.bounds[2]
    assert found.bounds[1] < south < north < found.bounds[3]
    # No more than lies about the parcels.
    assert found.bounds[2] - found.bounds[0] < 1.5 * (east - west)
    assert local_basemap(path, view.parcels, attribution="示例") == found
    assert Basemap.from_record(found.record()) == found


def test_a_raster_of_elsewhere_is_refused(view: MapView, tmp_path: Path) -> None:
    path = raster(tmp_path / "far.tif", view, east=50_000.0)
    with pytest.raises(MapInputError, match="does not lie under the parcels"):
        local_basemap(path, view.parcels, attribution="示例")
    with pytest.raises(MapInputError, match="no raster and no folder"):
        local_basemap(tmp_path / "none.tif", view.parcels, attribution="示例")
    (tmp_path / "text.tif").write_text("no raster", encoding="utf-8")
    with pytest.raises(MapInputError, match="cannot be read as a raster"):
        local_basemap(tmp_path / "text.tif", view.parcels, attribution="示例")
    with pytest.raises(MapInputError, match="cannot be placed"):
        local_basemap(path, view.parcels, attribution="示例", datum="gcj02")
    bare = view.parcels.drop(columns="geometry")
    with pytest.raises(MapInputError, match="no shapes"):
        local_basemap(path, bare, attribution="示例")


def test_a_folder_gives_the_tiles_of_the_place(view: MapView, folder: Path, tmp_path: Path) -> None:
    (folder / "3" / "0").mkdir(parents=True)
    (folder / "3" / "0" / "0.png").write_bytes(PNG)  # another continent
    found = local_basemap(folder, view.parcels, attribution="示例")
    assert {key.split("/")[0] for key in found.tiles} == {"12", "15"}
    assert found.max_zoom == 15
    assert found.sources() == ("blob:",)
    assert Basemap.from_record(found.record()) == found
    (tmp_path / "empty").mkdir()
    with pytest.raises(MapInputError, match="holds no tiles"):
        local_basemap(tmp_path / "empty", view.parcels, attribution="示例")


def test_tiles_that_do_not_fit_stay_out(
    view: MapView, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.basemap_files._MOST_BYTES", len(PNG) + 1)
    found = local_basemap(folder, view.parcels, attribution="示例")
    assert {key.split("/")[0] for key in found.tiles} == {"12"}
    assert found.max_zoom == 12


@pytest.mark.browser
@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
def test_tiles_in_the_page_are_shown_without_a_request(
    view: MapView, folder: Path, open_page: Callable[..., Any], datum: Any
) -> None:
    found = local_basemap(folder, view.parcels, attribution="示例", datum=datum)
    opened = open_page(render_map(dataclasses.replace(view, basemap=found)))
    opened.until("() => document.querySelectorAll('img.leaflet-tile[src^=\"blob:\"]').length > 0")
    assert [url for url in opened.requests if url.startswith("http")] == []
    assert opened.messages == []
    assert opened.errors == []
    foot = opened.page.locator("#zd-foot").text_content()
    assert ("仅供显示" in foot) == (datum == "gcj02")


def test_an_address_and_tiles_in_the_page_are_not_mixed_up() -> None:
    given = tiles("https://tiles.example.cn/{z}/{x}/{y}.png", attribution="示例")
    assert given.sources() == ("https://tiles.example.cn",)
    with pytest.raises(MapInputError, match="needs an address"):
        dataclasses.replace(given, urls=())
