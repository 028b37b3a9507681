"""The input contracts: DESIGN's names, unambiguous headings, the headings of real ledgers."""

from __future__ import annotations

import pytest

from layers.codes import CODE_LISTS
from layers.contracts import (
    CONTRACTS,
    REQUIRED_ANY,
    heading_key,
    match_heading,
    missing_required,
)
from layers.contracts_space import SPACE_CONTRACTS
from layers.contracts_supply import SUPPLY_CONTRACTS
from layers.contracts_tables import TABLE_CONTRACTS
from layers.declare import _HEADINGS
from layers.units import conversion

# The fixed names, as the design of the project lists them.
FIXED = {
    "zones": "zone_id name kind approval_no approved_on set_up_on approved_area_m2 accepted_on "
    "accepted_area_m2 acceptance_due_on",
    "plan_zones": "plan_id land_use far_min far_max coverage_max_share height_max_m "
    "green_min_share green_max_share",
    "parcels": "parcel_id zone_id land_use land_use_code land_use_scheme land_grade area_net_m2 "
    "area_contract_m2 area_registered_m2 holder industry_code industry_scheme "
    "floor_area_recorded_m2 far_min far_max coverage_max_share height_max_m green_min_share "
    "green_max_share self_held supply_status land_stage approval_no planning_conditions_no "
    "rights_clear compensation_settled dispute_free supply_planned_on green_planned_m2 "
    "completion_planned_on fixed_investment_wan output_wan tax_wan tax_due_wan",
    "lineage": "parcel_id from_parcel_id kind on area_m2",
    "buildings": "building_id floors_n floors_below_n height_m storey_height_m floor_area_m2 "
    "floor_area_below_m2 use kind permanence permitted state completed_on vacant_floor_area_m2 "
    "let_floor_area_m2 vacant_since_on",
    "storeys": "building_id storey_no height_m floor_area_m2 use above_ground",
    "green": "green_id kind roof_height_m soil_depth_m",
    "facilities": "facility_id kind name",
    "uses": "parcel_id use floor_area_m2 land_area_m2 role held",
    "ledger": "parcel_id contract_no supervision_no phase_no grant holder holder_id contract_use "
    "contract_area_m2 parcel_area_in_contract_m2 signed_on delivery_due_on delivered_on "
    "delivery_doc_no start_due_on completion_due_on started started_on completed_on permit "
    "permit_no permit_on foundation foundation_done_share suspended_on develop_area_m2 "
    "developed_area_m2 investment_total_wan invested_wan land_price_wan taxes_wan "
    "investment_includes_land cause cause_verified cause_evidence registered_in_system "
    "extension_kind extension_signed_on extension_start_on mortgaged seized in_dispute "
    "hoarding_found term_years",
    "causes": "contract_no phase_no parcel_id cause from_on to_on document verified verified_on",
    "cases": "case_id contract_no phase_no parcel_id discovered_on notice_on notice_received_on "
    "answered_on finding_on finding_served_on published_on registered_on hearing_notice_on "
    "hearing_requested plan_approved_on measure decision_kind decision_on decision_served_on "
    "paid_on paid_wan deregistered_on review_or_suit_on closed_on",
    "assessments": "topic valid_until",
    "corrections": "",
}
COLUMNS = [(contract, column) for contract in CONTRACTS.values() for column in contract.columns]


def test_every_fixed_column_is_there_and_first_in_order() -> None:
    assert list(CONTRACTS)[:14] == [
        *("zones", "plan_zones", "parcels", "lineage", "buildings", "storeys", "green"),
        *("facilities", "uses", "ledger", "causes", "cases", "assessments", "corrections"),
    ]
    for name, names in FIXED.items():
        fixed = tuple(names.split())
        assert CONTRACTS[name].names[: len(fixed)] == fixed, name


def test_every_contract_that_is_declared_may_be_given() -> None:
    declared = (*SPACE_CONTRACTS, *TABLE_CONTRACTS, *SUPPLY_CONTRACTS)
    assert {contract.name for contract in declared} == set(CONTRACTS)


def test_geometry_and_keys_are_as_the_inputs_need_them() -> None:
    geometry = {name: contract.geometry for name, contract in CONTRACTS.items()}
    assert {name for name, kind in geometry.items() if kind is None} == {
        *("lineage", "storeys", "uses", "ledger", "causes", "cases", "corrections"),
        *("projects", "standards", "bids", "swaps", "targets", "plan", "ratings"),
        *("approved_uses", "green_costs"),
    }
    assert geometry["facilities"] == "any"
    for contract in CONTRACTS.values():
        assert contract.key is None or contract.key in contract


@pytest.mark.parametrize(("contract", "column"), COLUMNS, ids=lambda item: item.name)
def test_a_column_is_declared_completely(contract, column) -> None:
    assert column.label.zh, contract.name
    assert column.label.en
    assert (column.type == "code") == bool(column.codes)
    if column.codes:
        assert column.codes in CODE_LISTS
    if column.unit is not None:
        assert conversion(column.unit, column.unit) == 1.0
    suffixes = {"m2": "_m2", "share": "_share", "wan": "_wan", "m": "_m", "years": "_years"}
    if column.unit in suffixes:
        assert column.name.endswith(suffixes[column.unit])
    if column.type == "date":
        assert column.name == "on" or column.name.endswith(("_on", "_until"))


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_no_heading_names_two_columns(name: str) -> None:
    owners: dict[str, set[str]] = {}
    for column in CONTRACTS[name].columns:
        for text in (column.name, column.label.zh, column.label.en, *column.aliases):
            owners.setdefault(heading_key(text), set()).add(column.name)
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


def test_the_headings_file_speaks_of_known_columns_only() -> None:
    assert set(_HEADINGS) <= set(CONTRACTS)
    for name, headings in _HEADINGS.items():
        assert set(headings) <= set(CONTRACTS[name].names), name


@pytest.mark.parametrize(
    ("heading", "column", "unit"),
    [
        ("宗地编号", "parcel_id", None),
        ("土地用途", "contract_use", None),
        ("供地方式", "grant", None),
        ("土地使用年限", "term_years", None),
        ("成交价格", "land_price_wan", None),
        ("面积(公顷)", "contract_area_m2", "公顷"),
        ("约定容积率(上限)", "far_max", None),
        ("约定容积率(下限)", "far_min", None),
        ("约定交地时间", "delivery_due_on", None),
        ("约定开工时间", "start_due_on", None),
        ("约定竣工时间", "completion_due_on", None),
        ("合同签订日期", "signed_on", None),
        ("电子监管号", "supervision_no", None),
        ("合同编号/划拨决定书", "contract_no", None),
        ("出让价款（万元）", "land_price_wan", "万元"),
        ("成交价（亿元）", "land_price_wan", "亿元"),
        ("合同签订日", "signed_on", None),
        ("约定交地日", "delivery_due_on", None),
        ("实际交地日(交地确认书号)", "delivered_on", None),
        ("约定开工日", "start_due_on", None),
        ("约定动工日期", "start_due_on", None),
        ("开工认定方式(基坑/桩/地基)", "foundation", None),
        ("受让人(统一社会信用代码)", "holder", None),
        ("应动工面积", "develop_area_m2", None),
        ("已投资(不含地价税费)", "invested_wan", None),
        ("中止日期", "suspended_on", None),
        ("不动产单元号", "parcel_id", None),
        (" 约定 开工 时间 ", "start_due_on", None),
        ("START_DUE_ON", "start_due_on", None),
        ("约定容积率（上限）", "far_max", None),
    ],
)
def test_headings_of_ledgers_are_recognised(heading: str, column: str, unit: str | None) -> None:
    match = match_heading(CONTRACTS["ledger"], heading)
    assert match is not None
    assert (match.column, match.unit) == (column, unit)


@pytest.mark.parametrize(
    ("layer", "heading"),
    [
        ("parcels", "面积"),  # of what: contract, register, ground?
        ("parcels", "容积率"),  # the limit, or what is built?
        ("parcels", "备注"),
        ("ledger", "序号"),
        ("ledger", "面积㎡/亩"),  # two units
        ("plan_zones", "容积率(现状)"),  # not the limit
        ("buildings", "建筑面积(地下)"),  # not the area above ground
    ],
)
def test_a_heading_that_could_mean_another_thing_is_not_taken(layer: str, heading: str) -> None:
    assert match_heading(CONTRACTS[layer], heading) is None


@pytest.mark.parametrize(
    ("layer", "heading", "column"),
    [
        ("ledger", "统一社会信", "holder_id"),  # 统一社会信用代码 in GBK: five characters
        ("ledger", "电子监", "supervision_no"),  # 电子监管号 in UTF-8: three
        ("ledger", "start_due_", "start_due_on"),
        ("plan_zones", "容积率", "far_max"),
        ("plan_zones", "建筑限", "height_max_m"),
    ],
)
def test_names_cut_at_ten_bytes_are_recognised_where_unambiguous(
    layer: str, heading: str, column: str
) -> None:
    match = match_heading(CONTRACTS[layer], heading)
    assert match is not None
    assert match.column == column


def test_a_cut_name_that_fits_two_columns_is_not_taken() -> None:
    assert match_heading(CONTRACTS["parcels"], "土地使用权") is None  # ...人, ...面积
    assert match_heading(CONTRACTS["ledger"], "investment") is None
    assert match_heading(CONTRACTS["ledger"], "extension_") is None


def test_of_two_headings_the_first_declared_alias_ranks_first() -> None:
    code = match_heading(CONTRACTS["parcels"], "宗地代码")
    plot = match_heading(CONTRACTS["parcels"], "地块编号")
    assert code is not None
    assert plot is not None
    assert code.rank < plot.rank


def test_required_columns() -> None:
    assert missing_required(CONTRACTS["parcels"], []) == []
    assert missing_required(CONTRACTS["ledger"], ["contract_no"]) == []
    assert missing_required(CONTRACTS["ledger"], ["signed_on"]) == [("parcel_id", "contract_no")]
    assert missing_required(CONTRACTS["uses"], ["parcel_id"]) == [("use",)]
    for name, columns in REQUIRED_ANY.items():
        assert all(column in CONTRACTS[name] for column in columns)
