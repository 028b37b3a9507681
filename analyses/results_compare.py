"""The contract of the comparison of two runs, and the names of its codes."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = ["CHANGES", "COMPARE", "COMPARE_CAUSES", "COMPARE_KINDS"]

#: What became of a parcel between two runs, the gravest first.
CHANGES: dict[str, Text] = {
    "new": Text("新增宗地", "new parcel"),
    "gone": Text("已不在成果中的宗地", "parcel that is gone"),
    "flipped": Text("结论改变", "a verdict flipped"),
    "changed": Text("结论未变，数据或数值有变", "same verdicts, other figures or data"),
    "same": Text("无变化", "no change"),
}

COMPARE_KINDS: dict[str, Text] = {
    "run": Text("运行条件", "conditions of the run"),
    "parcel": Text("宗地增减", "parcel new or gone"),
    "status": Text("状态改变", "status flipped"),
    "verdict": Text("核查结论改变", "verdict flipped"),
    "amount": Text("金额（测算值）", "amount (calculated)"),
    "figure": Text("指标数值", "figure"),
    "action": Text("建议增减", "recommendation"),
    "input": Text("输入数据", "input"),
}

#: Why something changed. Where several hold, all are named: which of them decided is not guessed.
COMPARE_CAUSES: dict[str, Text] = {
    "presence": Text("宗地增减", "the parcel is new or gone"),
    "as_of": Text("审查日期不同", "another review date"),
    "rule": Text("规则或其条款不同", "another rule or clause"),
    "parameter": Text("规则参数不同", "another parameter of the rule"),
    "rule_status": Text("规则效力状态不同", "another status of the rule"),
    "input": Text("输入数据不同", "other input data"),
    "geometry": Text("宗地图形不同", "another shape of the parcel"),
    "layer": Text("相关图层文件不同", "another file of a layer it reads"),
    "option": Text("项目选项不同", "another option of the project"),
    "not_run": Text("其中一次未做该项分析", "one of the runs did not make this analysis"),
    "program": Text("程序版本不同", "another version of the program"),
    "around": Text(
        "本宗地的数据与规则未变，系由其他宗地或区内合计数变化引起",
        "own data and rules are the same: it follows from other parcels or the zone's totals",
    ),
    "unexplained": Text(
        "成果文件中未见原因，须核对输入数据",
        "no cause can be seen in the results: the inputs are to be compared",
    ),
}

COMPARE = Contract(
    "compare",
    Text("两次运行对比", "comparison of two runs"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("contract_no", "text", "合同编号", "contract"),
        _c("kind", "code", "类别", "kind", None, tuple(COMPARE_KINDS)),
        _c("what", "text", "对象代码", "what, its code"),
        _c("title_zh", "text", "对象", "what (Chinese)"),
        _c("title_en", "text", "对象（英文）", "what"),
        _c("old", "text", "原值", "before"),
        _c("new", "text", "现值", "after"),
        _c("difference", "number", "增减", "difference"),
        _c("unit", "text", "单位", "unit"),
        _c("cause", "text", "原因代码", "causes, their codes"),
        _c("why_zh", "text", "原因", "why (Chinese)"),
        _c("why_en", "text", "原因（英文）", "why"),
    ),
)
