"""Whether coordinates fit the system that is stated for them, and what they look like if not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyproj

from geo.crs import DISPLAY_CRS, crs_label, same_crs, transformer
from geo.errors import GeoError
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from layers.raw import Reporter

__all__ = ["crs_beside", "looks_like", "plane_part", "settle_crs"]

Bounds = tuple[float, float, float, float]

#: China in degrees; in northings from 17 N on, so that no place at the equator is taken for one with x
#: and y exchanged; in eastings from a central meridian; in Web Mercator.
_LONGITUDES, _LATITUDES = (73.0, 136.0), (3.0, 54.0)
_NORTHINGS, _EASTINGS = (1_900_000.0, 6_100_000.0), (100_000.0, 900_000.0)
_MERCATOR_X, _MERCATOR_Y = (8_100_000.0, 15_200_000.0), (1_900_000.0, 7_200_000.0)
#: No map projection of the earth, in metres or feet and with whatever prefix, reaches further.
_ABSURD = 1e9
#: The prefixes of eastings: 3-degree zones 25 to 45 and 6-degree zones 13 to 23.
_ZONES_3, _ZONES_6 = range(25, 46), range(13, 24)
_FIRST_PREFIX = 13_000_000.0
_FIRST_3, _FIRST_6 = 4513, 4491

NO_CRS = Kind(
    "crs-missing",
    "error",
    Text(
        "没有坐标系，面积与位置都无从确定；坐标看来是{look_zh}",
        "there is no coordinate reference system, so neither place nor area is known; the "
        "coordinates look like {look_en}",
    ),
    Text(
        '请补上 .prj，或在 [layers.{layer}] 写明 crs = "{wish}"',
        'supply the .prj, or state crs = "{wish}" in [layers.{layer}]',
    ),
)
PRJ_UNREADABLE = Kind(
    "prj-unreadable",
    "warning",
    Text(".prj 的内容读不懂：{found}", "the .prj cannot be understood: {found}"),
    Text(
        "请用 GIS 重新写出 .prj，或在 [layers.{layer}] 写明 crs",
        "have a GIS write the .prj anew, or state crs in [layers.{layer}]",
    ),
)
CONTRADICTED = Kind(
    "crs-contradicted",
    "error",
    Text(
        "坐标系为 {crs}，而坐标范围为 {found}，看来是{look_zh}",
        "the CRS is {crs} but the coordinates range over {found}: they look like {look_en}",
    ),
    Text(
        "坐标系写错，请按实际坐标系改正 .prj",
        "the stated CRS is wrong: correct the .prj to what the coordinates are in",
    ),
)
SWAPPED = Kind(
    "axes-swapped",
    "error",
    Text(
        "坐标系为 {crs}，而坐标范围为 {found}：横纵坐标看来颠倒（{look_zh}）",
        "the CRS is {crs} but the coordinates range over {found}: x and y look swapped ({look_en})",
    ),
    Text("请在 GIS 中对调横纵坐标后重新输出", "swap x and y in a GIS and write the file again"),
)
GIVEN_TAKEN = Kind(
    "crs-of-the-project-taken",
    "note",
    Text(
        "文件的坐标系 {found} 没有公开的转换参数，改用项目文件给定的 crs（{target}）",
        "the file's {found} has no public parameters; the project's `crs` is used ({target})",
    ),
    Text("请核对参数出自测绘部门", "check that the parameters come from the surveying office"),
)
GIVEN_IGNORED = Kind(
    "crs-of-the-file-kept",
    "warning",
    Text(
        "项目文件给定的坐标系 {target} 与文件自带的 {found} 不同；以文件为准",
        "the project states {target} but the file itself {found}; the file's is kept",
    ),
    Text(
        "请删去 [layers.{layer}] 的 crs，或改正 .prj",
        "take `crs` out of [layers.{layer}], or correct the .prj",
    ),
)


def _within(low: float, high: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= low and high <= limits[1]


def _plane(x: tuple[float, float], y: tuple[float, float]) -> tuple[Text, str] | None:
    """Tell what coordinates look like when the first is east; the second entry is a CRS to write."""
    if _within(*x, _LONGITUDES) and _within(*y, _LATITUDES):
        return Text("经纬度（度）", "longitude and latitude in degrees"), "EPSG:4490"
    if not _within(*y, _NORTHINGS):
        return None
    zone = int(x[0] // 1_000_000)
    if zone == int(x[1] // 1_000_000) and zone in {*_ZONES_3, *_ZONES_6}:
        three = zone in _ZONES_3
        code = _FIRST_3 + zone - _ZONES_3[0] if three else _FIRST_6 + zone - _ZONES_6[0]
        return (
            Text(
                f"带带号的高斯坐标（{zone} 带，如为 CGCS2000 则是 EPSG:{code}）",
                f"Gauss-Krueger with zone number {zone} (EPSG:{code} if CGCS2000)",
            ),
            f"EPSG:{code}",
        )
    if _within(*x, _EASTINGS):
        return (
            Text(
                "不带带号的高斯坐标（须知中央经线，如 117 度为 EPSG:4548）",
                "Gauss-Krueger without zone number (EPSG:4548 for 117 E in CGCS2000)",
            ),
            "EPSG:4548",
        )
    if _within(*x, _MERCATOR_X) and _within(*y, _MERCATOR_Y):
        return Text("网络墨卡托坐标", "Web Mercator"), "EPSG:3857"
    return None


def looks_like(bounds: Bounds) -> tuple[Text, str | None, bool]:
    """Tell what coordinates in China look like.

    Returns
    -------
    Text
        In words.
    str or None
        A CRS code that would fit, None where nothing fits.
    bool
        Whether they look so only with x and y exchanged.

    Examples
    --------
    >>> look, code, swapped = looks_like((39_500_000, 4_060_000, 39_501_000, 4_061_000))
    >>> code, swapped
    ('EPSG:4527', False)
    >>> looks_like((36.7, 117.0, 36.8, 117.1))[2]
    True
    """
    x, y = (bounds[0], bounds[2]), (bounds[1], bounds[3])
    found = _plane(x, y)
    if found is not None:
        return *found, False
    found = _plane(y, x)
    if found is not None:
        return *found, True
    return Text("无法辨认的坐标", "none that is known here"), None, False


def plane_part(crs: Any) -> pyproj.CRS | None:
    """Return the horizontal part of a CRS."""
    if crs is None:
        return None
    found = pyproj.CRS.from_user_input(crs)
    if found.is_compound:
        return found.sub_crs_list[0]
    return found.to_2d() if len(found.axis_info) == 3 else found


def crs_beside(path: Path, report: Reporter) -> pyproj.CRS | None:
    """Read a ``.prj`` that the reader passed over: beside a drawing, or in a newer notation.

    Returns
    -------
    pyproj.CRS or None
        None without one, and where it cannot be understood, which is told.
    """
    if path.suffix.lower() not in {".dxf", ".shp"}:
        return None
    beside = sorted(path.parent.iterdir())
    prj = next((p for p in beside if p.stem == path.stem and p.suffix.lower() == ".prj"), None)
    if prj is None or not prj.is_file():
        return None
    raw = prj.read_bytes()
    text = raw.decode("utf-8-sig", errors="replace").strip().strip("\0")
    if text:
        try:
            return plane_part(text)
        except pyproj.exceptions.ProjError:
            pass
    readable = text.isprintable() and "\ufffd" not in text
    report.add(PRJ_UNREADABLE, found=text[:80] if readable else f"{len(raw)} bytes")
    return None


def settle_crs(
    stated: pyproj.CRS | None, given: pyproj.CRS | None, bounds: Bounds, report: Reporter
) -> pyproj.CRS | None:
    """Decide in which CRS a layer is, if its coordinates fit it.

    What the file states prevails, unless its datum has no public parameters (Beijing 1954, Xi'an
    1980, local systems) and the project gives a CRS with the parameters of the surveying office.

    Parameters
    ----------
    stated, given : pyproj.CRS or None
        What the file states, and what the project does.
    bounds : tuple of float
        Of the coordinates.
    report : Reporter
        Where every contradiction is told.

    Returns
    -------
    pyproj.CRS or None
        None where an error was reported.
    """
    crs = _chosen(stated, given, report)
    look, wish, swapped = looks_like(bounds)
    texts = {"look_zh": look.zh, "look_en": look.en}
    if crs is None:
        if swapped:
            texts = {
                "look_zh": f"{look.zh}，且横纵坐标颠倒",
                "look_en": f"{look.en}, with x and y swapped",
            }
        report.add(NO_CRS, wish="EPSG:..." if wish is None or swapped else wish, **texts)
        return None
    found = ", ".join(f"{value:.10g}" for value in bounds)
    degrees = crs.is_geographic and crs.axis_info and "degree" in crs.axis_info[0].unit_name
    beyond = max(abs(bounds[0]), abs(bounds[2])) > 180.001 or (
        max(abs(bounds[1]), abs(bounds[3])) > 90.001
    )
    if swapped and _would_fit(crs, wish):
        report.add(SWAPPED, crs=crs.name, found=found, **texts)
        return None
    if wish is not None and not swapped and _prefix_differs(crs, wish):
        report.add(CONTRADICTED, crs=crs.name, found=found, **texts)
        return None
    absurd = crs.is_projected and max(abs(value) for value in bounds) > _ABSURD
    if absurd or (degrees and beyond) or (not degrees and wish == "EPSG:4490" and crs.is_projected):
        report.add(CONTRADICTED, crs=crs.name, found=found, **texts)
        return None
    return crs


def _chosen(
    stated: pyproj.CRS | None, given: pyproj.CRS | None, report: Reporter
) -> pyproj.CRS | None:
    """Choose between the file's CRS and the project's."""
    if stated is None or given is None:
        return given if stated is None else stated
    try:
        if same_crs(stated, given):
            return stated
        transformer(stated, DISPLAY_CRS)
    except GeoError:
        report.add(GIVEN_TAKEN, found=crs_label(stated), target=crs_label(given))
        return given
    report.add(GIVEN_IGNORED, found=crs_label(stated), target=crs_label(given))
    return stated


def _prefix_differs(crs: pyproj.CRS, wish: str) -> bool:
    """Whether eastings carry a zone number that the CRS does not put before them, or lack its own."""
    operation = crs.coordinate_operation
    if not crs.is_projected or operation is None or wish in {"EPSG:4490", "EPSG:3857"}:
        return False
    eastings = [float(one.value) for one in operation.params if one.name == "False easting"]
    prefixed = wish != "EPSG:4548"
    if not eastings or "Transverse" not in operation.method_name:
        return False
    return prefixed != (eastings[0] >= _FIRST_PREFIX)


def _would_fit(crs: pyproj.CRS, wish: str | None) -> bool:
    """Whether coordinates would fit the CRS once x and y are exchanged."""
    if wish is None:
        return False
    operation = crs.coordinate_operation
    if crs.is_geographic:
        return wish == "EPSG:4490"
    return operation is not None and wish != "EPSG:4490" and "Mercator" in operation.method_name
