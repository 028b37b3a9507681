"""The log of problems: its columns, its order, its cheapness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.results import PROBLEMS
from layers.problems import PROBLEM_DTYPES, SEVERITIES, Kind, ProblemLog
from policies.text import Text

BAD_DATE = Kind(
    "date-unreadable",
    "warning",
    Text("{column} 读不懂", "{column} cannot be read"),
    Text("改写为 {example}", "write {example}"),
)
NO_FILE = Kind("no-file", "error", Text("读不出", "unreadable"), Text("查", "look"))
CONVERTED = Kind("converted", "note", Text("{found} 已换算", "{found} converted"), Text("", ""))


def test_the_columns_are_those_of_the_result_contract() -> None:
    assert {column.name: column.dtype for column in PROBLEMS.columns} == PROBLEM_DTYPES
    assert PROBLEMS.column("severity").codes == SEVERITIES
    assert dict(ProblemLog().frame().dtypes.astype(str)) == PROBLEM_DTYPES


def test_one_problem_holds_what_was_said() -> None:
    log = ProblemLog()
    log.add(
        BAD_DATE,
        layer="ledger",
        file="台账.xlsx",
        row=4,
        id="A-1",
        column="signed_on",
        found="上周",
        example="2021-06-30",
    )
    row = log.frame().iloc[0].to_dict()
    assert row == {
        "severity": "warning",
        "layer": "ledger",
        "file": "台账.xlsx",
        "row": 4,
        "id": "A-1",
        "column": "signed_on",
        "what": "signed_on 读不懂",
        "found": "上周",
        "proposal": "改写为 2021-06-30",
        "code": "date-unreadable",
        "what_en": "signed_on cannot be read",
        "proposal_en": "write 2021-06-30",
    }


def test_braces_in_the_data_are_only_data() -> None:
    log = ProblemLog()
    log.add(CONVERTED, layer="parcels", found="{column} {0} {{x}}")
    assert log.frame().loc[0, "what"] == "{column} {0} {{x}} 已换算"


def test_many_rows_with_scalars_and_sequences() -> None:
    log = ProblemLog()
    log.add_rows(
        BAD_DATE,
        layer="ledger",
        rows=pd.Series([9, 3], index=[5, 5]),
        ids=["b", "a"],
        column="signed_on",
        found=np.array(["x", None], dtype=object),
        example="2021-06-30",
    )
    frame = log.frame()
    assert frame["row"].tolist() == [3, 9]
    assert frame["id"].tolist() == ["a", "b"]
    assert frame["found"].fillna("?").tolist() == ["?", "x"]
    assert frame["what"].tolist() == ["signed_on 读不懂"] * 2


def test_texts_that_speak_of_the_row_are_filled_row_by_row() -> None:
    log = ProblemLog()
    log.add_rows(CONVERTED, layer="ledger", rows=[1, 2], found=["3亩", "4亩"])
    log.add_rows(
        BAD_DATE, layer="ledger", rows=[3, 4], column=["a", "b"], example=["2021-01-01", "x"]
    )
    frame = log.frame()
    assert frame["what"].tolist() == ["a 读不懂", "b 读不懂", "3亩 已换算", "4亩 已换算"]
    assert frame["proposal"].tolist()[:2] == ["改写为 2021-01-01", "改写为 x"]


def test_no_rows_no_problem_and_a_wrong_number_of_values_is_refused() -> None:
    log = ProblemLog()
    log.add_rows(NO_FILE, layer="ledger", rows=[])
    assert len(log) == 0
    with pytest.raises(ValueError, match="1 values were given for 2 problem rows"):
        log.add_rows(NO_FILE, layer="ledger", rows=[1, 2], ids=["a"])


def test_counts_errors_and_strictness() -> None:
    log = ProblemLog()
    log.add(BAD_DATE, layer="ledger", column="c", example="e")
    log.add_rows(CONVERTED, layer="ledger", rows=[1, 2], found="x")
    assert log.counts() == {"error": 0, "warning": 1, "note": 2}
    assert not log.has_errors
    strict = log.strict()
    assert strict.counts() == {"error": 1, "warning": 0, "note": 2}
    assert strict.has_errors
    assert not log.has_errors
    log.add(NO_FILE, layer="parcels")
    assert log.has_errors
    assert len(log) == 4


def test_extend_takes_a_frame_of_problems_and_refuses_another() -> None:
    log = ProblemLog()
    log.add(NO_FILE, layer="zones", file="a.shp")
    other = ProblemLog()
    other.extend(log.frame())
    pd.testing.assert_frame_equal(other.frame(), log.frame())
    with pytest.raises(ValueError, match="lacks the columns severity, layer, what"):
        other.extend(pd.DataFrame({"x": [1]}))


def test_nan_and_na_are_nothing() -> None:
    log = ProblemLog()
    log.add(NO_FILE, layer="zones", row=pd.NA, id=float("nan"), found=pd.NaT)
    assert log.frame()[["row", "id", "found"]].isna().all(axis=None)


ENTRY = st.tuples(
    st.sampled_from([BAD_DATE, NO_FILE]),
    st.sampled_from(["zones", "ledger"]),
    st.one_of(st.none(), st.integers(1, 5)),
    st.sampled_from(["a", "b"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ENTRY, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_adding_changes_nothing(entries, random) -> None:
    def logged(these) -> pd.DataFrame:
        log = ProblemLog()
        for kind, layer, row, found in these:
            if found == "a":
                log.add(kind, layer=layer, row=row, column="c", found=found, example="e")
            else:
                log.add_rows(kind, layer=layer, rows=[row], column="c", found=found, example="e")
        return log.frame()

    shuffled = entries[:]
    random.shuffle(shuffled)
    frame = logged(entries)
    pd.testing.assert_frame_equal(frame, logged(shuffled))
    ranks = frame["severity"].map({name: n for n, name in enumerate(SEVERITIES)})
    assert ranks.is_monotonic_increasing


def test_a_hundred_thousand_problems_are_all_kept() -> None:
    count = 100_000
    log = ProblemLog()
    log.add_rows(
        BAD_DATE,
        layer="ledger",
        rows=np.arange(count),
        ids=pd.Series(np.arange(count).astype(str)),
        column="signed_on",
        found=pd.Series(["x"] * count),
        example="e",
    )
    frame = log.frame()
    assert len(frame) == count
    assert frame["row"].is_monotonic_increasing


def test_what_a_source_holds_moves_no_cursor() -> None:
    log = ProblemLog()
    kind = Kind("odd", "note", Text("有 {found}", "has {found}"), Text("改", "mend it"))
    log.add(kind, layer="parcels", found="a\x1b[2J\nb\u202ec")
    assert log.frame().loc[0, "what_en"] == "has a [2J b c"
