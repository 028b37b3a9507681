"""Rows of recommendations before they are ranked, and how figures are written in their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from policies.text import Text

__all__ = [
    "PROPOSAL_COLUMNS",
    "area_texts",
    "floor_texts",
    "joined_by",
    "propose",
    "reasons",
]

#: What a proposal holds: the parcel's position, the action, its reasons, figures and dates.
PROPOSAL_COLUMNS = (
    *("at", "action", "why_zh", "why_en", "area_m2", "floor_area_m2", "amount_wan"),
    *("due_on", "since_on", "lifted", "rules", "depends"),
    *("due_zh", "due_en", "due_missing"),
)

_M2_PER_HA, _MU_PER_HA, _M2_PER_WAN = 10_000.0, 15.0, 10_000.0


def area_texts(area_m2: pd.Series[float] | np.ndarray) -> tuple[list[str], list[str]]:
    """Write areas in hectares and mu together, in Chinese and English.

    Examples
    --------
    >>> area_texts(np.array([50_000.0]))
    (['5.0000公顷（75.00亩）'], ['5.0000 ha (75.00 mu)'])
    """
    zh, en = [], []
    for area in np.asarray(area_m2, dtype=float):
        if np.isnan(area):
            zh.append("未知")
            en.append("area unknown")
            continue
        hectares = area / _M2_PER_HA
        mu = hectares * _MU_PER_HA
        zh.append(f"{hectares:,.4f}公顷（{mu:,.2f}亩）")
        en.append(f"{hectares:,.4f} ha ({mu:,.2f} mu)")
    return zh, en


def floor_texts(floor_m2: pd.Series[float] | np.ndarray) -> tuple[list[str], list[str]]:
    """Write floor areas in 万m², small ones in m².

    Examples
    --------
    >>> floor_texts(np.array([12_345.0, 600.0]))
    (['1.23万m²', '600m²'], ['12,345 m²', '600 m²'])
    """
    zh, en = [], []
    for floor in np.asarray(floor_m2, dtype=float):
        if np.isnan(floor):
            zh.append("未知")
            en.append("unknown")
            continue
        big = floor >= _M2_PER_WAN
        zh.append(f"{floor / _M2_PER_WAN:,.2f}万m²" if big else f"{floor:,.0f}m²")
        en.append(f"{floor:,.0f} m²")
    return zh, en


def reasons(
    template: Text, fields: Mapping[str, tuple[Sequence[str], Sequence[str]]], n: int
) -> tuple[list[str], list[str]]:
    """Fill the named places of a reason for `n` rows, in both languages.

    Examples
    --------
    >>> from policies.text import Text
    >>> reasons(Text("共{d}天。", "{d} days."), {"d": (["3"], ["3"])}, 1)
    (['共3天。'], ['3 days.'])
    """
    if not fields:
        return [template.zh] * n, [template.en] * n
    names = list(fields)
    written = []
    for place, text in enumerate((template.zh, template.en)):
        columns = [fields[name][place] for name in names]
        fill: Callable[..., str] = text.format
        written.append(
            [fill(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
        )
    return written[0], written[1]


def joined_by(keys: Iterable[Hashable], texts: Iterable[str], blank: str) -> dict[Hashable, str]:
    """Join the distinct texts of each key, in the order in which they come.

    Examples
    --------
    >>> joined_by([0, 1, 0, 0], ["a", "b", "c", "a"], "+")
    {0: 'a+c', 1: 'b'}
    """
    found: dict[Hashable, dict[str, None]] = {}
    for key, text in zip(keys, texts, strict=True):
        found.setdefault(key, {})[text] = None
    return {key: blank.join(said) for key, said in found.items()}


def propose(
    action: str, at: np.ndarray, why: tuple[Sequence[str], Sequence[str]], **values: Any
) -> pd.DataFrame:
    """Return proposals of one action.

    Parameters
    ----------
    action : str
        The code.
    at : numpy.ndarray of int
        Positions of the parcels.
    why : tuple of two sequences of str
        The reasons, Chinese and English.
    **values
        Further columns of `PROPOSAL_COLUMNS`, one value per row or one for all. ``due_on`` is the last day
        that the law sets for this action, ``due_zh`` and ``due_en`` what it rests on, ``due_missing`` the
        column that would tell it where its period runs from a day not recorded; ``since_on`` is the
        statutory day already passed that ranks a row without a deadline; ``lifted`` names the
        conditions already met; ``rules`` the rules of this row (comma-separated), where they are not those
        that the pack gives the action; ``depends`` what has to come first, as ``parcel:action`` (comma-separated).

    Returns
    -------
    pandas.DataFrame
        With the columns `PROPOSAL_COLUMNS`.
    """
    index = pd.RangeIndex(len(at))

    def column(name: str, dtype: str) -> pd.Series[Any]:
        value = values.get(name)
        if isinstance(value, pd.Series):
            value = value.array
        if value is None and dtype == "string":
            value = ""
        return pd.Series(value, index=index, dtype=dtype)

    return pd.DataFrame(
        {
            "at": pd.Series(np.asarray(at, dtype=np.int64), index=index),
            "action": pd.Series(action, index=index, dtype="string"),
            "why_zh": pd.Series(list(why[0]), index=index, dtype="string"),
            "why_en": pd.Series(list(why[1]), index=index, dtype="string"),
            **{name: column(name, "float64") for name in PROPOSAL_COLUMNS[4:7]},
            **{name: column(name, "datetime64[s]") for name in PROPOSAL_COLUMNS[7:9]},
            **{name: column(name, "string") for name in PROPOSAL_COLUMNS[9:]},
        }
    )
