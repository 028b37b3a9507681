"""What may be recommended of uses, green land and supply.

Mixed use is encouraged, never a right; the balance of green is a calculation whose only action is to
revise the parcels' conditions by procedure; a plot goes into the supply plan when every condition
of supply is known to be met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, joined_by
from analyses.frames import flags, numbers, texts
from analyses.land_facts import NOISE_M2, Fields, Land, joined_facts
from layers.codes import INSTRUMENTS, USES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["green_actions", "mixed_actions", "supply_actions"]

#: Land that serves the plots: never supplied as a plot.
_SERVING = ("green", "road", "utility", "parking", "transport")

#: Where planting is not proposed at or above the cap.
_NOT_PLANTED = ("industrial", "storage")

_WHY = {
    "allow_mixed": Text(
        "用途组合（{uses}）列入鼓励混合范围{draft}，面积{area}；须以规划条件、控规为准。",
        "The uses ({uses}) are listed as encouraged{draft}, {area}; planning conditions and control plan "
        "prevail.",
    ),
    "conflict": Text(
        "用途（{uses}）含围网内居住，面积{area}；除安全保卫人员外区内不得居住，请核实并调整到围网以外。",
        "Living quarters inside the fence ({uses}), {area}; apart from security staff "
        "nobody may live there: to be looked into and placed outside the fence.",
    ),
    "undetermined": Text(
        "用途组合（{uses}）未在清单列举，待主管部门明确{draft}，面积{area}。",
        "The uses ({uses}) are not listed and wait for the authority's word{draft}, {area}.",
    ),
    "give_green": Text(
        "测算调出绿地指标{moved}：{others}；按统筹平衡测算方案，拟按程序调整本宗地绿地率规划条件，须经主管部门批准，不构成权利。",
        "Calculated: {moved} of green given to {others}. By the balance calculation the green condition of the "
        "parcel is to be revised by procedure; it needs approval and gives no right.",
    ),
    "receive_green": Text(
        "测算调入绿地指标{moved}：{others}；须待调出宗地的规划条件先行调整，按程序报批，不构成权利。",
        "Calculated: {moved} of green received from {others}. The conditions of the giving parcels are to be "
        "revised first; it needs approval and gives no right.",
    ),
    "plant": Text(
        "绿地面积{green}，应有{required}，不足{short}；宗地未建{open}，可论证补植，须符合规划条件。",
        "Green area {green}, required {required}, short by {short}; {open} are open. Planting may be "
        "studied within the planning conditions.",
    ),
    "pool_green": Text(
        "测算{moved}；按统筹平衡测算方案，拟按程序调整本宗地绿地率规划条件，须经主管部门批准，不构成权利。",
        "Calculated: {moved}. By the balance calculation the green condition of the parcel is to be "
        "revised by procedure; it needs approval and gives no right.",
    ),
    "check_green": Text(
        "绿地面积{green}，应有{required}，不足{short}；对照规划条件核查{planting}。",
        "Green area {green}, required {required}, short by {short}: check against the planning "
        "conditions{planting}.",
    ),
    "reduce_green": Text(
        "绿地率高于工业用地上限，超出{over}；核查是否为批准的特殊需要，超出部分单列，不计入统筹盈余。",
        "The green ratio is above the cap of industrial land by {over}; check for an approved "
        "special need. What is above the cap counts in no pooled surplus.",
    ),
    "supply": Text(
        "供地条件已具备（权属清楚、补偿到位、无争议、规划条件已明确），面积{area}，用途{use}{how}；可纳入供地计划。",
        "The conditions of supply are met (clear rights, compensation, no dispute, planning "
        "conditions), {area}, {use}{how}; it may go into the supply plan.",
    ),
    "not_ready": Text(
        "尚不具备供地条件（{what}），面积{area}；补齐后再纳入供地计划。",
        "Not ready for supply ({what}), {area}; to be completed before it goes into the plan.",
    ),
    "supply_unknown": Text(
        "拟供应宗地，面积{area}，资料不足。缺：{what}。",
        "A plot to be supplied, {area}, facts are missing: {what}.",
    ),
}

_GATES = {
    "rights_clear": Text("权属清楚", "clear rights"),
    "compensation_settled": Text("补偿到位", "compensation settled"),
    "dispute_free": Text("没有争议", "no dispute"),
}
#: What has to be known before a gate can be judged.
_ASKED = {
    "rights_clear": Text("权属情况", "state of the rights"),
    "compensation_settled": Text("补偿情况", "state of the compensation"),
    "dispute_free": Text("争议情况", "whether there is a dispute"),
}
_CONDITIONS = Text("规划条件文号", "planning conditions")


def mixed_actions(land: Land, *, draft: bool) -> list[pd.DataFrame]:
    """Follow the mixed-use verdict: consider, look into a conflict, or wait for the authority."""
    verdict = land.text("mixed_verdict")
    marks = ("（征求意见稿）", " (draft for comment)") if draft else ("", "")
    labels = {
        code: (
            "、".join(_use(one)[0] for one in code.split("+")),
            ", ".join(_use(one)[1] for one in code.split("+")),
        )
        for code in set(land.text("mixed_uses"))
    }
    found = []
    for action, reason, code in (
        ("allow_mixed", "allow_mixed", "yes"),
        ("resolve_conflict", "conflict", "conflict"),
        ("watch", "undetermined", "undetermined"),
    ):
        rules = "mixed.list" if action == "watch" else ""
        where = verdict == code
        n = int(where.sum())
        uses = [labels[code] for code in land.text("mixed_uses")[where]]
        fields: Fields = {
            "uses": ([zh for zh, _ in uses], [en for _, en in uses]),
            "draft": ([marks[0]] * n, [marks[1]] * n),
        }
        # A mix of uses frees no land.
        none = {"area_m2": np.nan, "rules": rules}
        found.append(land.write(action, _WHY[reason], where, fields, **none))
    return found


def _use(code: str) -> tuple[str, str]:
    label = USES.labels.get(code)
    return (code or "未知", code or "unknown") if label is None else (label.zh, label.en)


def _transfer_actions(land: Land, transfers: pd.DataFrame) -> list[pd.DataFrame]:
    """Revise the condition of the parcel that gives before that of the one that receives."""
    found = []
    ids = pd.Index(texts(land.parcels, "parcel_id"))
    moved = transfers.loc[numbers(transfers, "area_m2") > NOISE_M2]
    for code, own, other in (
        ("give_green", "from_parcel_id", "to_parcel_id"),
        ("receive_green", "to_parcel_id", "from_parcel_id"),
    ):
        rows = pd.DataFrame(
            {
                "at": ids.get_indexer(pd.Index(texts(moved, own))),
                "other": texts(moved, other).fillna("—").to_numpy(dtype=object),
                "area": numbers(moved, "area_m2").to_numpy(),
            }
        )
        rows = rows.loc[rows["at"] >= 0].sort_values(["at", "other"], ignore_index=True)
        sizes = area_texts(rows["area"])
        rows["zh"] = [f"{name} {size}" for name, size in zip(rows["other"], sizes[0], strict=True)]
        rows["en"] = [f"{name} {size}" for name, size in zip(rows["other"], sizes[1], strict=True)]
        rows["first"] = [f"{name}:give_green" for name in rows["other"]]
        at = np.unique(rows["at"].to_numpy())
        sums = rows.groupby("at")["area"].sum().to_numpy()
        keys = rows["at"].tolist()
        said = [joined_by(keys, rows[name], blank) for name, blank in (("zh", "、"), ("en", ", "))]
        first = joined_by(keys, rows["first"], ",")
        where = np.zeros(len(land.parcels), dtype=bool)
        where[at] = True
        fields: Fields = {
            "moved": area_texts(sums),
            "others": ([said[0][place] for place in at], [said[1][place] for place in at]),
        }
        depends = [first[place] for place in at] if code == "receive_green" else None
        found.append(land.write(code, _WHY[code], where, fields, area_m2=sums, depends=depends))
    return found


def _planting(land: Land, balance: np.ndarray) -> list[pd.DataFrame]:
    """Study planting where green is short, ground is open and no cap stands against it."""
    open_ = land.area - land.number("footprint_m2") - land.number("green_m2")
    where = (balance < -NOISE_M2) & ~np.isin(land.text("land_use"), _NOT_PLANTED)
    where &= ~np.isin(land.text("land_use"), _SERVING) & (open_ >= -balance)
    fields: Fields = {
        "green": area_texts(land.number("green_m2")[where]),
        "required": area_texts(land.number("green_required_m2")[where]),
        "short": area_texts(-balance[where]),
        "open": area_texts(open_[where]),
    }
    return [land.write("plant_green", _WHY["plant"], where, fields, area_m2=-balance[where])]


def green_actions(land: Land, transfers: pd.DataFrame | None = None) -> list[pd.DataFrame]:
    """Revise the green conditions where a zone may balance; else check what falls short.

    Parameters
    ----------
    land : Land
        The parcels.
    transfers : pandas.DataFrame, optional
        Who gives how much to whom; without it only what each parcel gives or receives is known.
    """
    given, received = land.number("green_given_m2"), land.number("green_received_m2")
    gives, takes = given > NOISE_M2, received > NOISE_M2
    pooled = land.policy.has_rule("green.pooling") & (gives | takes)
    paired: list[pd.DataFrame] = []
    if transfers is not None and len(transfers) and land.policy.has_rule("green.pooling"):
        paired = _transfer_actions(land, transfers)
        ids = texts(land.parcels, "parcel_id")
        told = {*texts(transfers, "from_parcel_id"), *texts(transfers, "to_parcel_id")}
        pooled &= ~ids.isin(told).to_numpy(dtype=bool)
    moved = np.where(gives, given, received)
    out = area_texts(moved[pooled])
    fields: Fields = {
        "moved": (
            [
                f"{'调出' if gone else '调入'}绿地指标{text}"
                for gone, text in zip(gives[pooled], out[0], strict=True)
            ],
            [
                f"{text} of green {'given' if gone else 'received'}"
                for gone, text in zip(gives[pooled], out[1], strict=True)
            ],
        )
    }
    found = [
        *paired,
        land.write("pool_green", _WHY["pool_green"], pooled, fields, area_m2=moved[pooled]),
    ]

    balance = land.number("green_balance_m2") + np.where(takes, received, 0.0)
    # What is not built yet is not short of green: its plans are followed year by year.
    balance = np.where(np.isin(land.text("land_stage"), ("completed", "")), balance, 0.0)
    where = balance < -NOISE_M2
    barred = np.isin(land.text("land_use")[where], _NOT_PLANTED)
    fields = {
        "green": area_texts(land.number("green_m2")[where]),
        "required": area_texts(land.number("green_required_m2")[where]),
        "short": area_texts(-balance[where]),
        "planting": (
            ["，工业、仓储用地不得超出上限补植" if item else "" for item in barred],
            [
                ", with no planting beyond the cap on industrial or storage land" if item else ""
                for item in barred
            ],
        ),
    }
    found.append(
        land.write("check_green", _WHY["check_green"], where, fields, area_m2=-balance[where])
    )

    found += _planting(land, balance)
    over = land.number("green_over_cap_m2")
    above = land.verdicts("green.industrial_cap")["holds"].to_numpy() & (over > NOISE_M2)
    fields = {"over": area_texts(over[above])}
    found.append(
        land.write("reduce_green", _WHY["reduce_green"], above, fields, area_m2=over[above])
    )
    return found


def _instruments(land: Land, where: np.ndarray, plan: pd.DataFrame | None) -> Fields:
    """Say by which instrument, for which term and when the draft plan supplies the parcels."""
    n = int(where.sum())
    if plan is None or plan.empty:
        return {"how": ([""] * n, [""] * n)}
    rows = plan.assign(parcel_id=texts(plan, "parcel_id")).drop_duplicates("parcel_id")
    rows = rows.set_index("parcel_id").reindex(texts(land.parcels, "parcel_id")[where])
    zh, en = [], []
    years = numbers(rows, "term_years").to_numpy()
    for code, quarter, term in zip(
        texts(rows, "instrument").fillna(""), texts(rows, "quarter").fillna(""), years, strict=True
    ):
        label = INSTRUMENTS.labels.get(code, Text(code, code))
        parts = [
            (f"供应方式{label.zh}", f"by {label.en}") if code else None,
            (f"年期{term:g}年", f"for {term:g} years") if np.isfinite(term) else None,
            (f"拟供季度{quarter}", f"in {quarter}") if quarter else None,
        ]
        said = [part for part in parts if part is not None]
        zh.append("".join(f"，{part[0]}" for part in said))
        en.append("".join(f", {part[1]}" for part in said))
    return {"how": (zh, en)}


def supply_actions(land: Land, plan: pd.DataFrame | None = None) -> list[pd.DataFrame]:
    """Tell plots ready for supply from those that are not, and those of which it is not known."""
    open_ = np.isin(land.text("supply_status"), ("ready", "approved_unsupplied"))
    open_ &= ~np.isin(land.text("land_use"), _SERVING)
    fails, lacks = [], []
    for name, label in _GATES.items():
        gate = flags(land.parcels, name)
        fails.append((gate.eq(other=False).fillna(value=False).to_numpy(dtype=bool), label))
        lacks.append((gate.isna().to_numpy(), _ASKED[name]))
    lacks.append((texts(land.parcels, "planning_conditions_no").isna().to_numpy(), _CONDITIONS))
    failing = np.logical_or.reduce([mask for mask, _ in fails])
    lacking = np.logical_or.reduce([mask for mask, _ in lacks])
    found = []

    where = open_ & ~failing & ~lacking
    uses = [_use(code) for code in land.text("land_use")[where]]
    fields: Fields = {
        "use": ([zh for zh, _ in uses], [en for _, en in uses]),
        **_instruments(land, where, plan),
    }
    found.append(land.write("supply", _WHY["supply"], where, fields))

    def named(masks: Sequence[tuple[np.ndarray, Text]], where: np.ndarray, no: Text) -> Fields:
        at = np.flatnonzero(where)
        facts = []
        for mask, label in masks:
            hit = at[mask[at]]
            facts.append((hit, [no.zh + label.zh] * len(hit), [no.en + label.en] * len(hit)))
        zh, en = joined_facts(len(land.parcels), facts)
        return {"what": (zh[where], en[where])}

    where = open_ & failing
    what = named(fails, where, Text("未达到：", "not met: "))
    of_supply = {"area_m2": np.nan, "rules": "supply.ready"}
    found.append(land.write("watch", _WHY["not_ready"], where, what, **of_supply))
    where = open_ & ~failing & lacking
    what = named(lacks, where, Text("", ""))
    found.append(land.write("find_out", _WHY["supply_unknown"], where, what, **of_supply))
    return found
