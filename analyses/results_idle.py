"""The idle statuses, and the contracts of the tables that count parcels by them."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = [
    "DURATION_CLASSES",
    "IDLE_FORECAST",
    "IDLE_SERIES",
    "IDLE_STATUSES",
    "IDLE_SUMS",
    "IDLE_TREND",
]


#: Gravest first: a parcel takes the gravest status of its ledger rows.
IDLE_STATUSES: dict[str, Text] = {
    "suspected_2y": Text(
        "涉嫌闲置（满两年未动工）", "suspected idle, two years or more not started"
    ),
    "suspected_1y": Text(
        "涉嫌闲置（满一年未动工）", "suspected idle, one year or more not started"
    ),
    "suspended": Text(
        "涉嫌中止开发满一年（第二条第二款）",
        "suspected: works suspended a full year (art. 2 para 2)",
    ),
    "gov_cause": Text(
        "涉嫌闲置（政府原因、不可抗力，第八条）",
        "suspected idle by government cause or force majeure (art. 8)",
    ),
    "human_review": Text("须人工核查", "human review needed"),
    "at_the_line": Text("期限当日", "at the line: the boundary day itself"),
    "to_check": Text("开工情况待核实", "to check: start not known, the year has passed"),
    "overdue_start": Text("逾期未动工，未满一年", "start overdue, less than a year"),
    "unknown": Text("资料不足，无法判断", "unknown: facts are missing"),
    "not_due": Text("未到约定动工日", "start not yet due"),
    "started": Text("已动工", "started"),
    "not_supplied": Text("未供应", "not supplied"),
}

#: How long; with the years of the national rules, as in the labels of the statuses.
DURATION_CLASSES: dict[str, Text] = {
    "1y": Text("满一年不满两年", "one year or more, less than two years"),
    "2y": Text("满两年", "two years or more"),
}

#: A parcel enters a status in a month if nothing happens; statuses as in `IDLE_STATUSES`.
IDLE_FORECAST = Contract(
    "idle_forecast",
    Text("闲置到期预测（保持现状）", "what falls due if nothing happens"),
    (
        _c("month", "text", "月份", "month"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("idle_status", "code", "届时状态", "status entered", None, tuple(IDLE_STATUSES)),
        _c("parcels_n", "integer", "宗数", "parcels"),
        _c("area_m2", "number", "面积", "area", "m2"),
    ),
)

#: The status of a parcel at a date to come if nothing happens; statuses as in `IDLE_STATUSES`.
IDLE_SERIES = Contract(
    "idle_series",
    Text("闲置状态推算（保持现状）", "idle status at dates to come, if nothing happens"),
    (
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("on", "date", "日期", "date"),
        _c("idle_status", "code", "届时状态", "status then", None, tuple(IDLE_STATUSES)),
    ),
)

IDLE_SUMS = Contract(
    "idle_sums",
    Text("闲置情况分类汇总", "idle land by status and cause"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("idle_status", "code", "闲置状态", "idle status", None, tuple(IDLE_STATUSES)),
        _c("cause", "text", "原因", "cause"),
        _c("parcels_n", "integer", "宗数", "parcels"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("area_ha", "number", "面积（公顷）", "area in hectares", "ha"),
        _c("fees_n", "integer", "已测算闲置费的宗数", "parcels with a calculated fee"),
        _c(
            "fee_order53_wan",
            "number",
            "闲置费测算值合计（第53号令，以认定为准；满两年的为择一方案，不计）",
            "calculated fees by Order 53 (not those over two years, an alternative to recovery)",
            "wan",
        ),
        _c(
            "fee_law_max_wan",
            "number",
            "闲置费上限测算值合计（房地产管理法；满两年的不计）",
            "calculated ceilings by the law (not those over two years)",
            "wan",
        ),
    ),
)

#: The parcels of each zone by status at a series of dates, if nothing happens.
IDLE_TREND = Contract(
    "idle_trend",
    Text("闲置状态趋势（保持现状）", "idle land at a series of dates, if nothing happens"),
    (
        _c("on", "date", "日期", "date"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("idle_status", "code", "闲置状态", "idle status", None, tuple(IDLE_STATUSES)),
        _c("parcels_n", "integer", "宗数", "parcels"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("area_ha", "number", "面积（公顷）", "area in hectares", "ha"),
    ),
)
