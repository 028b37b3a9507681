"""A ledger in the format of Excel 97 to 2003, as many offices still keep it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

_SPEC = importlib.util.spec_from_file_location("xls_file", Path(__file__).with_name("xls_file.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
XLS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(XLS)


def test_an_old_workbook(tmp_path: Path) -> None:
    rows = [
        ["××综合保税区供地台账", None, None, None],
        ["合同编号", "宗地编号", "约定动工时间", "面积(公顷)"],
        ["HT-1", "A-1", (44377,), 1.5],
        ["HT-2", "0012", "2021年6月30日", 2],
        ["合计", None, None, 3.5],
    ]
    (tmp_path / "台账.xls").write_bytes(XLS.xls_bytes(rows))
    (tmp_path / "project.toml").write_text(
        'as_of = 2026-06-30\nlayers.ledger = "台账.xls"', "utf-8"
    )
    log = ProblemLog()
    ledger = read_inputs(load_project(tmp_path), log).frames["ledger"]
    assert ledger["contract_no"].tolist() == ["HT-1", "HT-2"]
    assert ledger["parcel_id"].tolist() == ["A-1", "0012"]
    assert ledger["start_due_on"].dt.strftime("%Y-%m-%d").tolist() == ["2021-06-30"] * 2
    assert ledger["contract_area_m2"].tolist() == [15_000, 20_000]
    assert not log.has_errors
