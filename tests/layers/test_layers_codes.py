"""Code lists, what sources write for them, and the land-use codes of three classifications."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.code_list import _TEXTS
from layers.codes import CODE_LISTS, GRANTS, LAND_USE_SCHEMES, USES, code_key, code_list
from layers.crosswalk import STATUSES, _table, meanings, read_land_use_codes


def test_use_codes_are_the_fixed_ones() -> None:
    assert USES.codes == (
        *("industrial", "m0", "storage", "research", "office", "commercial", "nonprofit"),
        *("public_service", "dormitory", "residential", "utility", "transport", "road", "parking"),
        *("green", "reserve", "other"),
    )


@pytest.mark.parametrize("codes", list(CODE_LISTS.values()), ids=lambda codes: codes.name)
def test_no_text_writes_two_codes(codes) -> None:
    owners: dict[str, set[str]] = {}
    for code, label in codes.labels.items():
        for text in (code, label.zh, label.en, *_TEXTS.get(codes.name, {}).get(code, ())):
            owners.setdefault(code_key(text), set()).add(code)
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}


def test_the_texts_file_speaks_of_known_codes_only() -> None:
    known = {codes.name: set(codes.codes) for codes in CODE_LISTS.values()}
    assert set(_TEXTS) <= set(known)
    for name, texts in _TEXTS.items():
        assert set(texts) <= known[name], name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("工业用地", "industrial"),
        ("仓储用地", "storage"),
        ("物流仓储用地", "storage"),
        ("科研用地", "research"),
        ("商务办公", "office"),
        ("工业用地（新型产业用地）", "m0"),
        ("Industrial", "industrial"),
        (" 工 业 ", "industrial"),
        ("商服用地", None),  # shops or offices
        ("工业、仓储", None),
        ("综合用地", None),
    ],
)
def test_uses_are_read_only_where_the_text_means_one_thing(text: str, code: str | None) -> None:
    assert USES.find(text) == code


def test_grants_of_real_supply_results() -> None:
    texts = pd.Series(["挂牌出让", "拍卖出让", "协议出让", "划拨", None])
    assert GRANTS.read(texts).fillna("?").tolist() == ["grant"] * 3 + ["allocation", "?"]


def test_the_projects_own_texts_prevail_and_an_empty_code_is_unknown() -> None:
    read = USES.read(pd.Series(["工业用地", "A类", "其他"]), {"A类": "m0", "其他": ""})
    assert read.fillna("?").tolist() == ["industrial", "m0", "?"]
    assert read.dtype == "string"


def test_a_code_list_is_a_mapping_of_labels() -> None:
    assert USES["industrial"].zh == "工业"
    assert list(USES) == list(USES.codes)
    assert code_list(("a", "b")).find("A") == "a"


def test_0601_is_two_things_and_unknown_without_its_scheme() -> None:
    read = read_land_use_codes(
        pd.Series(["0601", "0601", "0601"]), pd.Series(["survey-3", "guide-2023", None])
    )
    assert read["use"].fillna("?").tolist() == ["industrial", "road", "?"]
    assert read["status"].tolist() == ["ok", "ok", "several_schemes"]
    assert read.loc[2, "candidates"] == "road,industrial"


@pytest.mark.parametrize(
    ("code", "scheme", "use", "status"),
    [
        ("1001", "guide-2023", "industrial", "ok"),
        ("1001", "survey-3", "transport", "ok"),
        ("100102", None, "industrial", "inferred"),  # only the guide has six digits
        ("M1", None, "industrial", "inferred"),
        ("m0", "gb50137-2011", "m0", "ok"),
        ("M1", "survey-3", None, "unknown_code"),
        ("B", "gb50137-2011", None, "several_uses"),
        ("1208", "guide-2023", None, "several_uses"),
        ("120803", "guide-2023", "parking", "ok"),
        ("U12", "gb50137-2011", "utility", "ok"),  # by its parent
        ("100104", "guide-2023", None, "several_uses"),  # a local addition, perhaps M0
        ("05H1", "survey-3", None, "several_uses"),
        ("0508", "survey-3", "storage", "ok"),
        ("1311", "guide-2023", "utility", "ok"),
        ("601", "survey-3", "industrial", "ok"),  # a spreadsheet took the zero
        ("1101.0", "guide-2023", "storage", "ok"),
        ("99", "guide-2023", None, "unknown_code"),
        ("10010", "guide-2023", None, "unknown_code"),
        ("工业用地", None, None, "unknown_code"),
    ],
)
def test_codes_of_the_classifications(code: str, scheme: str, use: str, status: str) -> None:
    read = read_land_use_codes(pd.Series([code]), scheme)
    assert read.loc[0, "status"] == status
    assert (None if pd.isna(read.loc[0, "use"]) else read.loc[0, "use"]) == use


def test_a_blank_code_gives_nothing_and_the_index_stays() -> None:
    read = read_land_use_codes(pd.Series([None, "16"], index=[7, 3]), "guide-2023")
    assert read.index.tolist() == [7, 3]
    assert read.isna().loc[7].all()
    assert read.loc[3, "use"] == "reserve"


@pytest.mark.parametrize("scheme", list(LAND_USE_SCHEMES))
def test_the_table_holds_known_uses_and_codes_of_its_scheme(scheme: str) -> None:
    pattern = _table()[1][scheme]
    for code, meaning in meanings(scheme).items():
        assert pattern.fullmatch(code), code
        assert meaning.uses, code
        assert set(meaning.uses) <= set(USES), code
    assert set(read_land_use_codes(pd.Series(list(meanings(scheme))))["status"]) <= set(STATUSES)
