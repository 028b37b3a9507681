"""The drafts of a reviewed ledger: which documents, filled with what, under which file name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.frames import texts
from analyses.idle_documents import DOCUMENTS, REASONS, allowed_documents
from analyses.idle_procedure import clause_of
from analyses.idle_rules import IdleRules
from layers.contracts import CONTRACTS
from policies.documents import STATUSES
from zongdi.notices.document import Content, docx_bytes
from zongdi.notices.facts import blank, clean, conditions_of, fields_of
from zongdi.notices.templates import fill, formal_citation, load_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policies.model import Policy
    from zongdi.notices.templates import Template

__all__ = ["Draft", "draft_notices"]

_UNSAFE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_LONGEST = 40
_BLANKS = re.compile(r"【待填：([^】]*)】")
_REMARKS = "起草说明（正式印发前删除本页）"


@dataclass(frozen=True)
class Draft:
    """A draft: its file name, whose it is, its bytes, and how many blanks it holds."""

    file: str
    document: str
    title: str
    parcel_id: str | None
    contract_no: str | None
    phase_no: str | None
    case_id: str | None
    blanks_n: int
    content: bytes


def _safe(text: str | None) -> str:
    return _UNSAFE.sub("-", text or "")[:_LONGEST].strip("-")


def file_name(template: Template, order: int, row: Mapping[str, Any], extra: str = "") -> str:
    """Name a draft's file: letters, digits and Chinese only, whatever the data say.

    Examples
    --------
    >>> row = {"parcel_id": "../../etc", "contract_no": None, "phase_no": None}
    >>> file_name(load_template("finding"), 2, row)
    'etc_f3078421_2_闲置土地认定书.docx'
    """
    keys = [str(clean(row.get(name)) or "") for name in ("parcel_id", "contract_no", "phase_no")]
    mark = hashlib.sha256("\x1f".join([*keys, extra]).encode("utf-8", "replace")).hexdigest()[:8]
    named = "-".join(part for part in map(_safe, keys) if part) or "row"
    return f"{named[: 2 * _LONGEST]}_{mark}_{order}_{_safe(template.title)}.docx"


def _compose(
    template: Template,
    fields: Mapping[str, str],
    conditions: Mapping[str, bool],
    policy: Policy,
    remarks: list[str],
    as_of: date,
) -> tuple[bytes, int]:
    written: list[str] = []

    def filled(text: str) -> str:
        out = fill(text, fields, policy)
        written.append(out)
        return out

    content = Content(as_of)
    agency = blank("市、县自然资源主管部门名称")
    content.letterhead(agency, blank("发文字号"))
    content.title(template.title)
    content.addressee(filled(template.to))
    for part in template.parts:
        if not part.applies(conditions):
            continue
        if part.kind == "table":
            content.table([[filled(cell) for cell in row] for row in part.content])
        else:
            getattr(content, part.kind)(filled(part.content))
    content.signature(blank("发文机关（印章）"), blank("年、月、日"))
    basis = [clause_of(policy, name) for name in template.clauses]
    documents = {clause.document.id: clause.document for clause in basis}
    standing = {document.name(): document.status_at(as_of) for document in documents.values()}
    lines = [
        *remarks,
        "所依据的条款（文字是我们自己的概括，不是原文，以正式文本为准；可信度 V 已核对原文，V2 转引，MH 通行，MM 待核）：",
        *(f"· {formal_citation(c)}〔{c.confidence}〕：{c.text.zh}" for c in basis),
        *(f"· {name}：{STATUSES[s].zh}" for name, s in standing.items() if s != "in_force"),
    ]
    content.remarks(_REMARKS, lines)
    # Authority and number, seal and date are blanks of every document.
    count = 4 + sum(len(_BLANKS.findall(text)) for text in written)
    return docx_bytes(content, template.title), count


def _remarks(row: Mapping[str, Any], reason: str, policy: Policy, as_of: date) -> list[str]:
    missing = clean(row.get("missing"))
    review = clean(row.get("review_reason_zh"))
    packs = "、".join(pack.id for pack in policy.packs)
    return [
        f"本草稿由程序按台账、案件表和规则包填写，数据截止{as_of.isoformat()}，规则包：{packs}。辅助分析，不作为认定依据；文书由市、县自然资源主管部门依法核定后作出。",
        "黄色【待填】处须由经办人补充；日期、面积、金额均须与原始文件核对；金额一律为测算值（以认定为准）。",
        *([f"台账缺少的资料：{_labels(missing)}。"] if missing else []),
        *([f"须人工核查：{review}"] if review else []),
        *_cautions(row),
        *([REASONS[reason].zh] if REASONS[reason].zh else []),
    ]


def _cautions(row: Mapping[str, Any]) -> list[str]:
    """Say what the records hold that stands beside the status and may change the outcome."""
    late, hoarding = row.get("delivery_late_days"), row.get("hoarding_found")
    said = []
    if late is not None and not pd.isna(late) and late > 0:
        said.append(
            f"实际交地晚于约定{int(late)}天：是否因此造成迟延（第八条）须在认定原因前核实，核实前不宜按权利人自身原因作出决定。"
        )
    if hoarding is not None and not pd.isna(hoarding) and hoarding:
        said.append("台账登记为已认定恶意囤地、炒地：处置完毕前适用第二十四条的限制。")
    return said


def _labels(missing: str) -> str:
    """Name the missing columns as a ledger heads them."""
    ledger = CONTRACTS["ledger"]
    names = (name.strip() for name in missing.split(","))
    return "、".join(ledger.column(n).label.zh if n in ledger else n for n in names if n)


def draft_notices(
    contracts: pd.DataFrame,
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    cases: pd.DataFrame | None = None,
    parcel_id: str | None = None,
) -> Iterator[Draft]:
    """Make the drafts that the step reached allows, row by row.

    Parameters
    ----------
    contracts : pandas.DataFrame
        The table ``contracts`` of `analyses.idle.analyse_idle`.
    parcels : pandas.DataFrame
        In their contract, with ``area_m2``.
    policy : policies.model.Policy
        Gives citations and periods.
    as_of : datetime.date
        The review date.
    cases : pandas.DataFrame, optional
        In their contract.
    parcel_id : str, optional
        Only of this parcel.

    Yields
    ------
    Draft
        In the order of the contracts, then of the procedure.
    """
    rules = IdleRules.of(policy)
    allowed, case = allowed_documents(contracts, policy, as_of, parcels=parcels, cases=cases)
    chosen = allowed[list(DOCUMENTS)].any(axis=1)
    if parcel_id is not None:
        chosen &= texts(contracts, "parcel_id").eq(parcel_id).fillna(value=False)
    ids = texts(parcels, "parcel_id")
    named = pd.DataFrame(parcels.loc[ids.notna()]).assign(parcel_id=ids.dropna())
    wanted = texts(contracts, "parcel_id")[chosen].dropna()
    named = named[named["parcel_id"].isin(wanted)].drop_duplicates("parcel_id")
    of_parcel = {
        str(row["parcel_id"]): {str(key): value for key, value in row.items()}
        for row in named.to_dict("records")
    }
    seen: dict[str, int] = {}
    for place in chosen[chosen].index:
        row = {str(k): v for k, v in contracts.loc[place].items()}
        events = {str(k): v for k, v in case.loc[place].items()}
        path, reason = (str(allowed.loc[place, name]) for name in ("path", "reason"))
        verified = _verified(row)
        parcel = of_parcel.get(clean(row.get("parcel_id")) or "")
        fields = fields_of(row, events, parcel, verified=verified, as_of=as_of, rules=rules)
        conditions = conditions_of(row, events, path)
        remarks = _remarks(row, reason, policy, as_of)
        for order, name in enumerate(DOCUMENTS, start=1):
            if not allowed.loc[place, name]:
                continue
            template = load_template(name)
            file = file_name(template, order, row)
            seen[file] = seen.get(file, 0) + 1
            if seen[file] > 1:
                file = file_name(template, order, row, extra=str(seen[file]))
            content, blanks_n = _compose(template, fields, conditions, policy, remarks, as_of)
            yield Draft(
                file=file,
                document=name,
                title=template.title,
                parcel_id=clean(row.get("parcel_id")),
                contract_no=clean(row.get("contract_no")),
                phase_no=clean(row.get("phase_no")),
                case_id=clean(events.get("case_id")),
                blanks_n=blanks_n,
                content=content,
            )


def _verified(row: Mapping[str, Any]) -> bool:
    """Whether a recorded cause is verified: the review names an unverified one among what is missing."""
    named = clean(row.get("cause_kind", row.get("cause")))
    if clean(row.get("idle_status")) == "suspended":
        # The review asks for no cause of suspended works: the ledger's own word counts.
        said = row.get("cause_verified")
        return named is not None and not pd.isna(said) and bool(said)
    missing = (clean(row.get("missing")) or "").split(",")
    return named is not None and not {"cause", "cause_verified"} & set(missing)
