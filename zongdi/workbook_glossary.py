"""The glossary of the workbook: the words that are fixed once, and what every code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS, VERDICTS
from layers.columns import Column
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text
from zongdi.workbook_table import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["glossary_sheet"]

_TERMS: tuple[tuple[Text, Text], ...] = (
    (
        Text("涉嫌闲置", "suspected idle"),
        Text(
            "按台账日期推算超过约定动工日满一年（或中止开发满一年）的线索；是否闲置以认定书为准。",
            "A candidate by the ledger's dates: a full year past the agreed start, or suspended for a year. The written finding decides.",
        ),
    ),
    (
        Text("协商处置（第十二条）", "remedy by agreement (art. 12)"),
        Text(
            "政府原因、不可抗力和中止开发的闲置土地，录入监测监管系统后可以协商采用的处置方式，不征闲置费、不无偿收回。",
            "What may be agreed on for land idle by the government's cause, force majeure or suspension, once recorded in the monitoring system: neither fee nor recovery.",
        ),
    ),
    (
        Text("测算值", "calculated value"),
        Text(
            "按登记的价款和规则推算的金额，以认定和决定为准；达到无偿收回年限后，闲置费是收回的另一选择，不相加，不计入合计。",
            "An amount by the recorded price and the rule; the finding and the decision prevail. Once recovery is open, the fee is the alternative to it: never added to it, in no total.",
        ),
    ),
    (
        Text("动工督促", "urge the start"),
        Text("逾期未满一年时提醒权利人动工。", "A reminder before the year is over."),
    ),
    (
        Text("剩余可建计容建筑面积", "headroom"),
        Text(
            "在容积率、限高、建筑密度上限内还可建设的计容建筑面积。",
            "Counted floor area that the limits on ratio, height and coverage still allow.",
        ),
    ),
    (
        Text("建筑系数", "building coefficient"),
        Text(
            "建筑物、构筑物和堆场占地之和与用地面积之比；不同于建筑密度（只计建筑物）。",
            "Ground under buildings, structures and yards over the site area; not the building density, which counts buildings alone.",
        ),
    ),
    (
        Text("区域绿地率总量平衡", "pooling of green"),
        Text(
            "在区内统筹计算绿地率的测算方案，不是权利；唯一后续事项是依程序调整规划条件。",
            "A balance calculation over the zone, no right; its only action is a revision of planning conditions by procedure.",
        ),
    ),
    (
        Text("节余土地", "surplus land"),
        Text(
            "已竣工项目中可分割转让的未建用地线索，须查合同分割条款、抵押、查封和投资比例。",
            "Open ground of a completed project that might be split off: contract, mortgage, seizure and investment are to be checked.",
        ),
    ),
    (
        Text("标准地", "standard land"),
        Text(
            "带控制指标和承诺出让的产业用地。",
            "Industrial land granted with stated indicators and a commitment.",
        ),
    ),
    (
        Text("得分", "score"),
        Text(
            "期限、面积、建筑面积、金额、就绪、可信度各项（0 至 100）乘以权重之和；各项在表中列出，权重见项目文件 [recommend]。",
            "The sum of weight times part (0 to 100) over deadline, area, floor area, amount, readiness and certainty; the parts stand in the table, the weights in the project file.",
        ),
    ),
    (
        Text("空白", "blank cell"),
        Text("未知；不是零，不是“无”，也不是“允许”。", "Unknown: not zero, not none, not allowed."),
    ),
)
_LISTS = (
    (Text("核查结论", "verdict"), VERDICTS),
    (Text("混合用途结论", "mixed-use verdict"), MIXED_VERDICTS),
    (Text("约束条件", "binding limit"), BOUND_BY),
    (Text("规则状态", "status of a rule"), STATUSES),
    (Text("可信度", "confidence"), CONFIDENCE),
)


def glossary_sheet(statuses: Mapping[str, Text] = IDLE_STATUSES) -> Sheet:
    """Return the terms and the codes with their meaning in both languages.

    Parameters
    ----------
    statuses : mapping of str to Text, optional
        The labels of the idle statuses, as the packs have them.
    """
    rows = [("用语 term", *_pair(term), *_pair(meaning)) for term, meaning in _TERMS]
    for kind, labels in ((Text("闲置状态", "idle status"), statuses), *_LISTS):
        rows += [
            (f"{kind.zh} {kind.en}", str(code), "", label.zh, label.en)
            for code, label in labels.items()
        ]
    names = ("kind", "term_zh", "term_en", "text_zh", "text_en")
    heads = (
        Text("类别", "kind"),
        Text("用语或代码", "term or code"),
        Text("英文", "English"),
        Text("含义", "meaning"),
        Text("含义（英文）", "meaning"),
    )
    columns = tuple(Column(name, "text", head) for name, head in zip(names, heads, strict=True))
    return Sheet(
        "术语", Text("术语", "Glossary"), columns, pd.DataFrame(rows, columns=list(names)), frozen=2
    )


def _pair(text: Text) -> tuple[str, str]:
    return text.zh, text.en
