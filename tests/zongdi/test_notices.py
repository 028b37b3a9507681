"""The drafts: only those of the step reached, filled from the case, harmless whatever the data say."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.idle_documents import DOCUMENTS, allowed_documents
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy
from zongdi.notices import draft_notices, write_notices
from zongdi.notices.facts import FIELDS
from zongdi.notices.templates import fill, load_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
ROW = {
    "parcel_id": "P1",
    "contract_no": "C1",
    "started": False,
    "start_due_on": "2025-01-15",  # the year ends on 2026-01-15
    "cause": "holder",
    "cause_verified": True,
    "grant": "grant",
    "land_price_wan": 1000.0,
    "holder": "甲公司",
    "mortgaged": False,
}
TWO_YEARS = {"start_due_on": "2024-01-15"}
GOVERNMENT = {"cause": "gov_plan"}
SUSPENDED = {
    "started": True,
    "suspended_on": "2025-01-15",
    "develop_area_m2": 300.0,
    "developed_area_m2": 90.0,
    "cause_verified": None,
    "cause": None,
}
NOTICED = {"notice_on": "2026-01-20", "notice_received_on": "2026-01-25"}
ANSWERED = {**NOTICED, "answered_on": "2026-02-20"}
SERVED = {**ANSWERED, "finding_on": "2026-03-01", "finding_served_on": "2026-03-05"}
HEARD = {**SERVED, "hearing_notice_on": "2026-04-01"}


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row} - {"area_m2"}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    if contract == "parcels":
        out["area_m2"] = pd.Series([row["area_m2"] for row in rows], dtype="float64")
    return out


def reviewed(facts: dict, case: dict | None) -> tuple[pd.DataFrame, pd.DataFrame, Any]:
    row = {**ROW, **facts}
    parcels = frame("parcels", [{"parcel_id": row["parcel_id"], "zone_id": "z", "area_m2": 20000}])
    cases = None if case is None else frame("cases", [{"contract_no": row["contract_no"], **case}])
    result = analyse_idle(frame("ledger", [row]), parcels, POLICY, AS_OF, cases=cases)
    return result.tables["contracts"], parcels, cases


def names(facts: dict, case: dict | None) -> list[str]:
    contracts, parcels, cases = reviewed(facts, case)
    allowed, _ = allowed_documents(contracts, POLICY, AS_OF, parcels=parcels, cases=cases)
    return [name for name in DOCUMENTS if allowed.iloc[0][name]]


def drafts(facts: dict, case: dict | None) -> dict[str, Any]:
    contracts, parcels, cases = reviewed(facts, case)
    return {d.document: d for d in draft_notices(contracts, parcels, POLICY, AS_OF, cases=cases)}


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


SANCTION_1Y = ["finding", "hearing_notice", "fee_decision"]
SANCTION_2Y = [*SANCTION_1Y, "recovery_decision"]


@pytest.mark.parametrize(
    ("facts", "case", "expected"),
    [
        ({}, None, ["investigation_notice"]),
        ({}, {"discovered_on": "2026-02-01"}, ["investigation_notice"]),
        ({}, {"notice_on": "2026-06-10", "notice_received_on": "2026-06-15"}, ["investigation_notice"]),
        ({}, NOTICED, ["investigation_notice", "finding"]),
        ({}, ANSWERED, ["investigation_notice", "finding"]),
        ({}, {**ANSWERED, "finding_on": "2026-03-01"}, ["finding"]),
        ({}, SERVED, SANCTION_1Y),
        ({}, HEARD, SANCTION_1Y),
        (TWO_YEARS, SERVED, SANCTION_2Y),
        # served only after the review date: not served
        (TWO_YEARS, {**SERVED, "finding_served_on": "2026-07-01"}, ["finding"]),
        # a hearing notice alone proves no service of the finding
        (TWO_YEARS, {**HEARD, "finding_served_on": None}, ["finding"]),
        ({**TWO_YEARS, "cause_verified": False}, SERVED, ["finding"]),
        ({**TWO_YEARS, "cause": None}, SERVED, ["finding"]),
        ({**TWO_YEARS, "grant": "lease"}, SERVED, ["finding"]),
        ({**TWO_YEARS, "grant": None}, SERVED, ["finding"]),
        ({**TWO_YEARS, "mortgaged": True}, SERVED, [
            "finding", "mortgagee_notice", "hearing_notice", "fee_decision", "recovery_decision"]),
        ({**TWO_YEARS, "in_dispute": True}, SERVED, []),
        (TWO_YEARS, {**HEARD, "decision_on": "2026-06-01", "decision_kind": "fee"}, ["fee_decision"]),
        (TWO_YEARS, {**HEARD, "decision_on": "2026-06-01", "decision_kind": "recovery"},
         ["recovery_decision"]),
        (TWO_YEARS, {**SERVED, "closed_on": "2026-05-01"}, ["investigation_notice"]),
        (GOVERNMENT, SERVED, ["finding", "government_notice"]),
        # Nobody caused force majeure: there is no government to tell.
        ({**GOVERNMENT, "cause": "force_majeure"}, SERVED, ["finding"]),
        ({**GOVERNMENT, "mortgaged": True}, SERVED, ["finding", "government_notice"]),
        ({**GOVERNMENT, "mortgaged": True, "registered_in_system": True}, SERVED,
         ["finding", "government_notice", "mortgagee_notice"]),
        ({**GOVERNMENT, **TWO_YEARS}, {**SERVED, "plan_approved_on": "2026-06-01"}, []),
        ({"cause": "preparatory", **TWO_YEARS}, SERVED, ["finding"]),
        (SUSPENDED, SERVED, ["finding"]),
        ({**SUSPENDED, "mortgaged": None, "registered_in_system": True}, SERVED,
         ["finding", "mortgagee_notice"]),
        ({"start_due_on": "2026-01-15"}, None, []),
        ({"started": True, "permit": False}, None, []),
    ],
)  # fmt: skip
def test_documents_of_the_step_reached(facts: dict, case: dict | None, expected: list[str]) -> None:
    assert names(facts, case) == expected


STATUSES = [{}, TWO_YEARS, GOVERNMENT, SUSPENDED, {"cause_verified": False}, {"cause": None},
            {"cause": "preparatory"}, {"started": None}, {"grant": "allocation"}, {"grant": "lease"}]  # fmt: skip
CASES = [None, NOTICED, ANSWERED, {**ANSWERED, "finding_on": "2026-03-01"}, SERVED, HEARD]


def test_nothing_takes_money_or_land_without_finding_and_verified_cause() -> None:
    every = list(itertools.product(STATUSES, CASES))
    rows = [{**ROW, **facts, "contract_no": f"C{n}"} for n, (facts, _) in enumerate(every)]
    events = [{"contract_no": f"C{n}", **case} for n, (_, case) in enumerate(every) if case]
    parcels = frame("parcels", [{"parcel_id": "P1", "zone_id": "z", "area_m2": 20000}])
    cases = frame("cases", events)
    ledger = frame("ledger", rows)
    contracts = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=cases).tables["contracts"]
    allowed, _ = allowed_documents(contracts, POLICY, AS_OF, cases=cases)
    table = allowed.set_index(contracts["contract_no"].astype(str))
    for n, (facts, case) in enumerate(every):
        found = table.loc[f"C{n}"]
        row = {**ROW, **facts}
        ripe = (
            case is not None
            and "finding_served_on" in case
            and row["cause"] == "holder"
            and bool(row["cause_verified"])
            and row["started"] is False
            and row["grant"] in {"grant", "allocation"}
        )
        assert bool(found["fee_decision"]) is ripe
        assert bool(found["hearing_notice"]) is ripe
        assert bool(found["recovery_decision"]) is (ripe and facts == TWO_YEARS)


def test_a_fee_draft_tells_fact_rule_and_consequence() -> None:
    found = drafts({}, HEARD)
    text = text_of(found["fee_decision"].content)
    for said in (
        "甲公司", "2025年1月15日", "2026年1月16日", "200万元", "20%", "30日内", "【待填：以认定和批准的数额为准】",
        "《闲置土地处置办法》（国土资源部令第53号）第十四条第（一）项", "测算值",
    ):  # fmt: skip
        assert said in text
    assert "不得作出" not in text
    assert "听证告知书尚未登记送达，本决定不得作出" in text_of(
        drafts({}, SERVED)["fee_decision"].content
    )
    both = drafts(TWO_YEARS, HEARD)
    assert "择一" in text_of(both["fee_decision"].content)
    assert "可依法报批" in text_of(both["recovery_decision"].content)


def test_a_draft_of_land_delivered_late_says_so() -> None:
    late = {"delivery_due_on": "2023-01-01", "delivered_on": "2023-03-02", "hoarding_found": True}
    text = text_of(drafts(late, HEARD)["fee_decision"].content)
    assert "实际交地晚于约定60天" in text
    assert "第二十四条" in text
    plain = text_of(drafts({}, HEARD)["fee_decision"].content)
    assert "晚于约定" not in plain
    assert "囤地" not in plain


@pytest.mark.parametrize("written", [{"measure": "swap"}, {"measure": "置换"}, {"remedy": "swap"}])
def test_a_measure_is_named_and_not_coded(written: dict) -> None:
    made = drafts({**GOVERNMENT, "registered_in_system": True, "mortgaged": True}, SERVED | written)
    text = text_of(made["mortgagee_notice"].content)
    assert "处置方案（置换土地）" in text
    assert "swap" not in text


def test_every_page_is_marked_as_a_draft() -> None:
    for draft in drafts(TWO_YEARS, HEARD).values():
        with zipfile.ZipFile(io.BytesIO(draft.content)) as package:
            headers = [package.read(n).decode() for n in package.namelist() if "header" in n]
        assert any(
            "草稿 DRAFT" in h and "辅助分析，不作为认定依据" in h and "textpath" in h
            for h in headers
        )


def test_the_same_bytes_every_time_and_no_clock() -> None:
    first, second = drafts(TWO_YEARS, HEARD), drafts(TWO_YEARS, HEARD)
    assert {n: d.content for n, d in first.items()} == {n: d.content for n, d in second.items()}
    with zipfile.ZipFile(io.BytesIO(first["finding"].content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 6, 30, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-06-30T00:00:00Z"}


@pytest.mark.parametrize(
    "evil",
    ["../../../etc/passwd", "C:\\x\\y", "CON", "a\x00b\n\x1b[31m", "\u202edocx.exe", "{fee}{cite:x}",
     "<w:p/>&amp;]]>", "=cmd|' /C calc'!A0", "x" * 5000, "【待填：假】", "𠮷", "."],
)  # fmt: skip
def test_hostile_texts_do_no_harm(evil: str, tmp_path: Path) -> None:
    facts = {"parcel_id": evil, "contract_no": evil, "holder": evil, "cause_evidence": evil}
    contracts, parcels, cases = reviewed({**facts, **TWO_YEARS}, HEARD)
    made = list(draft_notices(contracts, parcels, POLICY, AS_OF, cases=cases))
    written = write_notices(iter(made), tmp_path / "out")
    assert len(written.files) == 4
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {tmp_path / "out" / "notices"}
    for draft in made:
        assert re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff_-]+\.docx", draft.file)
        assert len(draft.file.encode()) < 255
        assert "甲" not in text_of(draft.content)
    index = (tmp_path / "out" / "notices" / "index.csv").read_text(encoding="utf-8-sig")
    assert not any(cell.startswith("=") for line in index.splitlines() for cell in line.split(","))


def test_names_differ_where_only_unsafe_characters_do() -> None:
    one = drafts({"parcel_id": "a/b"}, None)["investigation_notice"].file
    two = drafts({"parcel_id": "a:b"}, None)["investigation_notice"].file
    assert one != two


def test_stale_drafts_go_and_edited_ones_stay(tmp_path: Path) -> None:
    heard = list(drafts(TWO_YEARS, HEARD).values())
    first = write_notices(heard, tmp_path)
    assert len(first.files) == 4
    edited = next(d.file for d in heard if d.document == "finding")
    (tmp_path / "notices" / edited).write_bytes(b"by hand")
    (tmp_path / "notices" / "mine.txt").write_text("note")
    second = write_notices(
        drafts(TWO_YEARS, {**SERVED, "finding_served_on": None}).values(), tmp_path
    )
    assert (second.files, second.kept) == ((), (edited,))
    left = sorted(path.name for path in (tmp_path / "notices").iterdir())
    assert left == sorted([edited, "index.csv", "mine.txt"])
    assert (tmp_path / "notices" / edited).read_bytes() == b"by hand"
    # known again on the next run
    assert write_notices(heard, tmp_path).kept == (edited,)


def test_every_template_fills_with_every_field_and_no_number_of_a_law() -> None:
    fields = dict.fromkeys(FIELDS, "x")
    for name in DOCUMENTS:
        template = load_template(name)
        texts = [template.title, template.to]
        for part in template.parts:
            texts += (
                [cell for row in part.content for cell in row]
                if part.kind == "table"
                else [part.content]
            )
        for text in texts:
            assert "{" not in fill(text, fields, POLICY)
            bare = re.sub(r"\{[^}]*\}|【[^】]*】", "", text)
            assert not re.search(r"\d|百分之|三十日|分之一", bare), bare


def test_the_command(zongdi: Callable, small_project: Path) -> None:
    done = zongdi("notices", small_project)
    assert done.status == 0, done.err
    folder = small_project.parent / "results" / "notices"
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 2
    assert files[0].startswith("A-HT-1_")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert zongdi("notices", small_project, "--parcel", "A").status == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    none = zongdi("notices", small_project, "--parcel", "B")
    assert none.status == 0
    assert "没有可起草的文书" in none.out or "Nothing to draft" in none.out
    wrong = zongdi("notices", small_project, "--parcel", "nowhere")
    assert wrong.status == 1
    assert "nowhere" in wrong.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
