"""The data dictionary says what the code declares."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from layers.codes import CODE_LISTS
from layers.contracts import CONTRACTS
from layers.dictionary import codes_markdown, dictionary_markdown, replace_generated

DOCS = Path(__file__).parents[2] / "docs"


def builder():
    spec = importlib.util.spec_from_file_location("build_contracts", DOCS / "build_contracts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_is_what_the_code_gives() -> None:
    module = builder()
    document = module.DOCUMENT.read_text(encoding="utf-8")
    assert module.build(document) == document, "run `python docs/build_contracts.py`"


def test_the_document_holds_every_contract_column_and_code() -> None:
    module = builder()
    document = module.DOCUMENT.read_text(encoding="utf-8")
    contracts = [*CONTRACTS.values(), *module.result_contracts()]
    assert {contract.name for contract in module.result_contracts()} >= {
        *("parcels", "findings", "recommendations", "zones", "problems", "plan", "transfers"),
    }
    for contract in contracts:
        for column in contract.columns:
            assert f"| `{column.name}`" in document
    for codes in CODE_LISTS.values():
        for code in codes:
            assert f"| `{code}` |" in document


def test_every_row_of_a_table_has_as_many_cells_as_its_heading() -> None:
    for text in (dictionary_markdown(CONTRACTS.values()), codes_markdown()):
        width = 0
        for line in text.splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            cells = line.replace("\\|", "").count("|")
            width = width or cells
            assert cells == width, line


def test_required_columns_and_choices_are_marked() -> None:
    text = dictionary_markdown([CONTRACTS["uses"], CONTRACTS["ledger"]])
    assert "`use`（必需 required）" in text
    assert "至少有一列 at least one of `parcel_id`、`contract_no`" in text
    assert "电子监管编号" in text
    assert "电子监管编号" not in dictionary_markdown([CONTRACTS["ledger"]], aliases=False)


def test_a_missing_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the markers"):
        replace_generated("no markers", {"inputs": "x"})
