"""Rows that name a parcel or a building which its layer does not have, and what was probably meant.

Identifiers differ between an office's files by what a spreadsheet or a hand does to them: a zero
lost in front, a hyphen, a number of 28 characters for the parcel's 19. Where exactly one known
identifier is left once such differences are folded away it is proposed, and never put in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layers.contracts import CONTRACTS
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from layers.raw import Reporter

__all__ = ["check_references", "nearest_ids"]

NO_SUCH_ID = Kind(
    "reference-unknown",
    "warning",
    Text("{target_zh}图层中没有 {found}", "there is no {found} among the {target_en}"),
    Text("请核对标识；此行不能落到图上", "check the identifier; the row has no place on the map"),
)
NEARLY = Kind(
    "reference-nearly-known",
    "warning",
    Text(
        "{target_zh}图层中没有 {found}，但有写法相近的 {near}",
        "there is no {found} among the {target_en}, but there is {near}",
    ),
    Text(
        "可能即为 {near}，请核对后统一写法；未作改动",
        "perhaps {near} is meant: check and write both alike; nothing was changed",
    ),
)
UNNAMED = Kind(
    "reference-missing",
    "warning",
    Text(
        "{n} 行没有宗地编号，不能落到任何宗地上（占 {share}）",
        "{n} rows name no parcel and have no place on the map ({share} of the rows)",
    ),
    Text(
        "请补填宗地编号，或在 [layers.{layer}] 的 columns 中写明它所在的字段",
        "fill in the parcels' identifiers, or name their column in [layers.{layer}] columns",
    ),
)
#: The parcel code within a real-estate unit number.
_PARCEL_CODE = 19


def _folded(text: str) -> str:
    """Fold what spreadsheets and hands change: case, separators, zeros in front of digits."""
    plain = re.sub(r"[\s\-_—–./\\()（）]+", " ", text.upper()).strip()
    whole = plain.replace(" ", "")
    if re.fullmatch(r"\d{12}[A-Z]{2}\d{5}(?:[A-Z]\d{8})?", whole):
        plain = whole[:_PARCEL_CODE]
    return "".join(re.sub(r"(?<!\d)0+(?=\d)", "", plain).split())


def nearest_ids(wanted: pd.Series[str], known: pd.Series[str]) -> pd.Series[str]:
    """Return the one known identifier that differs from a wanted one in writing only.

    Parameters
    ----------
    wanted, known : pandas.Series of string

    Returns
    -------
    pandas.Series of string
        On the index of `wanted`; null where none or several would do.

    Examples
    --------
    >>> import pandas as pd
    >>> known = pd.Series(["A-001", "370112001002GB00012"])
    >>> nearest_ids(pd.Series(["a 1", "370112001002GB00012F00010001", "B-1"]), known).tolist()
    ['A-001', '370112001002GB00012', <NA>]
    """
    table: dict[str, set[str]] = {}
    for name in known.dropna().unique():
        table.setdefault(_folded(str(name)), set()).add(str(name))
    single = {key: next(iter(names)) for key, names in table.items() if len(names) == 1}
    folded = {name: single.get(_folded(str(name))) for name in wanted.dropna().unique()}
    return wanted.map(folded).astype("string")


def check_references(
    frames: Mapping[str, pd.DataFrame], reports: Mapping[str, Reporter], layers: Iterable[str]
) -> None:
    """Report rows that name a parcel or building which its layer does not have.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The layers that were read.
    reports : mapping of str to Reporter
        One for each layer.
    layers : iterable of str
        The tables to check, of those that were read.
    """
    for layer in layers:
        target, column = (
            ("buildings", "building_id") if layer == "storeys" else ("parcels", "parcel_id")
        )
        if layer not in frames or target not in frames or column not in frames[layer]:
            continue
        frame = frames[layer]
        unnamed = int(frame[column].isna().sum())
        if unnamed and target == "parcels":
            share = f"{unnamed / len(frame):.0%}"
            reports[layer].add(UNNAMED, column=column, n=unnamed, share=share)
        lost = frame[frame[column].notna() & ~frame[column].isin(frames[target][column])]
        near = nearest_ids(lost[column], frames[target][column])
        texts = {"target_zh": CONTRACTS[target].label.zh, "target_en": CONTRACTS[target].label.en}
        for kind, where in ((NEARLY, near.notna()), (NO_SUCH_ID, near.isna())):
            rows = lost[where]
            more = {"near": near[where]} if kind is NEARLY else {}
            reports[layer].rows(
                kind,
                rows["source_row"],
                ids=rows[column],
                column=column,
                found=rows[column],
                **texts,
                **more,
            )
