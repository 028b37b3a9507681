"""The code lists of land supply and zone performance: instruments, decisions, classes, zone types."""

from __future__ import annotations

from layers.code_list import CodeList
from policies.text import Text

__all__ = ["INSTRUMENTS", "PLAN_DECISIONS", "RATING_CLASSES", "SUPPLY_CODE_LISTS", "ZONE_TYPES"]

INSTRUMENTS = CodeList(
    "instrument",
    {
        "grant": Text("出让（最高年限）", "grant for the longest term"),
        "flexible": Text("弹性年期出让", "grant for a flexible term"),
        "lease_first": Text("先租后让", "lease first, then grant"),
        "lease_grant": Text("租让结合", "part lease, part grant"),
        "long_lease": Text("长期租赁", "long lease"),
        "fifty_years": Text(
            "五十年期出让（重大项目优先）", "50-year grant, priority of major projects"
        ),
    },
)

PLAN_DECISIONS = CodeList(
    "plan_decision",
    {
        "in": Text("列入", "in the plan"),
        "out": Text("不列入", "left out"),
        "free": Text("由测算决定", "left to the calculation"),
    },
)

RATING_CLASSES = CodeList(
    "rating_class",
    {
        "A": Text("A类", "class A"),
        "B": Text("B类", "class B"),
        "C": Text("C类", "class C"),
    },
)

ZONE_TYPES = CodeList(
    "zone_type",
    {
        "airport": Text("空港型", "airport type"),
        "science": Text("科技型", "science type"),
        "other": Text("其他类型", "another type"),
    },
)

#: All of them, for the index of `layers.codes`.
SUPPLY_CODE_LISTS = (INSTRUMENTS, PLAN_DECISIONS, RATING_CLASSES, ZONE_TYPES)
