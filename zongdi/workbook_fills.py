"""The colours of the workbook's cells: those of the map, by the label that stands in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps.palettes import ACTION_FILLS, BOUND_FILLS, DATA_FILLS, IDLE_FILLS, MIXED_FILLS
from zongdi.workbook_labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from maps.palettes import Fills
    from policies.text import Text

__all__ = ["column_fills"]

#: White says nothing in a cell: what the map hatches is pale grey here.
_BLANK, _PALE = "#ffffff", "#efefec"
_VERDICTS = {"unknown": (_BLANK, "unknown")}
_BY_COLUMN: Mapping[str, Fills] = {
    "idle_status": IDLE_FILLS,
    "mixed_verdict": MIXED_FILLS,
    "bound_by": BOUND_FILLS,
    "severity": DATA_FILLS,
    "verdict": _VERDICTS,  # type: ignore[dict-item]
}


def column_fills(
    name: str,
    advice: pd.DataFrame | None = None,
    given: Mapping[str, Mapping[str, Text]] | None = None,
) -> dict[str, str]:
    """Return the background of each label of a column; empty where the map has no colours for it.

    Parameters
    ----------
    name : str
        The column.
    advice : pandas.DataFrame, optional
        Recommendations, whose titles are coloured by their action.
    given : mapping of str to mapping of str to Text, optional
        Labels that depend on the packs, by column; they prevail.

    Examples
    --------
    >>> column_fills("bound_by")["容积率"]
    '#0072b2'
    """
    if name == "title_zh" and advice is not None:
        pairs = advice[["action", "title_zh"]].drop_duplicates().dropna()
        found = {
            str(title): ACTION_FILLS[str(code)][0]
            for code, title in zip(pairs["action"], pairs["title_zh"], strict=True)
            if str(code) in ACTION_FILLS
        }
    else:
        labels = (given or {}).get(name) or LABELS.get(name, {})
        found = {
            labels[code].zh: fill
            for code, (fill, _) in _BY_COLUMN.get(name, {}).items()
            if code in labels
        }
    return {label: _PALE if fill == _BLANK else fill for label, fill in found.items()}
