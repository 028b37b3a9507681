"""Write docs/idle_matrix.md anew: ``python docs/build_idle_matrix.py``.

Every situation of a ledger row with every cause and every missing fact, as the program decides it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.idle import analyse_idle
from layers.codes import CAUSES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parent / "idle_matrix.md"
AS_OF = date(2026, 6, 30)

_OPEN = {
    "delivered_on": "2023-01-31",
    "started": False,
    "permit": False,
    "grant": "grant",
    "land_price_wan": 600.0,
    "registered_in_system": True,
}
_WORKS = {
    "start_due_on": "2020-06-30",
    "started": True,
    "permit": True,
    "develop_area_m2": 30000.0,
    "developed_area_m2": 10000.0,
    "investment_total_wan": 1200.0,
    "invested_wan": 450.0,
    "investment_includes_land": True,
    "land_price_wan": 180.0,
    "taxes_wan": 20.0,
    "suspended_on": "2025-06-29",
}
#: Full rows: the facts of each situation but for its cause. Every status is reached by one of them.
SITUATIONS: dict[str, tuple[Text, dict[str, Any]]] = {
    "not_due": (Text("动工日当天", "due today"), _OPEN | {"start_due_on": "2026-06-30"}),
    "overdue": (
        Text("期限前一日", "a day before the line"),
        _OPEN | {"start_due_on": "2025-07-01"},
    ),
    "line": (Text("期限当日", "on the line"), _OPEN | {"start_due_on": "2025-06-30"}),
    "one_year": (
        Text("满一年次日", "the day after the line"),
        _OPEN | {"start_due_on": "2025-06-29"},
    ),
    "second_line": (
        Text("满两年当日", "on the second line"),
        _OPEN | {"start_due_on": "2024-06-30"},
    ),
    "two_years": (Text("满两年次日", "two years full"), _OPEN | {"start_due_on": "2024-06-29"}),
    "leap": (
        Text("2月29日起满两年", "from 29 February"),
        _OPEN | {"start_due_on": "2024-02-29"},
    ),
    "delivery": (
        Text("只有交地日（2023-01-31）", "delivered only (2023-01-31)"),
        _OPEN,
    ),
    "works_test": (
        Text("许可证、地基三分之一", "permit, a third of the foundation"),
        {
            "start_due_on": "2020-06-30",
            "permit": True,
            "foundation": "foundation",
            "foundation_done_share": 0.34,
        },
    ),
    "contradiction": (
        Text("已动工而无许可证", "started without a permit"),
        {"start_due_on": "2020-06-30", "started": True, "permit": False},
    ),
    "extension": (
        Text("第十二条延期已录入", "extended by art. 12, recorded"),
        _OPEN
        | {"start_due_on": "2022-06-30", "extension_kind": "art12"}
        | {"extension_signed_on": "2024-12-31", "extension_start_on": "2025-06-29"},
    ),
    "contract_extension": (
        Text("合同延期", "extended under the contract"),
        _OPEN
        | {"start_due_on": "2024-06-30", "extension_kind": "contract"}
        | {"extension_signed_on": "2024-12-31", "extension_start_on": "2025-06-30"},
    ),
    "suspended_area": (
        Text("中止满一年，面积不足三分之一", "suspended, area under a third"),
        _WORKS | {"developed_area_m2": 9999.99},
    ),
    "suspended_money": (
        Text("中止满一年，投资不足25%", "suspended, investment under 25 %"),
        _WORKS | {"invested_wan": 449.0},
    ),
    "suspended_exact": (
        Text("中止满一年，恰为三分之一和25%", "suspended, exactly a third and 25 %"),
        _WORKS,
    ),
    "suspended_line": (
        Text("中止期限当日", "suspension, on its line"),
        _WORKS | {"suspended_on": "2025-06-30"},
    ),
    "completed": (
        Text("已竣工", "completed"),
        {"start_due_on": "2020-06-30", "started": True, "completed_on": "2024-06-30"},
    ),
}
#: Kinds of cause: name, the ledger's facts.
KINDS: dict[str, tuple[Text, dict[str, Any]]] = {
    "none": (Text("未登记", "none recorded"), {}),
    "holder": (
        Text("企业，已核实", "the holder's, verified"),
        {"cause": "holder", "cause_verified": True},
    ),
    "holder_unverified": (Text("企业，未核实", "the holder's, not verified"), {"cause": "holder"}),
    **{
        f"{code}{'' if verified else '_unverified'}": (
            Text(
                f"{CAUSES[code].zh}，{'已' if verified else '未'}核实",
                f"{CAUSES[code].en}, {'' if verified else 'not '}verified",
            ),
            {"cause": code, "cause_verified": verified or None},
        )
        for code in CAUSES
        if code != "holder"
        for verified in (True, False)
    },
}

#: Kinds that are decided alike, told in one column; the page is refused where they are not.
GROUPS: dict[str, Text] = {
    "none": Text("未登记", "none recorded"),
    "holder": Text("企业，已核实", "the holder's, verified"),
    "holder_unverified": Text("企业，未核实", "the holder's, not verified"),
    "government": Text(
        "政府原因一至六项、不可抗力，已核实", "government's (1) to (6), force majeure, verified"
    ),
    "government_unverified": Text("同左，未核实", "the same, not verified"),
    "preparatory": Text("前期工作，已核实", "preparatory, verified"),
    "preparatory_unverified": Text("前期工作，未核实", "preparatory, not verified"),
}


def _group(kind: str) -> str:
    code = kind.removesuffix("_unverified")
    if code in {"none", "holder", "preparatory"}:
        return kind
    return kind.replace(code, "government")


_HEAD = """# 闲置状态矩阵 / The matrix of the idle status

由 `python docs/build_idle_matrix.py` 生成，审查日2026年6月30日。每种情形配每种原因，再逐一去掉一项资料。每一格都与测试中另写的逐行判定核对
（`tests/analyses/test_idle_oracle.py`）。

*Written by `python docs/build_idle_matrix.py`, review date 30 June 2026. Every situation with every cause, and then without one fact after the
other. Each cell is checked against a row-by-row decision written apart in the tests.*

"""


def cells() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Go through situation, kind of cause, missing fact (empty: none) and the facts that are left."""
    for situation, (_, facts) in SITUATIONS.items():
        for kind, (_, cause) in KINDS.items():
            whole = facts | {key: value for key, value in cause.items() if value is not None}
            yield situation, kind, "", whole
            for name in facts:
                yield situation, kind, name, {k: v for k, v in whole.items() if k != name}


def frame(contract: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows in the types of their contract."""
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in sorted({key for row in rows for key in row}):
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


def decided() -> pd.DataFrame:
    """Decide every cell: its situation, kind and missing fact, its status and what is missing."""
    asked = list(cells())
    ids = [f"p{place:05}" for place in range(len(asked))]
    rows = [
        {"parcel_id": i, "contract_no": i} | facts
        for i, (*_, facts) in zip(ids, asked, strict=True)
    ]
    parcels = frame("parcels", [{"parcel_id": i, "zone_id": "z"} for i in ids])
    result = analyse_idle(frame("ledger", rows), parcels, load_policy("national"), AS_OF)
    contracts = result.tables["contracts"].set_index("parcel_id").loc[ids]
    table = pd.DataFrame(
        [cell[:3] for cell in asked], columns=["situation", "kind", "without"], index=ids
    )
    table["group"] = table["kind"].map(_group)
    return table.join(contracts[["idle_status", "missing", "idle_from", "idle_two_years_on"]])


def build() -> str:
    """Return the page.

    Raises
    ------
    ValueError
        Causes of one column are not decided alike.
    """
    table = decided()
    grouped = table.groupby(["situation", "without", "group"])["idle_status"]
    if not grouped.nunique().eq(1).all():
        message = "causes that the page tells in one column are not decided alike: change GROUPS"
        raise ValueError(message)
    status = grouped.first()
    heads = [f"{text.zh} {text.en}" for text in GROUPS.values()]
    parts = [_HEAD, "## 情形与原因 / Situation and cause\n\n"]
    lines = [["情形 Situation", *heads]]
    for situation, (title, _) in SITUATIONS.items():
        cells_of = [f"`{status[situation, '', group]}`" for group in GROUPS]
        lines.append([f"{title.zh} {title.en}", *cells_of])
    parts.append(_markdown(lines))
    parts.append("\n## 缺少一项资料 / Without one fact\n")
    lacking = table[table["kind"] == "holder"].set_index(["situation", "without"])["missing"]
    for situation, (title, facts) in SITUATIONS.items():
        parts.append(f"\n### {title.zh} / {title.en}\n\n")
        lines = [["缺 Without", *heads, "缺失资料 `missing`（企业，已核实）"]]
        for name in ("", *facts):
            cells_of = [f"`{status[situation, name, group]}`" for group in GROUPS]
            lacks = [f"`{one}`" for one in str(lacking[situation, name]).split(",") if one]
            label = f"`{name}`" if name else "不缺 nothing"
            lines.append([label, *cells_of, " ".join(lacks)])
        parts.append(_markdown(lines))
    return "".join(parts)


def _markdown(lines: list[list[str]]) -> str:
    head, *rows = lines
    written = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells_of)} |\n" for cells_of in written)


if __name__ == "__main__":
    DOCUMENT.write_text(build(), encoding="utf-8", newline="\n")
