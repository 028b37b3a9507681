"""The paragraph of a dozen typical parcels: read by a person, and kept as approved."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.idle import analyse_idle
from analyses.paragraphs import parcel_paragraphs
from analyses.recommend import recommend
from analyses.results import FINDINGS, PARCEL_MEASURES, PROBLEMS, RECOMMENDATIONS
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")
NONE = empty_frame(FINDINGS)


def parcel_of(**values: object) -> pd.DataFrame:
    frame = empty_frame(PARCEL_MEASURES, pd.RangeIndex(1))
    base = {
        "parcel_id": "GB001",
        "zone_id": "A区",
        "holder": "甲公司",
        "land_use": "industrial",
        "area_m2": 20_000.0,
    }
    for name, value in (base | values).items():
        contract = PARCEL_MEASURES if name in PARCEL_MEASURES else CONTRACTS["parcels"]
        frame[name] = pd.Series([value], dtype=contract.column(name).dtype)
    return frame


def verdict(rule: str, said: str, policy=JINAN, **more) -> pd.DataFrame:
    return rule_findings(policy.rule(rule), AS_OF, Verdicts([said], parcel_id=["GB001"], **more))


def told(
    parcels: pd.DataFrame,
    *findings: pd.DataFrame,
    ledger: dict | list[dict] | None = None,
    cases: dict | list[dict] | None = None,
    policy=JINAN,
    problems: pd.DataFrame | None = None,
) -> tuple[str, str]:
    """Analyse, recommend and write the paragraph of one parcel."""
    parts, contracts = list(findings), None
    table = None
    if cases is not None:
        steps = cases if isinstance(cases, list) else [cases]
        table = pd.DataFrame([{"contract_no": "HT-1"} | item for item in steps])
    if ledger is not None:
        base = {"parcel_id": "GB001", "contract_no": "HT-1", "phase_no": "1", "grant": "grant"}
        base |= {"started": False, "land_price_wan": 600.0}
        lines = ledger if isinstance(ledger, list) else [ledger]
        rows = pd.DataFrame([base | line for line in lines])
        for name in rows:
            if str(name).endswith("_on"):
                rows[name] = pd.to_datetime(rows[name])
        result = analyse_idle(rows, parcels, policy, AS_OF, cases=table)
        for name in result.measures:
            parcels[name] = result.measures[name]
        parts.append(result.findings)
        contracts = result.tables["contracts"]
    every = concat_findings(parts) if parts else NONE
    advice = recommend(
        parcels, every, policy, AS_OF, contracts=contracts, cases=table, problems=problems
    )
    table = parcel_paragraphs(
        parcels, every, advice, policy, AS_OF, contracts=contracts, cases=table
    )
    text = table.iloc[0]
    return text["text_zh"], text["text_en"]


OWN = {
    "cause": "holder",
    "cause_verified": True,
    "registered_in_system": True,
    "mortgaged": False,
    "seized": False,
}
PLANT = {
    "land_stage": "completed",
    "floor_area_m2": 12_000.0,
    "footprint_m2": 9_000.0,
    "far_plain": 0.6,
    "far_limit": 2.0,
    "floor_area_headroom_m2": 28_000.0,
    "bound_by": "far",
}


def faulty() -> pd.DataFrame:
    rows = empty_frame(PROBLEMS, pd.RangeIndex(1))
    said = {"severity": "warning", "id": "GB001", "what": "面积不一致", "what_en": "areas differ"}
    for name, value in said.items():
        rows[name] = pd.Series([value], dtype="string")
    return rows


CASES = {
    "nothing": lambda: told(parcel_of(idle_status="started", land_stage="completed")),
    "suspected": lambda: told(
        parcel_of(land_stage="supplied_not_started"), ledger={"start_due_on": "2024-12-31"} | OWN
    ),
    "cause_open": lambda: told(parcel_of(), ledger={"start_due_on": "2024-12-31"}),
    "fee": lambda: told(
        parcel_of(),
        ledger={"start_due_on": "2025-01-31"} | OWN,
        cases={"finding_served_on": "2026-03-01"},
    ),
    "recovery": lambda: told(
        parcel_of(),
        ledger={"start_due_on": "2023-06-30"} | OWN,
        cases={"finding_served_on": "2026-01-05"},
    ),
    "remedy": lambda: told(
        parcel_of(),
        ledger={"start_due_on": "2023-06-30"} | OWN | {"cause": "gov_delivery"},
        cases={"finding_served_on": "2026-01-05"},
    ),
    "urge": lambda: told(parcel_of(), ledger={"start_due_on": "2025-12-31"}),
    "headroom": lambda: told(parcel_of(**PLANT)),
    "below_minimum": lambda: told(
        parcel_of(**PLANT | {"far_floor": 1.2, "floor_area_headroom_m2": 0.0}),
        verdict("far.floor_planned", "yes", measured=[0.6], limit=[1.2]),
    ),
    "above_limit": lambda: told(
        parcel_of(**PLANT | {"far_plain": 2.5, "floor_area_headroom_m2": -10_000.0}),
        verdict("far.limit", "yes", measured=[2.5], limit=[2.0]),
    ),
    "conflict": lambda: told(
        parcel_of(land_use="dormitory", mixed_verdict="conflict", mixed_uses="dormitory")
    ),
    "green": lambda: told(
        parcel_of(
            land_use="office",
            green_m2=2_000.0,
            green_share=0.1,
            green_required_m2=5_000.0,
            green_balance_m2=-3_000.0,
        )
    ),
    "missing": lambda: told(
        parcel_of(holder=None, land_use=None),
        verdict("far.limit", "unknown", missing="far_max,floor_area_m2"),
        verdict("far.floor", "unknown", missing="ruleset_2023"),
    ),
    "faulty": lambda: told(parcel_of(), problems=faulty()),
    "dispute": lambda: told(parcel_of(dispute_free=False)),
    "sublet": lambda: told(
        parcel_of(land_stage="completed", floor_area_m2=8_000.0, far_plain=0.4, far_limit=0.4),
        verdict("supply.sublet", "yes", measured=[3_000.0], unit="m2"),
    ),
    "review": lambda: told(
        parcel_of(land_stage="supplied_not_started", green_share=0.0, green_balance_m2=-500.0),
        ledger={"start_due_on": "2024-08-31", "cause": "gov_petition", "cause_verified": False},
    ),
    "not_due": lambda: told(parcel_of(), ledger={"start_due_on": "2026-09-30"}),
    "no_dates": lambda: told(parcel_of(), ledger={"start_due_on": None}),
    "draft": lambda: told(
        parcel_of(mixed_verdict="yes", mixed_uses="industrial+office"),
        policy=load_policy("zhejiang-2021-draft"),
    ),
}

# --- approved
#: Read by a person; a change of a word is a change to be read again.
APPROVED = {
    "nothing": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已建成。所查各项均无须处理。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, completed. Nothing calls for action in what was analysed.",
    ),
    "suspected": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已供未建。约定2024年12月31日动工，涉嫌闲置（满一年未动工），自2026年1月1日起至审查日181天，经核实的迟延原因为企业自身原因。建议：调查核实（期限未知，缺发现日期）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, supplied, not started. The start was due on 31 December 2024; suspected idle, one year or more not started; 181 days from 1 January 2026 to the review date; verified cause: the holder's own. Recommended: investigate (deadline unknown, the day of discovery not being recorded).",
    ),
    "cause_open": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2024年12月31日动工，涉嫌闲置（满一年未动工），自2026年1月1日起至审查日181天。建议：调查核实（期限未知，缺发现日期）；查明迟延原因。尚缺迟延原因，相关各项未能判断。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start was due on 31 December 2024; suspected idle, one year or more not started; 181 days from 1 January 2026 to the review date. Recommended: investigate (deadline unknown, the day of discovery not being recorded); find out the cause of the delay. Still missing: the cause of the delay; what rests on it is not decided.",
    ),
    "fee": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2025年1月31日动工，涉嫌闲置（满一年未动工），自2026年2月1日起至审查日150天，经核实的迟延原因为企业自身原因，认定书已于2026年3月1日送达。建议：拟征缴土地闲置费（测算值120.00万元，自2027年2月1日起满两年，须先：书面告知听证权利（第十五条）；报本级人民政府批准）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start was due on 31 January 2025; suspected idle, one year or more not started; 150 days from 1 February 2026 to the review date; verified cause: the holder's own; the finding was served on 1 March 2026. Recommended: propose the idle fee (calculated 120.00 wan yuan, two years are full from 1 February 2027, first: written notice of the right to a hearing (art. 15); approval of the government).",
    ),
    "recovery": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2023年6月30日动工，涉嫌闲置（满两年未动工），自2024年7月1日起至审查日730天，经核实的迟延原因为企业自身原因，认定书已于2026年1月5日送达。建议：拟报批无偿收回国有建设用地使用权（与征缴闲置费（测算值120.00万元）二者择一，须先：书面告知听证权利（第十五条）；报有批准权的人民政府批准）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start was due on 30 June 2023; suspected idle, two years or more not started; 730 days from 1 July 2024 to the review date; verified cause: the holder's own; the finding was served on 5 January 2026. Recommended: propose recovery without pay, for approval (the alternative to the fee, calculated 120.00 wan yuan, first: written notice of the right to a hearing (art. 15); approval of the competent government).",
    ),
    "remedy": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2023年6月30日动工，涉嫌闲置（政府原因、不可抗力，第八条），自2024年7月1日起至审查日730天，经核实的迟延原因为未按约定交付土地（第八条第一项），认定书已于2026年1月5日送达。建议：协商处置（第十二条）（须先：闲置土地处置方案报本级人民政府批准）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start was due on 30 June 2023; suspected idle by government cause or force majeure (art. 8); 730 days from 1 July 2024 to the review date; verified cause: land not delivered as agreed (art. 8(1)); the finding was served on 5 January 2026. Recommended: remedy by agreement (art. 12) (first: the disposal plan needs the government's approval).",
    ),
    "urge": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2025年12月31日动工，逾期未动工，未满一年。建议：动工督促（期限2026年12月31日）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start was due on 31 December 2025; start overdue, less than a year. Recommended: urge the start of works (by 31 December 2026).",
    ),
    "headroom": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已建成。容积率0.60（上限2.00），剩余可建计容建筑面积2.80万m²。建议：论证加层改造。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, completed. Floor-area ratio 0.60 (limit 2.00); headroom 28,000 m². Recommended: study adding storeys.",
    ),
    "below_minimum": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已建成。容积率0.60（上限2.00、下限1.20），低于下限。建议：论证节余土地转让（约1.0000公顷（15.00亩））。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, completed. Floor-area ratio 0.60 (limit 2.00, minimum 1.20), below the minimum. Recommended: study the transfer of surplus land (about 1.0000 ha (15.00 mu)).",
    ),
    "above_limit": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已建成。容积率2.50（上限2.00），高于上限。建议：核对规划核实。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, completed. Floor-area ratio 2.50 (limit 2.00), above the limit. Recommended: check against the planning verification.",
    ),
    "conflict": (
        "GB001（甲公司）：宿舍用地，2.0000公顷（30.00亩），位于A区。含围网内居住用途，与围网管理要求冲突。建议：核实围网内居住用途。",
        "GB001 (甲公司): dormitory land, 2.0000 ha (30.00 mu), in A区. Living quarters stand inside the fence, against the rules of the fence. Recommended: look into living use inside the fence.",
    ),
    "green": (
        "GB001（甲公司）：商务办公用地，2.0000公顷（30.00亩），位于A区。绿地率10.0%，应有25.0%，不足0.3000公顷（4.50亩）。建议：对照规划条件核查绿地。",
        "GB001 (甲公司): office land, 2.0000 ha (30.00 mu), in A区. Green ratio 10.0%, required 25.0%, short by 0.3000 ha (4.50 mu). Recommended: check the green area against the planning conditions.",
    ),
    "missing": (
        "GB001：用途未登记，2.0000公顷（30.00亩），位于A区。尚缺容积率上限、地上建筑面积、2023年工业项目控制指标，相关各项未能判断。",
        "GB001: use not recorded, 2.0000 ha (30.00 mu), in A区. Still missing: maximum floor-area ratio, floor area above ground and the 2023 control indicators; what rests on them is not decided.",
    ),
    "faulty": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。资料有误：面积不一致。更正后重新核查。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. Faulty data: areas differ. To be corrected, then analysed again.",
    ),
    "dispute": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。建议：先行解决争议（解决前不作其他建议）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. Recommended: settle the dispute first (nothing else is proposed before).",
    ),
    "sublet": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已建成。容积率0.40（上限0.40）。建议：引导节余房屋转租（空置3,000m²）。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, completed. Floor-area ratio 0.40 (limit 0.40). Recommended: guide the subletting of surplus floor space (3,000 m² vacant).",
    ),
    "review": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区，已供未建。约定2024年8月31日动工，须人工核查：截至审查日已满一年未动工；登记原因：群众信访（第八条第四项），尚未全部核实（国土资源部令第53号第八条）。建议：调查核实（期限未知，缺发现日期）；查明迟延原因。尚缺原因核实情况，相关各项未能判断。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区, supplied, not started. The start was due on 31 August 2024; human review needed: the period of one year is over without a start; recorded cause: petitions (art. 8(4)), not all of it verified (MLR Order No. 53 art. 8). Recommended: investigate (deadline unknown, the day of discovery not being recorded); find out the cause of the delay. Still missing: whether the cause is verified; what rests on it is not decided.",
    ),
    "not_due": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。约定2026年9月30日动工，尚未到期。所查各项均无须处理。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The start is due on 30 September 2026. Nothing calls for action in what was analysed.",
    ),
    "no_dates": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。是否闲置无法判断。尚缺约定开工日期或者实际交地日期，相关各项未能判断。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. Whether the land is idle cannot be told. Still missing: the agreed start or the day of delivery; what rests on them is not decided.",
    ),
    "draft": (
        "GB001（甲公司）：工业用地，2.0000公顷（30.00亩），位于A区。用途组合列入鼓励混合范围，须以规划条件、控规为准（征求意见稿）。建议：研究混合利用。",
        "GB001 (甲公司): industrial land, 2.0000 ha (30.00 mu), in A区. The mix of uses is listed as encouraged; planning conditions and control plan prevail (draft for comment). Recommended: consider the mixed use.",
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_paragraph_is_the_approved_one(name: str) -> None:
    assert CASES[name]() == APPROVED[name]


def test_there_are_a_dozen_and_none_is_longer_than_needed() -> None:
    assert len(APPROVED) >= 12
    for zh, en in APPROVED.values():
        assert len(zh) <= 200
        assert zh.endswith("。")
        assert en.endswith(".")
        assert "nan" not in zh + en
        assert "None" not in zh + en
        assert "<NA>" not in zh + en


def test_every_parcel_has_its_own_in_the_order_of_the_parcels() -> None:
    parcels = pd.concat([parcel_of(parcel_id=name) for name in ("b", "a", "c")], ignore_index=True)
    advice = recommend(parcels, NONE, JINAN, AS_OF)
    table = parcel_paragraphs(parcels, NONE, advice, JINAN, AS_OF)
    assert table["parcel_id"].tolist() == ["b", "a", "c"]
    assert [text.split("（")[0] for text in table["text_zh"]] == ["b", "a", "c"]


SERVED = {"finding_served_on": "2026-05-10", "hearing_notice_on": "2026-05-12"}


def test_figures_and_dates_are_those_of_the_contract_that_the_action_concerns() -> None:
    """The fee is for the contract with the finding; the other has been idle for longer."""
    zh, en = told(
        parcel_of(),
        ledger=[
            {"start_due_on": "2024-12-31"} | OWN,
            {"contract_no": "HT-2", "start_due_on": "2022-06-30", "land_price_wan": 900.0} | OWN,
        ],
        cases={"finding_served_on": "2026-05-10"},
    )
    assert "合同HT-2：约定2022年6月30日动工" in zh
    assert "合同HT-1：约定2024年12月31日动工" in zh
    assert zh.count("认定书已于2026年5月10日送达") == 1
    assert "调查核实（合同HT-2，" in zh
    assert "拟征缴土地闲置费（合同HT-1，测算值120.00万元，自2027年1月1日起满两年，" in zh
    assert "propose the idle fee (contract HT-1, calculated 120.00 wan yuan, two years" in en
    assert "2024年7月1日" not in zh


def test_recovery_names_the_fee_of_its_own_contract() -> None:
    zh, _ = told(
        parcel_of(),
        ledger=[
            {"start_due_on": "2024-12-31"} | OWN,
            {"contract_no": "HT-2", "start_due_on": "2022-06-30", "land_price_wan": 900.0} | OWN,
        ],
        cases={"contract_no": "HT-2", "finding_served_on": "2026-05-10"},
    )
    assert "拟报批无偿收回国有建设用地使用权（合同HT-2，与征缴闲置费（测算值180.00万元）" in zh


def test_a_sanction_and_a_remedy_on_one_parcel_are_both_told() -> None:
    zh, en = told(
        parcel_of(),
        ledger=[
            {"start_due_on": "2024-12-31"} | OWN,
            {"contract_no": "HT-2", "start_due_on": "2024-12-31"} | OWN | {"cause": "gov_plan"},
        ],
        cases=[SERVED, SERVED | {"contract_no": "HT-2"}],
    )
    assert zh.count("认定书已于2026年5月10日送达") == 2
    assert "建议：调查核实（征缴、收回与协商处置的情形并存，先分清各合同的用地范围）" in zh
    assert "first tell apart the land of each contract" in en


@pytest.mark.parametrize(
    ("due", "case", "expected"),
    [
        (
            "2024-12-31",
            {"decision_kind": "fee", "decision_on": "2026-06-05"},
            "征缴决定已于2026年6月5日作出，未登记送达",
        ),
        (
            "2024-12-31",
            {
                "decision_kind": "fee",
                "decision_on": "2026-06-05",
                "decision_served_on": "2026-06-10",
            },
            "征缴决定已于2026年6月10日送达。建议：跟踪关注（期限2026年7月10日，督促缴纳闲置费）。",
        ),
        (
            "2022-06-30",
            {
                "decision_kind": "recovery",
                "decision_on": "2026-05-15",
                "decision_served_on": "2026-05-20",
            },
            (
                "收回决定已于2026年5月20日送达。建议：跟踪关注（期限2026年6月19日，已逾期11天，"
                "督促办理注销登记；逾期且未复议、诉讼的，可依法申请人民法院强制执行）。"
            ),
        ),
        (
            "2024-12-31",
            {
                "decision_kind": "fee",
                "decision_on": "2026-05-20",
                "decision_served_on": "2026-05-21",
                "paid_on": "2026-05-25",
                "paid_wan": 120.0,
                "closed_on": "2026-06-01",
            },
            (
                "征缴决定已于2026年5月21日送达，闲置费120.00万元已于2026年5月25日缴纳，案件已于2026年6月1日结案。"
                "建议：调查核实（前案已结案：更新台账，或者另立案件）。"
            ),
        ),
    ],
)
def test_the_step_that_decides_is_told(due: str, case: dict, expected: str) -> None:
    zh, _ = told(parcel_of(), ledger={"start_due_on": due} | OWN, cases=SERVED | case)
    assert expected in zh


def test_what_lies_ahead_of_the_review_date_has_not_happened() -> None:
    zh, _ = told(
        parcel_of(),
        ledger={"start_due_on": "2024-12-31"} | OWN,
        cases=SERVED | {"decision_kind": "fee", "decision_on": "2026-07-05"},
    )
    assert "决定已于" not in zh
    assert "拟征缴土地闲置费" in zh


def test_a_contested_decision_is_not_to_be_enforced() -> None:
    case = {
        "decision_kind": "recovery",
        "decision_on": "2026-05-15",
        "decision_served_on": "2026-05-20",
        "review_or_suit_on": "2026-06-01",
    }
    zh, _ = told(parcel_of(), ledger={"start_due_on": "2022-06-30"} | OWN, cases=SERVED | case)
    assert "已于2026年6月1日申请复议或者提起诉讼" in zh
    assert "强制执行" not in zh


def test_a_grant_without_a_national_fee_says_so() -> None:
    zh, _ = told(
        parcel_of(), ledger={"start_due_on": "2024-12-31", "grant": "lease"} | OWN, cases=SERVED
    )
    assert "跟踪关注（该供地方式无国家规定的闲置费，按合同和地方规定核查）" in zh


def test_the_completion_of_the_ledger_is_told_where_the_parcel_has_no_stage() -> None:
    row = {"start_due_on": "2020-06-30", "started": True, "completed_on": "2022-05-01"}
    assert "台账登记2022年5月1日竣工" in told(parcel_of(), ledger=row)[0]
    assert "竣工" not in told(parcel_of(land_stage="completed"), ledger=row)[0]


def actions(*rows: dict) -> pd.DataFrame:
    """Recommendations of one parcel, in the order of their priority."""
    frame = empty_frame(RECOMMENDATIONS, pd.RangeIndex(len(rows)))
    for name in {name for row in rows for name in row} | {"parcel_id"}:
        values = [row.get(name, "GB001" if name == "parcel_id" else None) for row in rows]
        frame[name] = pd.Series(values, dtype=RECOMMENDATIONS.column(name).dtype)
    frame["priority"] = pd.Series(range(1, len(rows) + 1), dtype=frame["priority"].dtype)
    frame["title_zh"] = frame["action"]
    return frame


PLAIN = [{"action": name} for name in ("convert", "extend", "add_storeys", "check_green", "x")]


def test_an_action_with_a_figure_is_not_dropped_before_one_without() -> None:
    advice = actions(*PLAIN, {"action": "sublet_surplus", "floor_area_m2": 1_500.0})
    text = parcel_paragraphs(parcel_of(), NONE, advice, JINAN, AS_OF)["text_zh"].iloc[0]
    assert "建议：convert；extend；add_storeys；sublet_surplus（空置1,500m²）等6项。" in text


def test_five_actions_are_all_named() -> None:
    text = parcel_paragraphs(parcel_of(), NONE, actions(*PLAIN), JINAN, AS_OF)["text_zh"].iloc[0]
    assert "建议：convert；extend；add_storeys；check_green；x。" in text


def test_green_says_how_much_goes_where() -> None:
    parcels = pd.concat([parcel_of(parcel_id=name) for name in ("a", "b")], ignore_index=True)
    advice = actions(
        {"parcel_id": "a", "action": "give_green", "area_m2": 1_000.0},
        {
            "parcel_id": "b",
            "action": "receive_green",
            "area_m2": 1_000.0,
            "depends_on": "a:give_green",
        },
    )
    texts = parcel_paragraphs(parcels, NONE, advice, JINAN, AS_OF)["text_zh"].tolist()
    assert "give_green（0.1000公顷（1.50亩），调给b）" in texts[0]
    assert "receive_green（0.1000公顷（1.50亩），来自a）" in texts[1]
