"""What the findings of the evidence on the ground say: candidates, in Chinese and in English."""

from __future__ import annotations

from policies.text import Text

__all__ = ["NOTES", "REMARKS"]

_VISIT = Text(
    "仅为线索，不作认定依据，须现场核查。", "A candidate only, no finding: to be checked on site."
)


def _candidate(zh: str, en: str) -> Text:
    return Text(zh + _VISIT.zh, f"{en} {_VISIT.en}")


_UNMEASURED = Text(
    "宗地没有图形，无法与地上建筑比对。",
    "The parcel has no geometry: it cannot be compared with what stands there.",
)

#: By what the ledger says (or which raster changed), and the verdict.
NOTES: dict[tuple[str, str], Text] = {
    ("started", "yes"): _candidate(
        "台账记为已动工，但建筑、构筑物和堆场（不计临时建筑）只占宗地的{share}，不超过{limit}，与台账不符。",
        "The ledger says started, but buildings, structures and yards (without temporary ones) hold "
        "{share} of the parcel, no more than {limit}: the two do not agree.",
    ),
    ("started", "no"): Text(
        "台账记为已动工，地上建筑、构筑物和堆场占宗地的{share}，未见不符。",
        "The ledger says started, and {share} of the parcel holds buildings, structures or yards: no "
        "contradiction.",
    ),
    ("not_started", "yes"): _candidate(
        "台账记为未动工，但地上建筑、构筑物和堆场（不计临时建筑）占宗地的{share}，达到{limit}，与台账不符。",
        "The ledger says not started, but buildings, structures and yards (without temporary ones) "
        "hold {share} of the parcel, at least {limit}: the two do not agree.",
    ),
    ("not_started", "no"): Text(
        "台账记为未动工，地上建筑、构筑物和堆场占宗地的{share}，未见不符。",
        "The ledger says not started, and {share} of the parcel holds buildings, structures or yards: "
        "no contradiction.",
    ),
    ("silent", "yes"): _candidate(
        "台账未记是否动工，而宗地的{share}已建成（不计临时建筑和在建工程），达到{limit}，请补充台账。",
        "The ledger does not say whether works have started, while {share} of the parcel is developed "
        "(without temporary and unfinished buildings), at least {limit}: the ledger is to be completed.",
    ),
    ("silent", "no"): Text(
        "台账未记是否动工，宗地的{share}已建成，不足{limit}，不能据此补充台账。",
        "The ledger does not say whether works have started; {share} of the parcel is developed, less "
        "than {limit}: too little to complete the ledger by.",
    ),
    ("ndvi", "yes"): _candidate(
        "台账未记已动工，但{first_on}至{last_on}间宗地平均植被指数变化{change}，降幅达到{limit}，地表可能已扰动。",
        "The ledger does not say started, but the mean vegetation index of the parcel changed by "
        "{change} from {first_on} to {last_on}, a fall of at least {limit}: the ground may have been "
        "broken.",
    ),
    ("ndvi", "no"): Text(
        "{first_on}至{last_on}间宗地平均植被指数变化{change}，未达到下降{limit}。",
        "The mean vegetation index of the parcel changed by {change} from {first_on} to {last_on}, "
        "short of a fall of {limit}.",
    ),
    ("surface", "yes"): _candidate(
        "台账未记已动工，但{first_on}至{last_on}间宗地平均地表高程变化{change}米，升高达到{limit}米，可能已有建筑或堆填。",
        "The ledger does not say started, but the mean surface of the parcel changed by {change} m from "
        "{first_on} to {last_on}, a rise of at least {limit} m: something may have been built or "
        "heaped up.",
    ),
    ("surface", "no"): Text(
        "{first_on}至{last_on}间宗地平均地表高程变化{change}米，未达到升高{limit}米。",
        "The mean surface of the parcel changed by {change} m from {first_on} to {last_on}, short of a "
        "rise of {limit} m.",
    ),
    ("ndvi", "unknown"): Text(
        "两期影像没有完整覆盖宗地，变化未知。",
        "The two rasters do not cover the parcel: the change is unknown.",
    ),
    ("surface", "unknown"): Text(
        "两期地表模型没有完整覆盖宗地，变化未知。",
        "The two surface models do not cover the parcel: the change is unknown.",
    ),
    **{(said, "unknown"): _UNMEASURED for said in ("started", "not_started", "silent")},
}

#: By what is missing.
REMARKS: dict[str, Text] = {
    "geometry": Text("缺：宗地图形。", "Missing: geometry of the parcel."),
    "permanence": Text(
        "部分建筑未登记永久或临时、建成或在建，按永久、已建成计。缺：永久或临时、状态。",
        "Some outlines do not say whether they are permanent, or finished: counted as both. Missing: "
        "permanence, state.",
    ),
    "ndvi": Text("缺：植被指数影像。", "Missing: vegetation index."),
    "surface": Text("缺：地表模型。", "Missing: surface model."),
}
