"""`where`: one file that holds several layers."""

from __future__ import annotations

import pandas as pd

from layers.problems import ProblemLog
from layers.raw import RawLayer, Reporter
from layers.selection import select_rows


def raw() -> RawLayer:
    return RawLayer(pd.DataFrame({"用途": ["公园 ", "道路", None], "source_row": [1, 2, 3]}))


def test_only_listed_texts_are_taken_and_said() -> None:
    log = ProblemLog()
    taken = select_rows(raw(), {"用途": ("公园",)}, Reporter(log, "green"))
    assert taken is not None
    assert taken.frame["source_row"].tolist() == [1]
    assert log.frame()["code"].tolist() == ["rows-selected"]


def test_without_where_every_row_is_taken() -> None:
    log = ProblemLog()
    taken = select_rows(raw(), {}, Reporter(log, "green"))
    assert taken is not None
    assert len(taken.frame) == 3
    assert len(log) == 0


def test_a_column_that_is_not_there_is_an_error() -> None:
    log = ProblemLog()
    assert select_rows(raw(), {"用处": ("公园",)}, Reporter(log, "green")) is None
    assert log.has_errors
