"""Recommendations: for every parcel what may be done next, by whom, why, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_conditions import blocked_rows, encumbrances
from analyses.action_order import dependencies, never_fee_and_remedy, procedure_alone
from analyses.action_rows import PROPOSAL_COLUMNS, joined_by, propose
from analyses.action_scores import rank_rows
from analyses.data_actions import find_out_actions, fix_data_actions, unknown_findings
from analyses.declared_actions import only_beside, without_excluded
from analyses.dispute_actions import only_settle_disputes
from analyses.findings import CERTAINTY
from analyses.frames import texts
from analyses.idle_actions import idle_actions
from analyses.land_actions import land_actions
from analyses.results import RECOMMENDATIONS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from policies.model import Action, Policy
    from policies.text import Lang, Text

__all__ = ["recommend"]

_BETWEEN: dict[Lang, str] = {"zh": "；", "en": "; "}
#: Languages, and how the columns of each end.
_LANGS: tuple[tuple[Lang, str], ...] = (("zh", ""), ("en", "_en"))
#: What a recommendation takes over from its proposal as it is.
_COPIED = (
    *("why_zh", "why_en", "area_m2", "floor_area_m2", "amount_wan"),
    *("due_on", "due_missing", "since_on"),
)
_NOTHING = (
    "所查各项均无须处理，或者不在本次分析范围。",
    "Nothing calls for action in what was analysed.",
)


def recommend(  # noqa: PLR0913 -- one table of every analysis
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    contracts: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
    problems: pd.DataFrame | None = None,
    transfers: pd.DataFrame | None = None,
    openings: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Recommend the next step for every parcel; each has at least one row.

    The actions follow the step of the procedure that is reached (Order 53): without a served
    finding (认定书) nothing is proposed but to investigate, to urge the start, to find out the cause.
    The tool assists: no row is a finding, amounts are calculated values, recovery is a proposal
    for approval. For a parcel in dispute nothing is proposed but to settle the dispute.

    ``due_on`` is the last day that the law sets for the action itself, ``due_basis`` what it rests on; where
    its period runs from a day that is not recorded there is no date, and ``due_missing`` names the column.

    The order (``priority``, 1 first) is by ``score``, whose parts are shown (`analyses.action_scores`): the
    legal deadline, else how long ago a statutory day passed (``since_on``); then what is gained (area, floor
    area, amount); then readiness (the fewer conditions before it the better); then certainty; ties by parcel
    and the order of the catalogue.
    What has to come first (``depends_on``: faulty data, a parcel that gives green, a part to be split
    off) stands before what waits for it and has its score. ``none`` comes last.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with every column of `analyses.results.PARCEL_MEASURES`.
    findings : pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`.
    policy : policies.model.Policy
        Gives the catalogue of actions with their clauses, who decides, what must come first.
    as_of : datetime.date
        The review date.
    contracts : pandas.DataFrame, optional
        The table ``contracts`` of `analyses.idle.analyse_idle`.
    cases : pandas.DataFrame, optional
        The cases: which steps are done.
    problems : pandas.DataFrame, optional
        In the contract of `analyses.results.PROBLEMS`; those about a parcel ask for a correction.
    transfers, openings, plan : pandas.DataFrame, optional
        Tables of the green, mixed-use and supply analyses.
    weights : mapping of str to float, optional
        Of the parts of the score; else `analyses.action_scores.WEIGHTS`.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.RECOMMENDATIONS`, in the order of priority.

    Examples
    --------
    >>> from datetime import date
    >>> from analyses.results import FINDINGS
    >>> from policies import load_policy
    >>> parcels = pd.DataFrame({"parcel_id": ["p1"], "zone_id": ["z"], "area_m2": [20000.0],
    ...     "idle_status": ["overdue_start"], "idle_from": pd.to_datetime(["2026-09-01"])})
    >>> table = recommend(parcels, empty_frame(FINDINGS), load_policy("national"), date(2026, 6, 30))
    >>> table[["action", "title_zh", "due_on"]].iloc[0].astype(str).tolist()
    ['urge_start', '动工督促', '2026-08-31 00:00:00']
    """
    if len(parcels) == 0:
        return empty_frame(RECOMMENDATIONS)
    draft = policy.has_rule("mixed.list") and policy.rule("mixed.list").status_at(as_of) == "draft"
    parts = [
        *_without_repetition(
            idle_actions(parcels, policy, as_of, contracts=contracts, cases=cases),
            parcels,
            findings,
        ),
        *land_actions(
            parcels,
            findings,
            policy,
            draft=draft,
            transfers=transfers,
            openings=openings,
            plan=plan,
        ),
        *find_out_actions(parcels, findings, policy),
        *fix_data_actions(parcels, findings, problems, {"ledger": contracts, "cases": cases}),
    ]
    catalogue = {action.code: action for action in policy.actions()}
    parts = procedure_alone(parts, parcels)
    parts = only_beside(only_settle_disputes(parts, parcels, contracts), catalogue)
    proposals = never_fee_and_remedy(_one_per_action(parts, as_of))
    proposals = without_excluded(proposals, catalogue)
    idle = np.setdiff1d(np.arange(len(parcels)), proposals["at"].to_numpy())
    if len(idle):
        nothing = propose("none", idle, ([_NOTHING[0]] * len(idle), [_NOTHING[1]] * len(idle)))
        proposals = pd.concat([proposals, nothing], ignore_index=True)
    held = encumbrances(parcels, contracts)
    rows = _described(proposals, parcels, findings, policy, held=held)
    ranked = rank_rows(rows, as_of, weights, catalogue=tuple(catalogue))
    return ranked[list(RECOMMENDATIONS.names)]


def _without_repetition(
    parts: list[pd.DataFrame], parcels: pd.DataFrame, findings: pd.DataFrame
) -> list[pd.DataFrame]:
    """Drop what the unknown findings on idle land say more exactly."""
    unknown = unknown_findings(findings)
    named = set(unknown.loc[unknown["analysis"] == "idle", "parcel_id"])
    said = np.flatnonzero(texts(parcels, "parcel_id").isin(named))
    return [part.loc[~(part["action"].eq("find_out") & part["at"].isin(said))] for part in parts]


def _one_per_action(parts: list[pd.DataFrame], as_of: date) -> pd.DataFrame:
    """Bring several ledger rows of one parcel that ask for the same action into one row."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return propose("none", np.array([], dtype=np.int64), ([], []))
    rows = pd.concat(kept, ignore_index=True)
    open_, today = rows["due_missing"] != "", pd.Timestamp(as_of)
    due = rows["due_on"].mask(open_ & ~(rows["due_on"] < today), today)
    rows = rows.assign(undated=due.isna(), urgent=due.fillna(rows["since_on"]))
    order = ["at", "action", "undated", "urgent", "why_zh"]
    rows = rows.sort_values(order, kind="stable", na_position="last", ignore_index=True)
    repeated = rows.duplicated(["at", "action"], keep=False)
    if not repeated.any():
        return rows[list(PROPOSAL_COLUMNS)]
    several = rows.loc[repeated]
    groups = several.groupby(["at", "action"], sort=True, as_index=False)
    merged = groups.agg(
        why_zh=("why_zh", "first"),
        why_en=("why_en", "first"),
        area_m2=("area_m2", "max"),
        floor_area_m2=("floor_area_m2", "max"),
        due_on=("due_on", "min"),
        since_on=("since_on", "min"),
        lifted=("lifted", "first"),
        lifted_n=("lifted", "nunique"),
        rows_n=("why_zh", "size"),
    )
    # A sum with an unknown part is unknown.
    known = ~several["amount_wan"].isna().groupby([several["at"], several["action"]]).any()
    merged["amount_wan"] = groups["amount_wan"].sum()["amount_wan"].where(known.to_numpy())
    # A condition is met for the parcel only if all its ledger rows meet the same ones.
    merged["lifted"] = merged["lifted"].mask(merged.pop("lifted_n") > 1, "")
    others = (merged.pop("rows_n") - 1).astype("string")
    more = {
        "why_zh": "（另有" + others + "项情形，见核查结论。）",
        "why_en": " (" + others + " more of the kind: see the findings.)",
    }
    facts = merged["action"].isin(["find_out", "fix_data"])
    keys = list(zip(several["at"], several["action"], strict=True))
    own = list(zip(merged["at"], merged["action"], strict=True))
    rules = joined_by(keys, several["rules"], ",")
    merged["rules"] = pd.Series([rules[key] for key in own], index=merged.index, dtype="string")
    for name, blank in (("depends", ","), ("due_missing", ","), ("due_zh", "；"), ("due_en", "; ")):
        told = several[name].fillna("")
        said = joined_by(keys, told, blank)
        words = [said[key].strip(blank) for key in own]
        merged[name] = pd.Series(words, index=merged.index, dtype="string")
    for name, added in more.items():
        # What is missing has to be told in full; of like cases the most urgent stands for all.
        whole = joined_by(keys, several[name], "" if name == "why_zh" else " ")
        told = pd.Series([whole[key] for key in own], index=merged.index, dtype="string")
        merged[name] = (merged[name] + added).mask(facts, told)
    both = pd.concat([rows.loc[~repeated, list(PROPOSAL_COLUMNS)], merged], ignore_index=True)
    return both.astype({"due_on": "datetime64[s]", "since_on": "datetime64[s]"})


def _rules(action: Action, said: str, policy: Policy) -> list[str]:
    """Return the rules of a row: those it names itself, else those of its action."""
    named = sorted({rule for rule in said.split(",") if rule}) or action.rules
    return [rule for rule in named if policy.has_rule(rule)]


def _citation(action: Action, said: str, policy: Policy, lang: Lang) -> str:
    """Cite the action's own clause, else those of the rules that the row names, else of the first rule.

    After it stands the local provision that assists.
    """
    rules = _rules(action, said, policy)
    clauses = [action.clause]
    if action.clause is None:
        clauses = [policy.rule(rule).clause for rule in (rules if said else rules[:1])]
    cited = [item.citation(lang) for item in (*clauses, action.assists) if item is not None]
    return _BETWEEN[lang].join(dict.fromkeys(cited))


def _kinds(proposals: pd.DataFrame) -> pd.Series[str]:
    """Name action and rules of every row together: few of them differ."""
    return proposals["action"] + "|" + proposals["rules"].fillna("")


def _units(action: Action, lang: Lang) -> str:
    if action.assists is None:
        return ""
    between = "、" if lang == "zh" else ", "
    return between.join(unit.name.get(lang) for unit in action.assists.units)


def _of(text: Text | None, lang: Lang) -> str:
    return "" if text is None else text.get(lang)


def _marks(
    proposals: pd.DataFrame, ids: pd.Series[str], findings: pd.DataFrame, policy: Policy
) -> pd.Series[int]:
    """Return the weakest certainty of the findings behind each row, else of the action's rules."""
    order = {mark: place for place, mark in enumerate(CERTAINTY)}
    used = findings.loc[
        findings["parcel_id"].notna()
        & findings["confidence"].notna()
        & findings["verdict"].isin(["yes", "no"]),
        ["parcel_id", "rule", "confidence"],
    ]
    used = used.assign(mark=used["confidence"].map(order).astype("int64"))
    open_ = unknown_findings(findings).dropna(subset="confidence")
    open_ = open_.assign(mark=open_["confidence"].map(order).astype("int64"))
    marks = pd.Series(0, index=proposals.index, dtype="int64")
    kinds = proposals["action"].where(proposals["action"] == "find_out", _kinds(proposals))
    for kind in kinds.unique():
        where = kinds == kind
        code, _, said = kind.partition("|")
        rules = _rules(policy.action(code), said, policy)
        own = max((order[policy.rule(rule).confidence] for rule in rules), default=0)
        rows = open_ if code == "find_out" else used.loc[used["rule"].isin(rules)]
        weakest = rows.groupby("parcel_id")["mark"].max()
        marks[where] = ids[where].map(weakest).astype("float64").fillna(own).astype("int64")
    return marks


def _described(
    proposals: pd.DataFrame,
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    policy: Policy,
    *,
    held: np.ndarray,
) -> pd.DataFrame:
    """Fill in titles, clauses, units, conditions and certainty."""
    at = proposals["at"].to_numpy()
    rows = empty_frame(RECOMMENDATIONS, pd.RangeIndex(len(proposals)))
    ids = pd.Series(texts(parcels, "parcel_id").array[at], index=rows.index, dtype="string")
    actions = {code: policy.action(code) for code in proposals["action"].unique()}
    codes, kinds = proposals["action"], _kinds(proposals)
    split = {
        kind: (actions[kind.partition("|")[0]], kind.partition("|")[2]) for kind in kinds.unique()
    }
    marks = _marks(proposals, ids, findings, policy)
    depends_on, first = dependencies(proposals, ids, actions)
    blocked, conditions_n = blocked_rows(proposals, actions, held, "zh")
    blocked_en, _ = blocked_rows(proposals, actions, held, "en")
    by_code: dict[str, Callable[[Action, Lang], str]] = {
        "title": lambda action, lang: action.title.get(lang),
        "decided_by": lambda action, lang: _of(action.decided_by, lang),
        "approved_by": lambda action, lang: _of(action.approved_by, lang),
        "assists": _units,
        "documents": lambda action, lang: _BETWEEN[lang].join(
            item.get(lang) for item in action.documents
        ),
    }
    values: dict[str, Any] = {
        "parcel_id": ids,
        "zone_id": texts(parcels, "zone_id").array[at],
        "action": codes,
        "rules": kinds.map({kind: ",".join(_rules(*of, policy)) for kind, of in split.items()}),
        "confidence": marks.map(dict(enumerate(CERTAINTY))),
        "blocked_by": _and_first(blocked, first["zh"], "zh"),
        "blocked_by_en": _and_first(blocked_en, first["en"], "en"),
        "depends_on": depends_on,
        "due_basis": proposals["due_zh"],
        "due_basis_en": proposals["due_en"],
        **{name: proposals[name] for name in _COPIED},
    }
    for lang, end in _LANGS:
        cited = {kind: _citation(*of, policy, lang) for kind, of in split.items()}
        values[f"clause{end}"] = kinds.map(cited)
        for name, said in by_code.items():
            into = f"title_{lang}" if name == "title" else f"{name}{end}"
            values[into] = codes.map({code: said(item, lang) for code, item in actions.items()})
    for name, value in values.items():
        column = RECOMMENDATIONS.column(name)
        series = pd.Series(value.array if isinstance(value, pd.Series) else value, index=rows.index)
        series = series.astype(column.dtype)
        rows[name] = series.mask(series == "") if column.dtype == "string" else series
    waits = depends_on.fillna("").str.split(",").map(lambda keys: len([k for k in keys if k]))
    rows["conditions_n"] = conditions_n + waits.to_numpy(dtype=np.int64)
    rows["mark"] = marks.array
    return rows


def _and_first(blocked: pd.Series[str], first: pd.Series[str], lang: Lang) -> pd.Series[str]:
    """Join what has to come before an action and the actions that come first."""
    both = (blocked != "") & (first != "")
    return blocked + pd.Series(_BETWEEN[lang], index=blocked.index).where(both, "") + first
