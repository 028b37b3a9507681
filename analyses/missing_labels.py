"""How a reader calls what is missing: a column, a layer, a set of rules, or a setting of the project."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from layers.codes import ASSESSMENT_TOPICS
from layers.contracts import CONTRACTS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["missing_label", "missing_words"]

_NAMED = {
    "ruleset_of_supply": Text("供地时的标准", "the standard in force when the land was supplied"),
    "ruleset_2004": Text("2004年工业项目控制指标", "the 2004 control indicators"),
    "ruleset_2023": Text("2023年工业项目控制指标", "the 2023 control indicators"),
    "ruleset_current": Text("现行有效的规则", "the rule now in force"),
    "ruleset_supply": Text("供地时适用的标准", "the standard in force when the land was supplied"),
    "ruleset_m0": Text(
        "新型产业用地的地方配套比例", "the local shares of new-type industrial land"
    ),
    "ruleset_separation": Text("防护距离标准", "the distance to be kept"),
    "rule_in_force": Text("仍然有效的依据文件", "a document still in force"),
    "geometry": Text("图形", "geometry"),
    "ndvi": Text("植被指数影像", "vegetation index raster"),
    "landcover": Text("地类影像", "land-cover raster"),
    "canopy": Text("树冠影像", "canopy raster"),
    "surface": Text("地表模型", "surface model"),
    "terrain": Text("地形模型", "terrain model"),
    "obstacle": Text("净空限制栅格", "obstacle raster"),
    "target_share": Text("区域绿地率目标", "green target of the zone"),
    "new_park": Text("是否新建园区", "whether the park is a new one"),
    "roof_credit": Text("屋顶绿化折算是否适用", "whether roof greening is converted here"),
    "service_reach_m": Text(
        "配套设施视为到达的距离", "the distance within which a service reaches"
    ),
    "boundary_tolerance_share": Text("界线、面积的允许偏差", "tolerance of boundary and areas"),
    "low_use": Text("利用率低的标准", "thresholds of low use"),
    "low_efficiency": Text("低效用地标准", "thresholds of low-efficiency land"),
    "location_reach_m": Text(
        "区位得分降为零的距离", "the distance at which the location score is 0"
    ),
    "location_weights": Text("区位权重", "location weights"),
    "yield_class": Text("亩均效益分档", "class by yield"),
    "yield_benchmarks": Text("亩均效益基准值", "benchmarks of the ranking by yield"),
    "zones.approved": Text("批准四至的范围面", "the approved polygon of the zone"),
    "zones.fenced": Text("围网的范围面", "the fenced polygon of the zone"),
    "zones.accepted": Text("验收范围面", "the accepted polygons of the zone"),
    "zones.base": Text("区的范围面", "the polygon of the zone"),
}
#: Columns that read better in a sentence under another name than as the heading of a table.
_COLUMNS = {
    "self_held": Text("全部自持情况", "whether all is self-held"),
    "rights_clear": Text("权属情况", "whether the rights are clear"),
    "compensation_settled": Text("安置补偿情况", "whether compensation is settled"),
    "dispute_free": Text("争议情况", "whether the rights are in dispute"),
    "good_firm": Text("是否优质企业的认定", "whether the firm is a good one"),
    "started": Text("动工情况", "whether works have started"),
    "permit": Text("施工许可证情况", "whether there is a construction permit"),
    "investment_includes_land": Text(
        "投资口径（是否含地价税费）", "whether the investment includes the land"
    ),
    "cause": Text("迟延原因", "the cause of the delay"),
    "cause_verified": Text("原因核实情况", "whether the cause is verified"),
    "registered_in_system": Text(
        "监测监管系统录入情况", "whether the case is in the monitoring system"
    ),
    "hoarding_found": Text("囤地炒地认定情况", "whether hoarding was found"),
    "price_paid_full": Text("价款缴纳情况", "whether the price is paid in full"),
    "funds_in_place": Text("项目资金落实情况", "whether the project funds are in place"),
    "swap_same_value": Text("置换土地价值", "whether the swap is of equal value"),
    "swap_same_use": Text("置换土地用途", "whether the swap is of the same use"),
    "start_due_on": Text("约定开工日期", "the agreed start"),
    "delivered_on": Text("实际交地日期", "the day of delivery"),
    "discovered_on": Text("发现日期", "the day of discovery"),
    "notice_received_on": Text("通知书送达日期", "the day the notice was received"),
    "decision_served_on": Text("决定书送达日期", "the day the decision was served"),
    "suspended_on": Text("中止开发日期", "the day of suspension"),
    "signed_on": Text("合同签订日期", "the day of signing"),
    "permit_on": Text("施工许可证日期", "the day of the permit"),
    "completed_on": Text("竣工日期", "the day of completion"),
    "uses": Text("用途构成", "the uses and their areas"),
    "invested_wan": Text("已投资额", "what has been invested"),
}
#: Of these any one is enough.
_EITHER = (("start_due_on", "delivered_on"),)


@cache
def missing_label(name: str) -> Text:
    """Return how a reader calls what is missing: a column, a layer, a set of rules, a setting.

    Examples
    --------
    >>> missing_label("ruleset_2023").zh
    '2023年工业项目控制指标'
    >>> missing_label("assessments.water").zh
    '区域评估（水资源论证）'
    >>> missing_label("quite_unknown").en
    'quite_unknown'
    """
    if name in _NAMED or name in _COLUMNS:
        return _NAMED.get(name) or _COLUMNS[name]
    if name in CONTRACTS:
        return CONTRACTS[name].label
    table, _, column = name.partition(".")
    if table in CONTRACTS and column:
        return _of_table(table, column)
    for layer in ("parcels", "ledger", *CONTRACTS):
        if name in CONTRACTS[layer]:
            return CONTRACTS[layer].column(name).label
    return Text(name, name)


def _of_table(table: str, column: str) -> Text:
    """Name a column of a table, or what it lacks of a topic or a year."""
    of = CONTRACTS[table].label
    if column in CONTRACTS[table]:
        own = CONTRACTS[table].column(column).label
        return Text(f"{of.zh}的{own.zh}", f"{own.en} ({of.en})")
    if table == "assessments" and column in ASSESSMENT_TOPICS.labels:
        topic = ASSESSMENT_TOPICS.labels[column]
        return Text(f"区域评估（{topic.zh}）", f"regional assessment of {topic.en}")
    if column.isdigit():
        return Text(f"{column}年{of.zh}", f"{of.en} of {column}")
    return Text(f"{of.zh}（{column}）", f"{of.en} ({column})")


def missing_words(names: Sequence[str]) -> Text:
    """Join what is missing, in the order given; of alternatives it is said that either is enough.

    Examples
    --------
    >>> missing_words(["start_due_on", "delivered_on"]).zh
    '约定开工日期或者实际交地日期'
    >>> missing_words(["far_max", "land_stage"]).en
    'maximum floor-area ratio and building stage'
    """
    kept = list(dict.fromkeys(names))
    either = [pair for pair in _EITHER if set(pair) <= set(kept)]
    inside = {name for pair in either for name in pair}
    labels = [
        Text(
            "或者".join(missing_label(name).zh for name in pair),
            " or ".join(missing_label(name).en for name in pair),
        )
        for pair in either
    ]
    labels += [missing_label(name) for name in kept if name not in inside]
    # Columns of several tables may share a name.
    zh = list(dict.fromkeys(label.zh for label in labels))
    en = list(dict.fromkeys(label.en for label in labels))
    last = " and ".join([", ".join(en[:-1]), en[-1]] if len(en) > 1 else en)
    return Text("、".join(zh), last)
