"""The verdicts on the green of zones: floor, target, public green, pooling, years, freeing, planting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import joined_missing, no_rule_findings, percent, said, verdict_of
from geo.errors import some

if TYPE_CHECKING:
    from datetime import date

    from analyses.green_findings import GreenFacts
    from policies.model import Policy

__all__ = ["green_zone_findings"]

_ROUNDING = 1e-9


def green_zone_findings(facts: GreenFacts, policy: Policy, as_of: date) -> list[pd.DataFrame]:
    """Write every finding on the zones, rule by rule."""
    found = [_pooling(facts, policy, as_of)]
    for rule, write in (
        ("green.zone_floor", _zone_floor),
        ("green.zone_target", _zone_target),
        ("green.public_counted", _public),
        ("green.years", _years),
        ("green.freeing", _freeing),
        ("green.siting", _siting),
    ):
        if policy.has_rule(rule):
            found.append(write(facts, policy, as_of))
    return found


def _counted(facts: GreenFacts) -> tuple[str, str]:
    if not facts.public_counts:
        return "未计公共绿地", "public green not counted"
    return (
        f"公共绿地依批准文号{facts.public_green_approval_no}计入",
        f"public green counted by approval {facts.public_green_approval_no}",
    )


def _zone_floor(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the floor of a new park over the zone's total land; for an existing one it is open."""
    rule = policy.rule("green.zone_floor")
    zones, limit = facts.zones, float(rule.value("share_min"))
    share = zones["share"]
    # A pack that does not say so means new parks.
    new_only = "new_parks_only" not in rule.parameters or bool(rule.value("new_parks_only"))
    missing = joined_missing(
        zones.index,
        {
            "new_park": np.full(len(zones), new_only and facts.new_park is None),
            "green": zones["counted_m2"].isna().to_numpy(),
            "zones": (zones["counted_m2"].notna() & share.isna()).to_numpy(),
        },
    )
    existing = np.full(len(zones), new_only and facts.new_park is False)
    verdict = verdict_of(
        (share >= limit * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=existing,
    )
    counted = _counted(facts)
    says = {
        "yes": ("达到下限", "reaches the floor"),
        "no": ("低于下限", "below the floor"),
        "unknown": ("资料不足，无法判断", "facts are missing"),
        "not_applicable": (
            "该下限针对新建园区，既有园区待定",
            "the floor addresses new parks, for an existing one it is undetermined",
        ),
    }
    zh, en = [], []
    for value, code in zip(share, verdict, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(limit)
        what = "附属绿地及公共绿地" if facts.public_counts else "附属绿地"
        zh.append(f"{what}占全区用地{v_zh}（{counted[0]}），下限{b_zh}：{says[code][0]}。")
        en.append(
            f"Green over the zone's land {v_en} ({counted[1]}), floor {b_en}: {says[code][1]}."
        )
    verdicts = Verdicts(
        verdict,
        zone_id=zones.index.to_numpy(dtype=object),
        measured=share,
        limit=limit,
        unit="share",
        missing=missing.mask(pd.Series(existing, index=zones.index), ""),
        note_zh=zh,
        note_en=en,
        by=rule.parameter("share_min"),
    )
    return rule_findings(rule, as_of, verdicts)


def _zone_target(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the project's own target: total green over total ground, never a mean of ratios."""
    pools = facts.pools[facts.pools["target_source"] == "project"]
    share, limit = pools["share"], pools["target_share"]
    missing = joined_missing(pools.index, {"green": share.isna().to_numpy()})
    verdict = verdict_of(
        (share >= limit * (1 - _ROUNDING)).to_numpy(dtype=bool),
        unknown=(missing != "").to_numpy(dtype=bool),
    )
    counted = _counted(facts)
    says = {
        "yes": ("达到目标", "reaches the target"),
        "no": ("低于目标", "below the target"),
        "unknown": ("资料不足，无法判断", "facts are missing"),
    }
    zh, en = [], []
    row: Any
    for row, code in zip(pools.itertuples(), verdict, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(row.share), percent(row.target_share)
        without, with_it = percent(row.share_without_public), percent(row.share_with_public)
        year = "" if pd.isna(row.target_year) else f"{row.target_year}"
        year_zh, year_en = (f"{year}年", f" for {year}") if year else ("", "")
        zh.append(
            f"区绿地率{v_zh}（{counted[0]}；不含公共绿地{without[0]}，含{with_it[0]}），{year_zh}目标{b_zh}：{says[code][0]}。"
        )
        en.append(
            f"Zone's green ratio {v_en} ({counted[1]}; without public green {without[1]}, with it {with_it[1]}), target{year_en} {b_en}: {says[code][1]}."
        )
    return rule_findings(
        policy.rule("green.zone_target"),
        as_of,
        Verdicts(
            verdict,
            zone_id=pools["zone_id"],
            measured=share,
            limit=limit,
            unit="share",
            missing=missing,
            note_zh=zh,
            note_en=en,
            confidence="P",
        ),
    )


def _public(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say whether public green counts, and by what approval."""
    pools = facts.pools
    area = pools["public_m2"]
    rule = policy.rule("green.public_counted")
    allowed = bool(rule.value("counts"))
    if facts.public_counts:
        why = _counted(facts)
    elif not allowed:
        why = ("规则包不允许公共绿地计入", "the pack does not let public green count")
    else:
        why = ("未提供批准文号，不计入", "no approval number is given, not counted")
    texts_zh, texts_en = [], []
    for metres in area:
        zh, en = said(metres, 1)
        texts_zh.append(f"区内公共绿地{zh}㎡：{why[0]}。")
        texts_en.append(f"Public green of the zone {en} m2: {why[1]}.")
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict_of(
                np.full(len(pools), facts.public_counts),
                unknown=area.isna().to_numpy(),
                not_applicable=(area == 0).to_numpy(),
            ),
            zone_id=pools["zone_id"],
            measured=area,
            unit="m2",
            missing=joined_missing(pools.index, {"green": area.isna().to_numpy()}),
            note_zh=texts_zh,
            note_en=texts_en,
        ),
    )


def _pooling(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say whether the zone's surplus covers its deficits, where the policy lets it be balanced."""
    pools = facts.pools
    ids = pools["zone_id"].to_numpy(dtype=object)
    if not policy.has_rule("green.pooling"):
        # A basis that the project names is shown, and is for the authority to judge.
        own = pools["basis_clause"].dropna().astype(str).unique()
        own_zh = f"项目自列依据“{own[0]}”，规则包未载，未作测算。" if len(own) else ""
        own_en = (
            f" The project names a basis of its own ({own[0]}), which the pack does not hold: nothing is calculated."
            if len(own)
            else ""
        )
        verdicts = Verdicts(
            np.full(len(pools), "not_applicable", dtype=object),
            zone_id=ids,
            note_zh="本地政策无绿地率总量平衡条款，无统筹依据。" + own_zh,
            note_en="This jurisdiction has no clause on balancing the green ratio: no basis for pooling."
            + own_en,
        )
        return no_rule_findings("green", "green.pooling", verdicts)
    balance = pools["surplus_m2"] - pools["deficit_m2"]
    open_ = (pools["status"] == "unknown").to_numpy(dtype=bool)
    named = facts.pool_missing.reindex(pools["zone_id"]).fillna("").to_numpy(dtype=object)
    named = np.where(named == "", "green,green_min_share", named)
    missing = pd.Series(np.where(open_, named, ""), index=pools.index, dtype="string")
    zh, en = [], []
    row: Any
    for row in pools.itertuples():
        known = not np.isnan(row.surplus_m2)
        over = 0.0 if np.isnan(row.over_cap_m2) else row.over_cap_m2
        part_zh = (
            f"盈余{row.surplus_m2:,.1f}㎡（不含超上限{over:,.1f}㎡），缺口{row.deficit_m2:,.1f}㎡，统筹后仍缺{row.unmet_m2:,.1f}㎡"
            if known
            else "盈亏未知"
        )
        part_en = (
            f"surplus {row.surplus_m2:,.1f} m2 (without {over:,.1f} m2 over the cap), deficit {row.deficit_m2:,.1f} m2, {row.unmet_m2:,.1f} m2 left unmet"
            if known
            else "balance unknown"
        )
        rest_zh = f"；另有{row.unknown_n}宗盈亏未知" if row.unknown_n else ""
        rest_en = f"; the balance of {row.unknown_n} parcels is unknown" if row.unknown_n else ""
        if row.status == "unknown" and known and not row.unknown_n:
            lacks = facts.pool_missing.get(row.zone_id, "")
            rest_zh += f"；资料不足（{lacks}），数值仅供参考"
            rest_en += f"; facts are missing ({lacks}), the values are for reference"
        no = "" if pd.isna(row.approval_no) else str(row.approval_no)
        by_zh, by_en = (f"（批准文号{no}）", f" (approval {no})") if no else ("", "")
        if row.given_m2 > 0:
            rest_zh += f"；调剂{row.given_m2:,.1f}㎡，对偶间隙{row.transfer_gap:,.1f}"
            rest_en += f"; {row.given_m2:,.1f} m2 transferred, duality gap {row.transfer_gap:,.1f}"
        zh.append(
            f"统筹平衡测算方案{by_zh}：{part_zh}{rest_zh}。测算不产生权利，须依程序修改各宗地绿地率规划条件。"
        )
        en.append(
            f"Balance calculation{by_en}: {part_en}{rest_en}. It gives no right: the parcels' green conditions would have to be revised by procedure."
        )
    return rule_findings(
        policy.rule("green.pooling"),
        as_of,
        Verdicts(
            verdict_of((pools["status"] == "covered").to_numpy(dtype=bool), unknown=open_),
            zone_id=ids,
            measured=balance,
            limit=0.0,
            unit="m2",
            missing=missing,
            note_zh=zh,
            note_en=en,
        ),
    )


def _years(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say when the balance of a zone breaks, where completions are planned."""
    years = facts.plans.years
    zones = years["zone_id"].drop_duplicates().tolist()
    verdict, measured, missing, zh, en = [], [], [], [], []
    for zone in zones:
        rows = years[years["zone_id"] == zone]
        first = rows[rows["first_break"].fillna(value=False).to_numpy(dtype=bool)]
        unknown = int(rows["unknown_n"].max())
        last = int(rows["year"].max())
        rest_zh = f"另有{unknown}宗盈亏未知，以上仅就已知部分。" if unknown else ""
        rest_en = (
            f" The balance of {unknown} parcels is unknown: this speaks of what is known."
            if unknown
            else ""
        )
        # A project without a date may come in any year: a balance that holds without it is open.
        undated = int(rows["unplanned_n"].max())
        stages = int(rows["stage_unknown_n"].max())
        lacks = ["green_planned_m2,green_min_share"] if unknown else []
        lacks += ["land_stage"] if stages else []
        if stages:
            rest_zh += f"{stages}宗未填建设阶段，暂按已竣工计。"
            rest_en += f" The stage of {stages} parcels is unknown, reckoned as completed."
        if undated:
            rest_zh += f"{undated}宗未竣工而无计划竣工日期，未计入。"
            rest_en += f" {undated} parcels that are not built have no planned completion and are left out."
        if undated and first.empty:
            lacks.append("completion_planned_on")
        missing.append(",".join(lacks))
        if first.empty:
            verdict.append("unknown" if lacks else "yes")
            measured.append(float("nan"))
            margin = said(float(rows["margin_m2"].iloc[-1]), 1)
            zh.append(f"按现有计划至{last}年绿地保持平衡，届时可用余量{margin[0]}㎡。{rest_zh}")
            en.append(
                f"By the plans the balance holds until {last}, with {margin[1]} m2 left then.{rest_en}"
            )
            continue
        row = first.iloc[0]
        verdict.append("unknown" if lacks else "no")
        measured.append(float(row["year"]))
        whose = some(filter(None, str(row["by_parcels"]).split(",")))
        margin, target = said(row["margin_m2"], 1), said(row["target_margin_m2"], 1)
        zh.append(
            f"绿地平衡自{row['year']}年起失衡（余量{margin[0]}㎡，相对目标{target[0]}㎡），涉及宗地：{whose or '无'}。{rest_zh}"
        )
        en.append(
            f"The balance breaks in {row['year']} (margin {margin[1]} m2, to the target {target[1]} m2), by parcels {whose or 'none'}.{rest_en}"
        )
    return rule_findings(
        policy.rule("green.years"),
        as_of,
        Verdicts(
            verdict,
            zone_id=zones,
            measured=measured,
            unit="year",
            missing=missing,
            note_zh=zh,
            note_en=en,
        ),
    )


def _freeing(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say how much ground a zone could free."""
    rows = facts.freed[facts.freed["parcel_id"].isna()]
    freed = rows["freed_m2"]
    return rule_findings(
        policy.rule("green.freeing"),
        as_of,
        Verdicts(
            verdict_of(
                (freed > 0).to_numpy(dtype=bool),
                unknown=(
                    (rows["status"] == "unknown") | (rows["missing"].fillna("") != "")
                ).to_numpy(dtype=bool),
            ),
            zone_id=rows["zone_id"],
            measured=freed,
            limit=rows["most_m2"],
            unit="m2",
            missing=rows["missing"].fillna(""),
            note_zh=rows["note_zh"],
            note_en=rows["note_en"],
        ),
    )


def _siting(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say of a zone under its target whether the open ground found would make it up."""
    zones = facts.zones
    short = zones["target_share"] * zones["ground_m2"] - zones["counted_m2"]
    short = short[short > _ROUNDING]
    sites = facts.sites.groupby("zone_id")
    chosen = sites["chosen_m2"].sum().reindex(short.index, fill_value=0.0)
    gained = facts.planting_gain.reindex(short.index).fillna(0.0)
    possible = sites["plantable_m2"].sum().reindex(short.index, fill_value=0.0)
    open_n = sites["plantable_m2"].agg(lambda part: part.isna().sum())
    open_n = open_n.reindex(short.index, fill_value=0).astype("int64")
    enough = gained >= short - 1e-3
    why = sites["missing"].agg(lambda part: ",".join(sorted(set(part.dropna()) - {""})))
    why = why.reindex(short.index, fill_value="")
    zh, en = [], []
    for need, take, most, done in zip(short, chosen, possible, enough, strict=True):
        zh.append(
            f"距目标尚缺{need:,.1f}㎡；查得可增绿空地{most:,.1f}㎡，建议增绿{take:,.1f}㎡，"
            + ("可达到目标。" if done else "不足以达到目标。")
            + "空地须现场核实；达到或超过上限的宗地不建议增绿。"
        )
        en.append(
            f"{need:,.1f} m2 short of the target; open ground that could be planted {most:,.1f} m2, proposed {take:,.1f} m2: "
            + ("the target is reached." if done else "not enough.")
            + " To be checked on site; nothing is proposed on parcels at or above their cap."
        )
    unknown = (~enough & (open_n > 0)).to_numpy(dtype=bool)
    return rule_findings(
        policy.rule("green.siting"),
        as_of,
        Verdicts(
            verdict_of(enough.to_numpy(dtype=bool), unknown=unknown),
            zone_id=short.index.to_numpy(dtype=object),
            measured=chosen,
            limit=short,
            unit="m2",
            missing=np.where(unknown, why, ""),
            note_zh=zh,
            note_en=en,
        ),
    )
