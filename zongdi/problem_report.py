"""Problems on the screen: grouped by kind, counted, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from zongdi.console import Voice

__all__ = ["say_problems"]

_SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
}


def say_problems(voice: Voice, problems: pd.DataFrame, *, most: int | None = None) -> None:
    """Say how many problems there are, then one line per kind with the first five ids.

    Parameters
    ----------
    voice : Voice
        Who says it.
    problems : pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`.
    most : int, optional
        At most this many kinds; the rest are counted.
    """
    counts = problems["severity"].value_counts()
    voice.say(
        Text(
            "数据问题："
            + "，".join(f"{t.zh} {counts.get(code, 0)}" for code, t in _SEVERITIES.items())
            + "。",
            "Problems: "
            + ", ".join(f"{counts.get(code, 0)} {t.en}(s)" for code, t in _SEVERITIES.items())
            + ".",
        )
    )
    if problems.empty:
        return
    order = {code: place for place, code in enumerate(_SEVERITIES)}
    ranked = problems.assign(_rank=problems["severity"].map(order))
    groups = list(ranked.groupby(["_rank", "layer", "code", "column"], dropna=False, sort=True))
    for _, group in groups[: most or len(groups)]:
        voice.say(_line(group))
    if most is not None and len(groups) > most:
        rest = len(groups) - most
        voice.say(
            Text(
                f"  …另有 {rest} 类，见 problems.csv。",
                f"  ... {rest} more kinds, see problems.csv.",
            )
        )


def _line(group: pd.DataFrame) -> Text:
    first = group.iloc[0]
    ids = [str(i) for i in group["id"].dropna().head(5)]
    where = f" [{', '.join(ids)}{', …' if len(group) > len(ids) else ''}]" if ids else ""
    mark = _SEVERITIES[first["severity"]]
    return Text(
        f"  {mark.zh} {first['layer']} ×{len(group)}：{first['what']}{where} → {first['proposal']}",
        f"  {mark.en} {first['layer']} x{len(group)}: {first['what_en']}{where} -> {first['proposal_en']}",
    )
