"""Which coordinate reference system is this: authority codes, datums, central meridians.

A ``.prj`` written by other software names the same system in other words, so that two CRS objects
that mean the same compare as unequal. Everything here first resolves to an authority code.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pyproj import CRS
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from geo.errors import UnsuitableCRSError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DISPLAY_CRS",
    "central_meridian",
    "crs_label",
    "geodetic_base",
    "has_registered_path",
    "in_wgs84_family",
    "on_cgcs2000",
    "resolve_crs",
    "same_crs",
    "unbound",
]

#: PROJ's confidence from which on a match is equivalent; below lie mere resemblances.
_EQUIVALENT = 70
#: EPSG parameter codes of the longitude of natural origin and of false origin.
_ORIGIN_LONGITUDES = ("8802", "8822")
_DATUM_IN_WKT = re.compile(r'DATUM\["[^"]*"')
#: The registered shifts of these datums hold in single oil basins and at sea, nowhere else; PROJ
#: would take one of them for any place in China.
_ONLY_BASINS = frozenset({"Beijing 1954"})

#: What maps are drawn in: longitude and latitude on WGS 84.
DISPLAY_CRS = CRS.from_epsg(4326)


def resolve_crs(crs: Any) -> CRS:
    """Resolve a coordinate reference system to its authority code where one matches.

    Parameters
    ----------
    crs : Any
        Whatever `pyproj.CRS` understands: a code, WKT of any writer (the text of a ``.prj``), a
        PROJ string, a CRS. Heights and the third dimension are dropped.

    Returns
    -------
    pyproj.CRS
        The registered definition; the definition as given where no code is equivalent to it.
        Shift parameters given by the data (TOWGS84) are kept only where the datum has no
        registered path to WGS 84.

    Raises
    ------
    UnsuitableCRSError
        If `crs` cannot be understood.

    Examples
    --------
    >>> esri = resolve_crs(4548).to_wkt("WKT1_ESRI")
    >>> esri.split('"')[1]
    'CGCS2000_3_Degree_GK_CM_117E'
    >>> resolve_crs(esri).to_authority()
    ('EPSG', '4548')
    """
    try:
        given = CRS.from_user_input(crs)
    except CRSError as error:
        msg = (
            f"The coordinate reference system {str(crs)[:120]!r} is not understood. Give an "
            'authority code such as "EPSG:4548", or the WKT text of the .prj file.'
        )
        raise UnsuitableCRSError(msg) from error
    return _resolved(given.to_wkt())


@lru_cache(maxsize=256)
def _resolved(wkt: str) -> CRS:
    crs = CRS.from_wkt(wkt)
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs is not None:
        source = _resolved(crs.source_crs.to_wkt())
        return (
            source if in_wgs84_family(source) or has_registered_path(source, DISPLAY_CRS) else crs
        )
    if len(crs.axis_info) == 3 and crs.is_geographic:
        crs = crs.to_2d()
    for written in _spellings(crs):
        epsg = written.to_epsg(min_confidence=_EQUIVALENT)
        if epsg is not None:
            return CRS.from_epsg(epsg)
    if crs.equals(DISPLAY_CRS, ignore_axis_order=True):
        return DISPLAY_CRS
    authority = crs.to_authority(min_confidence=_EQUIVALENT)
    if authority == ("OGC", "CRS84"):
        return DISPLAY_CRS
    return crs if authority is None else CRS.from_authority(*authority)


def _spellings(crs: CRS) -> Iterator[CRS]:
    """Yield a system as it is written and in other words that PROJ may recognise.

    Written again as WKT 2 or PROJJSON (as GeoParquet does), the definition of an ESRI ``.prj`` is
    no longer recognised; as ESRI WKT it is. Several programs name the datum of CGCS2000 otherwise.
    """
    yield crs
    try:
        esri = crs.to_wkt(WktVersion.WKT1_ESRI)
    except CRSError:
        return
    if esri:
        yield CRS.from_wkt(esri)
        if on_cgcs2000(crs):
            yield CRS.from_wkt(_DATUM_IN_WKT.sub('DATUM["D_China_2000"', esri, count=1))


def has_registered_path(src: CRS, dst: CRS) -> bool:
    """Tell whether a registered transformation leads from one system to another.

    Examples
    --------
    >>> has_registered_path(resolve_crs(3826), DISPLAY_CRS)
    True
    >>> has_registered_path(resolve_crs(4214), DISPLAY_CRS)
    False
    """
    datums = {_datum_name(src), _datum_name(dst)}
    if len(datums) > 1 and not datums.isdisjoint(_ONLY_BASINS):
        return False
    try:
        group = TransformerGroup(src, dst, always_xy=True, allow_ballpark=False)
    except ProjError:
        return False
    return bool(group.transformers)


def same_crs(first: Any, second: Any) -> bool:
    """Tell whether two coordinate reference systems mean the same, axis order aside.

    Examples
    --------
    >>> same_crs("EPSG:4548", resolve_crs("EPSG:4548").to_wkt("WKT1_ESRI"))
    True
    >>> same_crs("EPSG:4548", "EPSG:4527")
    False
    """
    one, other = resolve_crs(first), resolve_crs(second)
    return one.to_wkt() == other.to_wkt() or one.equals(other, ignore_axis_order=True)


def crs_label(crs: Any) -> str:
    """Write a coordinate reference system for a reader.

    Examples
    --------
    >>> crs_label(4326)
    'EPSG:4326 (WGS 84)'
    """
    found = resolve_crs(crs)
    authority = found.to_authority(min_confidence=_EQUIVALENT)
    return found.name if authority is None else f"{':'.join(authority)} ({found.name})"


def geodetic_base(crs: CRS) -> CRS:
    """Return the longitude and latitude system beneath a coordinate reference system.

    Raises
    ------
    UnsuitableCRSError
        For a local system, which stands on no datum.
    """
    base = crs.geodetic_crs
    if base is None:
        msg = (
            f"{crs_label(crs)} is a local system without a datum: nothing says where on the Earth "
            "it lies. Transform the data with the parameters of its owner, or state the CRS."
        )
        raise UnsuitableCRSError(msg)
    return base if len(base.axis_info) == 2 else base.to_2d()


def unbound(crs: CRS) -> CRS:
    """Return a coordinate reference system without shift parameters that came with the data."""
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


def _datum_name(crs: CRS) -> str:
    base = crs.geodetic_crs
    if crs.is_bound or base is None or base.datum is None:
        return ""
    return base.datum.name.removesuffix(" ensemble")


def on_cgcs2000(crs: CRS) -> bool:
    """Tell whether a system stands on the China Geodetic Coordinate System 2000.

    Examples
    --------
    >>> on_cgcs2000(resolve_crs(4548)), on_cgcs2000(resolve_crs(4326))
    (True, False)
    """
    name = _datum_name(crs).lower().replace("_", " ")
    return "2000" in name and ("china" in name or "cgcs" in name)


def in_wgs84_family(crs: CRS) -> bool:
    """Tell whether a system stands on WGS 84, one of its realisations, or CGCS2000.

    They agree to within centimetres to decimetres, so that this project counts them as one.

    Examples
    --------
    >>> [in_wgs84_family(resolve_crs(code)) for code in (4548, 32650, 9057, 3826)]
    [True, True, True, False]
    """
    return on_cgcs2000(crs) or _datum_name(crs).startswith("World Geodetic System 1984")


def central_meridian(crs: Any) -> float | None:
    """Return the central meridian of a projection in degrees east, None without one.

    Examples
    --------
    >>> central_meridian(4548), central_meridian(32650), central_meridian(4326)
    (117.0, 117.0, None)
    """
    operation = resolve_crs(crs).coordinate_operation
    if operation is None:
        return None
    for parameter in operation.params:
        if parameter.code in _ORIGIN_LONGITUDES:
            degrees = math.degrees(float(parameter.value) * parameter.unit_conversion_factor)
            return round(degrees, 10)
    return None
