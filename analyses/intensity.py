"""Investment, output and tax over the land, per hectare and per mu."""

from __future__ import annotations

import pandas as pd

from analyses.frames import numbers

__all__ = ["HA_M2", "MU_PER_HA", "intensity"]

#: Square metres of a hectare.
HA_M2 = 10_000.0

#: A hectare is fifteen mu (亩).
MU_PER_HA = 15.0

_OF = {"investment": "fixed_investment_wan", "output": "output_wan", "tax": "tax_wan"}


def intensity(parcels: pd.DataFrame) -> pd.DataFrame:
    """Return fixed investment, output and tax over the site area.

    ``investment_per_ha_wan = fixed_investment_wan / (area_m2 / 10,000)``; per mu a fifteenth of it.
    Fixed investment includes workshops, equipment and the land price, unlike the investment of
    the idle-land test.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``area_m2``, ``fixed_investment_wan``, ``output_wan``, ``tax_wan``.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index, ``<of>_per_ha_wan`` and ``<of>_per_mu_wan`` for investment, output and
        tax; NaN where the figure or the area is unknown.

    Examples
    --------
    >>> land = pd.DataFrame({"area_m2": [20_000.0], "fixed_investment_wan": [6_000.0]})
    >>> intensity(land)[["investment_per_ha_wan", "investment_per_mu_wan"]].values.tolist()
    [[3000.0, 200.0]]
    """
    hectares = numbers(parcels, "area_m2").where(lambda area: area > 0) / HA_M2
    found = {}
    for name, column in _OF.items():
        per_ha = numbers(parcels, column) / hectares
        found[f"{name}_per_ha_wan"] = per_ha
        found[f"{name}_per_mu_wan"] = per_ha / MU_PER_HA
    return pd.DataFrame(found, index=parcels.index)
