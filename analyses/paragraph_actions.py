"""What follows for a parcel: its first actions, each with its date, its figures and what stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, floor_texts
from analyses.frames import numbers, texts
from analyses.idle_rules import IdleRules
from analyses.idle_steps import row_dates
from analyses.idle_text import day_texts, years_text
from analyses.missing_labels import missing_label
from analyses.paragraph_idle import contract_names, rows_told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from analyses.land_facts import Land
    from analyses.paragraph_cases import CaseRows
    from policies.text import Lang

__all__ = ["rows_of_parcels", "what_follows"]

#: So many actions are named, or one more where that is all; of more the paragraph says how many.
_ACTIONS = 4
_OF_FLOORS = ("sublet_surplus", "reuse_workshop")
_WEIGHTY = ("propose_fee", "propose_recovery", "remedy_art12", "swap_art12")
#: Told apart from what follows.
_OF_FACTS = ("find_out", "fix_data", "none")
_NOTHING = {"zh": "所查各项均无须处理。", "en": "Nothing calls for action in what was analysed."}
_DIVIDED = (
    "征缴、收回与协商处置的情形并存，先分清各合同的用地范围",
    "both a sanction and a remedy would follow: first tell apart the land of each contract",
)
_CLOSED = (
    "前案已结案：更新台账，或者另立案件",
    "the earlier case is closed: update the ledger or open a new case",
)
_NO_FEE = (
    "该供地方式无国家规定的闲置费，按合同和地方规定核查",
    "no national idle fee for this kind of grant: check the contract and local rules",
)
#: What a decision asks of the holder, by its kind: the day on which it is done, and its words.
_OWED = {
    "fee": ("paid_on", "督促缴纳闲置费", "see that the fee is paid"),
    "recovery": ("deregistered_on", "督促办理注销登记", "see that the right is deregistered"),
}
_LATE = (
    "逾期且未复议、诉讼的，可依法申请人民法院强制执行",
    "without review or suit the court may be asked to enforce",
)
_DONE = ("决定已履行，办理结案", "the decision is performed: close the case")


def rows_of_parcels(land: Land, rows: pd.DataFrame) -> pd.DataFrame:
    """Give recommendations the position of their parcel, in the order of priority."""
    at = pd.Index(texts(land.parcels, "parcel_id")).get_indexer(pd.Index(texts(rows, "parcel_id")))
    rows = rows.assign(at=at)
    return rows.loc[rows["at"] >= 0].sort_values(["at", "priority"], kind="stable")


def what_follows(
    land: Land, recommendations: pd.DataFrame, cases: CaseRows, as_of: date
) -> tuple[np.ndarray, np.ndarray]:
    """Name the first actions with their dates and amounts; say so where there is nothing to do.

    Where there are more than can be named, those with a date or a figure of their own are.

    Parameters
    ----------
    land : analyses.land_facts.Land
        The parcels.
    recommendations : pandas.DataFrame
        In the contract of `analyses.results.RECOMMENDATIONS`.
    cases : analyses.paragraph_cases.CaseRows
        The ledger rows that the actions concern.
    as_of : datetime.date
        The review date.
    """
    n = len(land.parcels)
    said = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    rows = rows_of_parcels(land, recommendations)
    none = rows.loc[rows["action"] == "none", "at"].to_numpy()
    said[0][none], said[1][none] = _NOTHING["zh"], _NOTHING["en"]
    rows = rows.loc[~rows["action"].isin(_OF_FACTS)].reset_index(drop=True)
    if rows.empty:
        return said
    beside = {lang: _beside(land, rows, cases, as_of, lang) for lang in _LANGS}
    figures = pd.Series([bool(words) for words in beside["zh"]], index=rows.index)
    rows = rows.assign(plain=~figures)
    count = rows.groupby("at")["at"].transform("size")
    nth = rows.sort_values(["at", "plain"], kind="stable").groupby("at").cumcount()
    named = (count <= _ACTIONS + 1) | (nth.reindex(rows.index) < _ACTIONS)
    for place, lang in enumerate(_LANGS):
        items: dict[int, list[str]] = {}
        titles = texts(rows, f"title_{lang}").fillna("")
        for at, shown, title, words in zip(rows["at"], named, titles, beside[lang], strict=True):
            if shown:
                items.setdefault(int(at), []).append(_worded(title, words, lang))
        total = rows["at"].value_counts()
        for at, worded in items.items():
            rest = int(total[at]) - len(worded)
            if lang == "zh":
                more = f"等{total[at]}项" if rest > 0 else ""
                said[place][at] = f"建议：{'；'.join(worded)}{more}。"
            else:
                more = f"; and {rest} more" if rest > 0 else ""
                said[place][at] = f"Recommended: {'; '.join(worded)}{more}."
    return said


_LANGS: tuple[Lang, Lang] = ("zh", "en")


def _worded(title: str, words: list[str], lang: Lang) -> str:
    if not words:
        return title
    return f"{title}（{'，'.join(words)}）" if lang == "zh" else f"{title} ({', '.join(words)})"


def _open_deadline(missing: str, lang: Lang) -> str:
    """Say that a period runs whose last day is not known, and what would tell it."""
    if not missing:
        return ""
    labels = [missing_label(name) for name in missing.split(",")]
    if lang == "zh":
        return f"期限未知，缺{'、'.join(label.zh for label in labels)}"
    return f"deadline unknown, {' and '.join(label.en for label in labels)} not being recorded"


def _deadlines(rows: pd.DataFrame, as_of: date, lang: Lang) -> list[str]:
    """Say by when each action is due, by how many days it is overdue, or why that is not known."""
    due = pd.to_datetime(rows["due_on"])
    late = (pd.Timestamp(as_of) - due).dt.days
    days = day_texts(due.to_numpy().astype("datetime64[D]"), lang)
    found = []
    for day, over, lacks in zip(days, late, texts(rows, "due_missing").fillna(""), strict=True):
        if pd.isna(over):
            found.append(_open_deadline(lacks, lang))
        elif lang == "zh":
            found.append(f"期限{day}" + (f"，已逾期{over:,.0f}天" if over > 0 else ""))
        else:
            found.append(f"by {day}" + (f", {over:,.0f} days overdue" if over > 0 else ""))
    return found


def _beside(
    land: Land, rows: pd.DataFrame, cases: CaseRows, as_of: date, lang: Lang
) -> list[list[str]]:
    """Return what is told beside each action: contract, deadline, amount, yield, what comes first."""
    amounts = numbers(rows, "amount_wan").to_numpy()
    blocked = texts(rows, "blocked_by" if lang == "zh" else "blocked_by_en").fillna("")
    # What takes money or land is never told without what stands before it.
    firsts = blocked.where(rows["action"].isin(_WEIGHTY), "")
    due = _deadlines(rows, as_of, lang)
    whose = _whose(rows, cases, lang)
    yields = _yields(rows, lang)
    procedure = _of_procedure(land, rows, cases, as_of, lang)
    found = []
    for contract, day, amount, gained, step, before in zip(
        whose, due, amounts, yields, procedure, firsts, strict=True
    ):
        money = ""
        if np.isfinite(amount):
            money = (
                f"测算值{amount:,.2f}万元" if lang == "zh" else f"calculated {amount:,.2f} wan yuan"
            )
        first = "" if not before else (f"须先：{before}" if lang == "zh" else f"first: {before}")
        found.append([text for text in (contract, day, money, gained, step, first) if text])
    return found


def _whose(rows: pd.DataFrame, cases: CaseRows, lang: Lang) -> list[str]:
    """Name the contract that an action concerns, where the paragraph tells of several."""
    told = rows_told(cases)
    names = contract_names(cases)[0 if lang == "zh" else 1]
    counts = pd.Series(cases.places[told]).value_counts()
    several = np.isin(cases.places, counts.index[counts > 1].to_numpy(dtype=np.int64))
    found = [""] * len(rows)
    if not several.any():
        return found
    known: dict[tuple[int, str], str] = {}
    for action, where in cases.calls.items():
        here = np.flatnonzero(where & several)
        places, first, count = np.unique(cases.places[here], return_index=True, return_counts=True)
        alone = count == 1
        for at, nth in zip(places[alone].tolist(), first[alone].tolist(), strict=True):
            known[at, action] = names[here[nth]]
    return [
        known.get((int(at), action), "")
        for at, action in zip(rows["at"], rows["action"], strict=True)
    ]


def _partners(rows: pd.DataFrame) -> dict[tuple[int, str], list[str]]:
    """Return from which parcels green is received, and to which it is given, by what waits for what."""
    ids = dict(zip(texts(rows, "parcel_id"), rows["at"], strict=True))
    found: dict[tuple[int, str], list[str]] = {}
    waiting = rows.loc[rows["action"] == "receive_green"]
    for name, depends in zip(
        texts(waiting, "parcel_id"), texts(waiting, "depends_on").fillna(""), strict=True
    ):
        for item in filter(None, depends.split(",")):
            giver, _, action = item.rpartition(":")
            if action == "give_green" and giver in ids:
                found.setdefault((int(ids[name]), "receive_green"), []).append(giver)
                found.setdefault((int(ids[giver]), "give_green"), []).append(name)
    return found


def _green_moved(action: str, size: tuple[str, str], others: list[str], lang: Lang) -> str:
    """Say how much green a parcel gives to or receives from which."""
    gives = action == "give_green"
    if lang == "zh":
        whom = "、".join(others[:2]) + (f"等{len(others)}宗" if len(others) > 2 else "")
        if not whom:
            return size[0]
        return f"{size[0]}，{'调给' if gives else '来自'}{whom}"
    whom = ", ".join(others[:2]) + (f" and {len(others) - 2} more" if len(others) > 2 else "")
    return size[1] + (f" {'to' if gives else 'from'} {whom}" if whom else "")


def _yields(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Say what each action yields beyond its amount, or what stands beside it."""
    place = 0 if lang == "zh" else 1
    partners = _partners(rows)
    sizes = area_texts(numbers(rows, "area_m2").to_numpy())
    floors = floor_texts(numbers(rows, "floor_area_m2").to_numpy())
    has_area, has_floor = rows["area_m2"].notna(), rows["floor_area_m2"].notna()
    found = []
    for nth, (at, action, area, floor) in enumerate(
        zip(rows["at"], rows["action"], has_area, has_floor, strict=True)
    ):
        said = ("", "")
        if action == "split_surplus" and area:
            said = f"约{sizes[0][nth]}", f"about {sizes[1][nth]}"
        elif action in _OF_FLOORS and floor:
            said = f"空置{floors[0][nth]}", f"{floors[1][nth]} vacant"
        elif action in {"give_green", "receive_green"} and area:
            others = partners.get((int(at), action), [])
            words = _green_moved(action, (sizes[0][nth], sizes[1][nth]), others, lang)
            said = words, words
        elif action == "resolve_dispute":
            said = "解决前不作其他建议", "nothing else is proposed before"
        found.append(said[place])
    return found


def _of_procedure(
    land: Land, rows: pd.DataFrame, cases: CaseRows, as_of: date, lang: Lang
) -> list[str]:
    """Say what the procedure sets beside an action, from the ledger rows that it concerns."""
    years = years_text(IdleRules.of(land.policy).recovery_years, lang)
    told: dict[str, Callable[[np.ndarray], str]] = {
        "propose_fee": lambda own: _full(cases, own, years, lang),
        "propose_recovery": lambda own: _instead(cases, own, lang),
        "watch": lambda own: _watched(cases, own, lang),
        "investigate": lambda own: _asked(cases, own, lang),
    }
    grouped = pd.Series(np.arange(len(cases.places))).groupby(cases.places).indices
    by_place = {at: np.asarray(own) for at, own in grouped.items()}
    found = []
    late = pd.to_datetime(rows["due_on"]) < pd.Timestamp(as_of)
    weighty = set(rows.loc[rows["action"].isin(_WEIGHTY), "at"].tolist())
    for at, action, over in zip(rows["at"], rows["action"], late, strict=True):
        own = by_place.get(at) if action in told else None
        if own is None:
            found.append("")
            continue
        text = told[action](own)
        if action == "investigate" and at not in weighty and cases.divided[own].any():
            text = _DIVIDED[0 if lang == "zh" else 1]
        if action == "watch" and over and _enforceable(cases, own):
            text = f"{text}；{_LATE[0]}" if lang == "zh" else f"{text}; {_LATE[1]}"
        found.append(text)
    return found


def _full(cases: CaseRows, own: np.ndarray, years: str, lang: Lang) -> str:
    """Say from when recovery may be proposed instead of the fee: of the contracts the fee is for."""
    own = own[cases.calls["propose_fee"][own]]
    full = row_dates(cases.frame.iloc[own], "idle_two_years_on").min()
    if pd.isna(full):
        return ""
    day = day_texts(np.array([full], dtype="datetime64[D]"), lang)[0]
    return f"自{day}起满{years}" if lang == "zh" else f"{years} are full from {day}"


def _instead(cases: CaseRows, own: np.ndarray, lang: Lang) -> str:
    """Say what the fee would be to which a recovery is the alternative; unknown in part is not said."""
    own = own[cases.calls["propose_recovery"][own]]
    fee = numbers(cases.frame.iloc[own], "fee_order53_wan").sum(skipna=False)
    if len(own) == 0 or pd.isna(fee):
        return ""
    if lang == "zh":
        return f"与征缴闲置费（测算值{fee:,.2f}万元）二者择一"
    return f"the alternative to the fee, calculated {fee:,.2f} wan yuan"


def _watched(cases: CaseRows, own: np.ndarray, lang: Lang) -> str:
    """Say what a decision still asks for, or why no fee is proposed."""
    place = 0 if lang == "zh" else 1
    decided = own[cases.calls["watch"][own]]
    said = []
    for row in decided:
        case = cases.case.iloc[row]
        if case["decision_kind"] in _OWED:
            name, *words = _OWED[case["decision_kind"]]
            said.append(words[place] if pd.isna(case[name]) else _DONE[place])
    if cases.no_fee[own].any():
        said.append(_NO_FEE[place])
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(said))


def _enforceable(cases: CaseRows, own: np.ndarray) -> bool:
    """Whether a decision on these rows is neither performed nor contested."""
    for row in own[cases.calls["watch"][own]]:
        case = cases.case.iloc[row]
        owed = _OWED.get(case["decision_kind"])
        if owed and pd.isna(case[owed[0]]) and pd.isna(case["review_or_suit_on"]):
            return True
    return False


def _asked(cases: CaseRows, own: np.ndarray, lang: Lang) -> str:
    """Say that the earlier case is closed while the ledger still shows suspicion."""
    own = own[cases.calls["investigate"][own]]
    closed = cases.case["closed_on"].iloc[own].notna().any()
    return _CLOSED[0 if lang == "zh" else 1] if closed else ""
