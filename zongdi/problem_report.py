"""Problems on the screen: grouped by kind, counted, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from zongdi.console import Voice

__all__ = ["problem_lines", "say_problems"]

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
    lines = problem_lines(problems)
    for line in lines[:most]:
        voice.say(line)
    if most is not None and len(lines) > most:
        rest = len(lines) - most
        voice.say(
            Text(
                f"  …另有 {rest} 类，见 problems.csv。",
                f"  ... {rest} more kinds, see problems.csv.",
            )
        )


def problem_lines(problems: pd.DataFrame) -> list[Text]:
    """Return one line per kind of problem, the worst first: the count and the first five ids.

    Where nothing has an identifier, as before a layer fits its contract, the rows stand instead,
    and where the problem is that of a whole file, the file.

    Parameters
    ----------
    problems : pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`.
    """
    order = {code: place for place, code in enumerate(_SEVERITIES)}
    ranked = problems.assign(_rank=problems["severity"].map(order))
    groups = ranked.groupby(["_rank", "layer", "code", "column"], dropna=False, sort=True)
    return [_line(group) for _, group in groups]


def _line(group: pd.DataFrame) -> Text:
    first = group.iloc[0]
    where = _where(group)
    mark = _SEVERITIES[first["severity"]]
    # What is said of the first is not said of all where each has its own figures.
    example = Text("例如，", "for example, ") if group["what"].nunique() > 1 else Text("", "")
    return Text(
        f"  {mark.zh} {first['layer']} ×{len(group)}：{example.zh}{first['what']}{where.zh} → {first['proposal']}",
        f"  {mark.en} {first['layer']} x{len(group)}: {example.en}{first['what_en']}{where.en} -> "
        f"{first['proposal_en']}",
    )


def _where(group: pd.DataFrame) -> Text:
    """Name the first five, by identifier or row; what concerns a whole file, by the file."""
    ids = group["id"].dropna()
    if ids.empty and group["row"].isna().all():
        ids = group["file"].dropna().drop_duplicates()
    known, zh, en = (ids, "", "") if len(ids) else (group["row"].dropna(), "第 ", "rows ")
    if known.empty:
        return Text("", "")
    names = ", ".join(map(str, known.head(5)))
    rest = ", …" if len(group) > min(len(known), 5) else ""
    return Text(f" [{zh}{names}{rest}{' 行' if zh else ''}]", f" [{en}{names}{rest}]")
