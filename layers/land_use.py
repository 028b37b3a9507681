"""Uses read from land-use codes: the code tells where the text is blank, and is checked where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.crosswalk import STATUSES, guide_codes, read_land_use_codes
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from layers.raw import Reporter

__all__ = ["fill_land_use"]

FROM_CODE = Kind(
    "land-use-from-code",
    "note",
    Text(
        "{n} 行的用途由用地代码得出（{why_zh}）",
        "{n} rows: the land use was read from its code ({why_en})",
    ),
    Text("请核对代码与分类标准", "check the codes and their scheme"),
)
UNDECIDED = Kind(
    "land-use-code-undecided",
    "warning",
    Text(
        "用地代码“{found}”不能确定用途（{why_zh}），可能为 {candidates}",
        "the land-use code {found!r} does not decide the use ({why_en}); it may be {candidates}",
    ),
    Text(
        "请填写用途，或写明分类标准（land_use_scheme）", "give the land use, or its land_use_scheme"
    ),
)
NOT_LISTED = Kind(
    "land-use-code-unknown",
    "warning",
    Text(
        "用地代码“{found}”不在所用分类标准中，用途未知",
        "the land-use code {found!r} is not in its classification: the use is unknown",
    ),
    Text(
        "请核对代码与分类标准（land_use_scheme），或填写用途",
        "check the code and its land_use_scheme, or give the land use",
    ),
)
SEVERAL_IN_GUIDE = Kind(
    "land-use-several-in-guide",
    "note",
    Text(
        "用地代码“{found}”在 2023 年用地用海分类指南中对应多个代码：{candidates}",
        "the land-use code {found!r} is any of several in the guide of 2023: {candidates}",
    ),
    Text("须人工选定；各候选代码保留在成果中", "one is to be chosen by hand; all are kept"),
)
CONTRADICTED = Kind(
    "land-use-code-contradicts",
    "warning",
    Text(
        "用途为 {found}，而用地代码表示 {other}；以用途为准",
        "the land use is {found} but its code says {other}; the land use was kept",
    ),
    Text("请核对用途与代码", "check both"),
)


def fill_land_use(frame: pd.DataFrame, report: Reporter) -> pd.DataFrame:
    """Fill blank uses from the land-use codes, and report codes that decide or contradict nothing.

    Parameters
    ----------
    frame : pandas.DataFrame
        In its contract; without ``land_use_code`` it is returned as it is.
    report : Reporter
        Where conversions and doubts are listed.

    Returns
    -------
    pandas.DataFrame
    """
    if "land_use_code" not in frame or frame["land_use_code"].isna().all():
        return frame
    read = read_land_use_codes(frame["land_use_code"], frame["land_use_scheme"])
    blank = frame["land_use"].isna()
    for status, why in STATUSES.items():
        where = (blank & read["status"].eq(status)).fillna(value=False).to_numpy(dtype=bool)
        if status in {"ok", "inferred"}:
            if where.any():
                report.add(
                    FROM_CODE,
                    column="land_use",
                    n=int(where.sum()),
                    why_zh=why.zh,
                    why_en=why.en,
                )
            continue
        if status == "unknown_code":
            codes = frame["land_use_code"][where]
            rows = frame["source_row"][where]
            report.rows(NOT_LISTED, rows, column="land_use_code", found=codes)
            continue
        candidates = read["candidates"]
        report.rows(
            UNDECIDED,
            frame["source_row"][where],
            column="land_use_code",
            found=frame["land_use_code"][where],
            candidates=candidates[where],
            why_zh=why.zh,
            why_en=why.en,
        )
    other = (~blank & read["use"].ne(frame["land_use"])).fillna(value=False).to_numpy(dtype=bool)
    report.rows(
        CONTRADICTED,
        frame["source_row"][other],
        column="land_use_code",
        found=frame["land_use"][other],
        other=read["use"][other],
    )
    guide = guide_codes(frame["land_use_code"], frame["land_use_scheme"])
    if "land_use_guide_code" in frame:
        guide = frame["land_use_guide_code"].fillna(guide)
    several = guide.str.contains(",").fillna(value=False).to_numpy(dtype=bool)
    report.rows(
        SEVERAL_IN_GUIDE,
        frame["source_row"][several],
        column="land_use_code",
        found=frame["land_use_code"][several],
        candidates=guide[several],
    )
    return frame.assign(land_use=frame["land_use"].fillna(read["use"]), land_use_guide_code=guide)
