"""A basemap of the user's own: a raster, or a folder of tiles, put into the page itself.

Of either so much is taken as lies about the parcels, and no more than a page can carry.
"""

from __future__ import annotations

import base64
import math
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from maps.basemap import Basemap, media_type
from maps.errors import MapInputError
from policies.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from maps.basemap import Datum

__all__ = ["local_basemap"]

#: Pixels of the longer side of a raster in the page, and bytes of the tiles in it.
_MOST_PIXELS = 2400
_MOST_BYTES = 8_000_000
_JPEG_QUALITY = 82
#: Beyond the parcels, of the longer side of what they cover.
_MARGIN = 0.12

_WEB_MERCATOR = "EPSG:3857"
_HALF = 20_037_508.342789244
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
#: Darker and lighter than these parts of the pixels is black and white, where a raster is no picture of bytes.
_STRETCH = (2.0, 98.0)

_Box = tuple[float, float, float, float]


def local_basemap(
    path: Path, parcels: pd.DataFrame, *, attribution: str, datum: Datum = "wgs84"
) -> Basemap:
    """Return the raster or the folder of tiles at `path`, as far as it lies about `parcels`.

    Parameters
    ----------
    path : pathlib.Path
        A raster that GDAL reads and that knows where it lies, or a folder ``z/x/y.png`` in the usual
        scheme (Web Mercator, y from the north).
    parcels : GeoDataFrame
        What is drawn over it.
    attribution : str
        Whose it is.
    datum : str
        ``gcj02`` for tiles that their provider shifts.

    Raises
    ------
    MapInputError
        It is not there, cannot be read, or does not lie under the parcels.
    """
    box = _about(parcels)
    if path.is_dir():
        return _folder(path, box, attribution=attribution, datum=datum)
    if not path.is_file():
        msg = f"There is no raster and no folder of tiles {path}: check basemap in the project."
        raise MapInputError(msg)
    if datum != "wgs84":
        msg = f"{path.name} is a raster: one in GCJ-02 cannot be placed. Give one in a known CRS."
        raise MapInputError(msg)
    return _raster(path, box, attribution=attribution)


def _about(parcels: pd.DataFrame) -> _Box:
    """Return the surroundings of the parcels in Web Mercator."""
    if not isinstance(parcels, gpd.GeoDataFrame) or parcels.geometry.isna().all():
        msg = "There are no shapes of parcels over which a basemap could lie: leave basemap out."
        raise MapInputError(msg)
    west, south, east, north = parcels.to_crs(_WEB_MERCATOR).total_bounds
    more = max(east - west, north - south) * _MARGIN
    return (west - more, south - more, east + more, north + more)


# ----------------------------------------------------------------------------------------- rasters


def _raster(path: Path, box: _Box, *, attribution: str) -> Basemap:
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                msg = (
                    f"{path.name} does not say where it lies: give a raster with a CRS, such as a "
                    "GeoTIFF, or write the CRS into it."
                )
                raise MapInputError(msg)
            with WarpedVRT(source, crs=_WEB_MERCATOR, resampling=Resampling.bilinear) as seen:
                part = _overlap(box, tuple(seen.bounds), path.name)
                step = max(
                    (part[2] - part[0]) / _MOST_PIXELS,
                    (part[3] - part[1]) / _MOST_PIXELS,
                    abs(seen.transform.a),
                )
                width = max(1, round((part[2] - part[0]) / step))
                height = max(1, round((part[3] - part[1]) / step))
                across, down = (part[2] - part[0]) / width, (part[3] - part[1]) / height
                place = Affine(across, 0.0, part[0], 0.0, -down, part[3])
            with WarpedVRT(
                source,
                crs=_WEB_MERCATOR,
                transform=place,
                width=width,
                height=height,
                resampling=Resampling.bilinear,
                add_alpha=source.nodata is None and source.count in (1, 3),
            ) as fine:
                bands = (1, 2, 3) if fine.count >= 3 else (1, 1, 1)
                pixels = np.stack([fine.read(band) for band in bands])
                valid = fine.dataset_mask() > 0
    except RasterioError as error:
        msg = f"{path.name} cannot be read as a raster ({error}): give one that GDAL opens."
        raise MapInputError(msg) from error
    raw = _jpeg(_as_bytes(pixels, valid))
    return Basemap(
        title=Text("影像底图", "raster"),
        attribution=attribution,
        urls=(f"data:image/jpeg;base64,{base64.b64encode(raw).decode('ascii')}",),
        bounds=_degrees(part),
    )


def _overlap(box: _Box, other: tuple[float, ...], name: str) -> _Box:
    west, south = max(box[0], other[0]), max(box[1], other[1])
    east, north = min(box[2], other[2]), min(box[3], other[3])
    if west >= east or south >= north:
        msg = f"{name} does not lie under the parcels: give the raster of this place."
        raise MapInputError(msg)
    return (west, south, east, north)


def _as_bytes(pixels: NDArray[np.generic], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a picture of bytes; where the raster says nothing it is white."""
    if pixels.dtype == np.uint8:
        out = pixels.astype(np.uint8)
    else:
        out = np.empty(pixels.shape, dtype=np.uint8)
        for band, values in enumerate(pixels.astype(np.float64)):
            known = values[valid & np.isfinite(values)]
            low, high = np.percentile(known, _STRETCH) if known.size else (0.0, 1.0)
            scaled = (values - low) / max(high - low, 1e-12) * 255
            out[band] = np.clip(np.nan_to_num(scaled), 0, 255).astype(np.uint8)
    return np.where(valid, out, np.uint8(255))


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    with warnings.catch_warnings(), MemoryFile() as memory:
        # The picture itself lies nowhere: its bounds are told beside it.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(
            driver="JPEG",
            width=pixels.shape[2],
            height=pixels.shape[1],
            count=3,
            dtype="uint8",
            photometric="YCBCR",
            QUALITY=_JPEG_QUALITY,
        ) as target:
            target.write(pixels)
        return bytes(memory.read())


def _degrees(box: _Box) -> _Box:
    def lng(x: float) -> float:
        return x / _HALF * 180

    def lat(y: float) -> float:
        return math.degrees(2 * math.atan(math.exp(y / _HALF * math.pi)) - math.pi / 2)

    return (lng(box[0]), lat(box[1]), lng(box[2]), lat(box[3]))


# ------------------------------------------------------------------------------------------- tiles


def _folder(path: Path, box: _Box, *, attribution: str, datum: Datum) -> Basemap:
    """Take the tiles about the parcels, level by level from far to near, while they fit."""
    levels = sorted(int(entry.name) for entry in path.iterdir() if entry.name.isdigit())
    kept: dict[str, bytes] = {}
    last = None
    for level in levels:
        found = _level(path, level, box)
        if not found:
            continue
        if sum(map(len, kept.values())) + sum(map(len, found.values())) > _MOST_BYTES:
            break
        kept.update(found)
        last = level
    if last is None:
        msg = (
            f"{path} holds no tiles z/x/y.png (or .jpg) of the place of the parcels that fit into a page "
            f"({_MOST_BYTES:,} bytes at most): give the folder above the levels, or put it beside the map "
            "and write basemap = 'tiles/{z}/{x}/{y}.png'."
        )
        raise MapInputError(msg)
    return Basemap(
        title=Text("底图瓦片", "map tiles"),
        attribution=attribution,
        urls=(),
        max_zoom=last,
        datum=datum,
        tiles={
            key: f"data:{media_type(raw, path.name)};base64,{base64.b64encode(raw).decode('ascii')}"
            for key, raw in sorted(kept.items())
        },
    )


def _level(path: Path, level: int, box: _Box) -> dict[str, bytes]:
    size = 2 * _HALF / 2**level
    # GCJ-02 lies half a kilometre off: one tile more on every side is enough at any level of use.
    columns = range(
        math.floor((box[0] + _HALF) / size) - 1, math.floor((box[2] + _HALF) / size) + 2
    )
    rows = range(math.floor((_HALF - box[3]) / size) - 1, math.floor((_HALF - box[1]) / size) + 2)
    found: dict[str, bytes] = {}
    for x in columns:
        folder = path / str(level) / str(x)
        if not folder.is_dir():
            continue
        for y in rows:
            file = next(
                (folder / f"{y}{end}" for end in _SUFFIXES if (folder / f"{y}{end}").is_file()),
                None,
            )
            if file is not None:
                found[f"{level}/{x}/{y}"] = file.read_bytes()
    return found
