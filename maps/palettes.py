"""Fills of the classes: data, apart from how parcels come by them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACTION_FILLS",
    "AHEAD",
    "BLUES",
    "BOUND_FILLS",
    "DATA_FILLS",
    "DEFICIT",
    "GREY",
    "IDLE_FILLS",
    "MIXED_FILLS",
    "PALE",
    "PAST",
    "PURPLES",
    "QUALITATIVE",
    "QUARTERS",
    "SURPLUS",
    "YEARS",
    "Pattern",
    "land_use_colours",
]

Pattern = Literal["solid", "unknown", "suspected"]
Fills = dict[str, tuple[str, Pattern]]

GREY = "#e3e3df"
PALE = "#f3f1ea"

IDLE_FILLS: Fills = {
    "found": ("#8c1d1d", "solid"),
    "suspected_2y": ("#d55e00", "suspected"),
    "suspected_1y": ("#e69f00", "suspected"),
    "suspended": ("#cc79a7", "suspected"),
    "gov_cause": ("#56b4e9", "suspected"),
    "human_review": ("#ecd94c", "solid"),
    "at_the_line": ("#a6761d", "solid"),
    "to_check": ("#fff2b0", "solid"),
    "overdue_start": ("#f7d3a6", "solid"),
    "unknown": ("#ffffff", "unknown"),
    "not_due": ("#bdd7e7", "solid"),
    "started": ("#d3e2d8", "solid"),
    "not_supplied": (PALE, "solid"),
    "undisclosed": (PALE, "solid"),
}

MIXED_FILLS: Fills = {
    "conflict": ("#d55e00", "solid"),
    "yes": ("#009e73", "solid"),
    "undetermined": ("#f0e442", "solid"),
    "no": ("#b8b8b4", "solid"),
    "unknown": ("#ffffff", "unknown"),
    "no_basis": (GREY, "solid"),
    "not_mixed": (PALE, "solid"),
}

BOUND_FILLS: Fills = {
    "far": ("#0072b2", "solid"),
    "height": ("#e69f00", "solid"),
    "coverage": ("#009e73", "solid"),
    "none": (GREY, "solid"),
    "unknown": ("#ffffff", "unknown"),
}

#: Warm where a procedure runs, blue where building is studied, green where green is, hatched where facts are
#: missing. More actions than eyes can tell apart as colours: the legend is a filter.
ACTION_FILLS: Fills = {
    "propose_recovery": ("#b2182b", "solid"),
    "propose_fee": ("#d55e00", "solid"),
    "remedy_art12": ("#f4a582", "solid"),
    "swap_art12": ("#e08a6d", "solid"),
    "register_case": ("#c98b5b", "solid"),
    "investigate": ("#e69f00", "solid"),
    "find_cause": ("#f2cf5b", "solid"),
    "urge_start": ("#fbe6b4", "solid"),
    "resolve_conflict": ("#762a83", "solid"),
    "resolve_dispute": ("#cc79a7", "solid"),
    "correct_far": ("#0072b2", "solid"),
    "add_storeys": ("#56b4e9", "solid"),
    "rearrange": ("#9ecae1", "solid"),
    "extend": ("#2b8cbe", "solid"),
    "convert": ("#08589e", "solid"),
    "split_surplus": ("#74a9cf", "solid"),
    "sublet_surplus": ("#a6cee3", "solid"),
    "reuse_workshop": ("#6fa8a0", "solid"),
    "buy_back": ("#7d6b91", "solid"),
    "swap_property": ("#a48bb8", "solid"),
    "replace_out": ("#5b4a72", "solid"),
    "share_facilities": ("#c7b8dc", "solid"),
    "supply": ("#3f6fa8", "solid"),
    "allow_mixed": ("#9e9ac8", "solid"),
    "reduce_green": ("#1b7837", "solid"),
    "check_green": ("#5aae61", "solid"),
    "pool_green": ("#b8dfb0", "solid"),
    "give_green": ("#8fce9b", "solid"),
    "receive_green": ("#d0e8b5", "solid"),
    "plant_green": ("#41ab5d", "solid"),
    "correct_boundary": ("#bf9b4f", "solid"),
    "fix_data": ("#a6761d", "solid"),
    "find_out": ("#ffffff", "unknown"),
    "watch": (GREY, "solid"),
    "none": (PALE, "solid"),
}

#: For actions of a pack that has its own.
QUALITATIVE = ("#009e73", "#80b1d3", "#fdb462", "#bc80bd", "#8dd3c7", "#bebada")

DATA_FILLS: Fills = {
    "error": ("#b2182b", "solid"),
    "boundary": ("#e69f00", "solid"),
    "warning": ("#f2cf5b", "solid"),
    "note": ("#bdd7e7", "solid"),
    "unknown": ("#ffffff", "unknown"),
    "clear": ("#d3e2d8", "solid"),
}

#: ColorBrewer Blues, Purples, BrBG and PuBuGn (the first year of supply is the darkest).
BLUES = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
PURPLES = ("#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f")
DEFICIT = ("#8c510a", "#dfc27d")
SURPLUS = ("#80cdc1", "#01665e")
YEARS = ("#016450", "#02818a", "#3690c0", "#67a9cf", "#a6bddb", "#c6cbe2")
#: A year shown by itself has the first colours for its quarters, a pale one for what the plan supplied
#: before it and a paler one for what comes after.
QUARTERS = 4
PAST, AHEAD = "#b4d3c8", "#fbf1d3"


@cache
def land_use_colours() -> Mapping[str, tuple[str, str, Text]]:
    """Return fill, code of the standard and the standard's name, by use code.

    Examples
    --------
    >>> land_use_colours()["industrial"][:2]
    ('#bb9674', '1001')
    """
    text = (resources.files("maps") / "static" / "land_use.toml").read_text(encoding="utf-8")
    uses: dict[str, Any] = tomllib.loads(text)["uses"]
    return {
        use: (
            "#{:02x}{:02x}{:02x}".format(*entry["rgb"]),
            entry.get("code", ""),
            Text(entry.get("zh", ""), entry.get("en", "")),
        )
        for use, entry in uses.items()
    }
