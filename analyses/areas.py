"""The site area of a parcel: which of its areas stands below the ratios."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.frames import numbers, problem_rows
from analyses.ground import AreaMethod, measured_areas
from policies.text import Text

__all__ = ["METHOD_TOLERANCE", "area_problems", "parcel_areas"]

#: Plane and ellipsoidal area may differ by this share before the difference is a problem.
METHOD_TOLERANCE = 0.001

_RECORDED = {
    "net": "area_net_m2",
    "contract": "area_contract_m2",
    "registered": "area_registered_m2",
}


def parcel_areas(parcels: pd.DataFrame, *, method: AreaMethod = "plane") -> pd.DataFrame:
    """Choose the site area of each parcel: net, else contract, else registered, else measured.

    A recorded area that is not above 0 is no record.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame; without ``geometry`` the measured areas are unknown.
    method : {"plane", "ellipsoid"}
        Which measured area is used where none is recorded.

    Returns
    -------
    pandas.DataFrame
        ``area_m2`` (m2), ``area_basis`` (``net``, ``contract``, ``registered``, ``measured``; null
        where there is no area at all), ``area_plane_m2``, ``area_ellipsoid_m2`` on the parcels'
        index.

    Examples
    --------
    >>> import pandas as pd
    >>> parcels = pd.DataFrame({"area_net_m2": [900.0, None], "area_registered_m2": [1000.0, 500.0]})
    >>> parcel_areas(parcels)[["area_m2", "area_basis"]].to_numpy().tolist()
    [[900.0, 'net'], [500.0, 'registered']]
    """
    plane = measured_areas(parcels, "plane")
    ellipsoid = measured_areas(parcels, "ellipsoid")
    candidates = {basis: numbers(parcels, name).to_numpy() for basis, name in _RECORDED.items()}
    candidates["measured"] = plane if method == "plane" else ellipsoid
    area = np.full(len(parcels), np.nan)
    basis = np.full(len(parcels), None, dtype=object)
    for name, values in candidates.items():
        first = np.isnan(area) & (values > 0)
        area[first] = values[first]
        basis[first] = name
    return pd.DataFrame(
        {
            "area_m2": area,
            "area_basis": pd.Series(basis, index=parcels.index, dtype="string"),
            "area_plane_m2": plane,
            "area_ellipsoid_m2": ellipsoid,
        },
        index=parcels.index,
    )


def area_problems(parcels: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """List parcels whose areas contradict each other.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    areas : pandas.DataFrame
        What `parcel_areas` returned for it.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`: plane against ellipsoid by more than
        `METHOD_TOLERANCE`, and parcels with no area at all; both warnings.
    """
    plane, ellipsoid = areas["area_plane_m2"].to_numpy(), areas["area_ellipsoid_m2"].to_numpy()
    apart = np.abs(plane - ellipsoid) > METHOD_TOLERANCE * ellipsoid
    nothing = np.isnan(areas["area_m2"].to_numpy())
    return pd.concat(
        [
            problem_rows(
                parcels,
                apart,
                layer="parcels",
                code="area_methods_differ",
                what=Text(
                    "平面面积与椭球面积相差超过0.1%",
                    "plane and ellipsoidal area differ by more than 0.1 %",
                ),
                proposal=Text(
                    "核对坐标系的中央子午线，或改用椭球面积（area_method）",
                    "check the central meridian of the CRS, or use ellipsoidal areas (area_method)",
                ),
                column="geometry",
                found=[
                    f"{p:.2f} / {e:.2f} m2"
                    for p, e in zip(plane[apart], ellipsoid[apart], strict=True)
                ],
            ),
            problem_rows(
                parcels,
                nothing,
                layer="parcels",
                code="area_unknown",
                what=Text(
                    "既无图形也无面积记录，各项比率未知",
                    "neither geometry nor recorded area: every ratio is unknown",
                ),
                proposal=Text("补充图形或登记面积", "supply the geometry or a recorded area"),
                column="area_m2",
            ),
        ],
        ignore_index=True,
    )
