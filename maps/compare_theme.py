"""The theme of a comparison: what became of every parcel between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.results_compare import CHANGES
from maps.classing import Theme, ThemeClass, coded, text_of
from maps.palettes import PALE
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from maps.palettes import Fills

__all__ = ["CHANGE_FILLS", "compare_theme"]

CHANGE_FILLS: Fills = {
    "new": ("#0072b2", "solid"),
    "gone": ("#8c8c88", "suspected"),
    "flipped": ("#d55e00", "solid"),
    "changed": ("#f0e442", "solid"),
    "same": (PALE, "solid"),
    "unknown": ("#ffffff", "unknown"),
}


def compare_theme(parcels: pd.DataFrame) -> Theme | None:
    """Class the parcels of a comparison by what became of them; None for the results of one run.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``change``, as ``zongdi compare`` writes it.

    Examples
    --------
    >>> import pandas as pd
    >>> theme = compare_theme(pd.DataFrame({"parcel_id": ["A", "B"], "change": ["same", "flipped"]}))
    >>> [entry.code for entry in theme.classes], theme.codes.tolist()
    (['flipped', 'same'], [1, 0])
    """
    if "change" not in parcels.columns:
        return None
    labels = {**CHANGES, "unknown": Text("未知", "unknown")}
    classes = [ThemeClass(code, labels[code], *fill) for code, fill in CHANGE_FILLS.items()]
    return coded(
        "compare",
        Text("两次运行对比", "Changes"),
        Text("与前一次运行相比", "compared with the earlier run"),
        text_of(parcels, "change"),
        classes,
    )
