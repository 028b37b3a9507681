"""The account of what is wrong with the inputs: kinds of problems and the log that gathers them.

A `Kind` is declared once, as a constant of the module that uses it. The log holds many rows
cheaply (a hundred thousand and more) and gives them back in one order, whatever the order in
which they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.text import Text

__all__ = ["PROBLEM_DTYPES", "SEVERITIES", "Kind", "ProblemLog", "Severity"]

Severity = Literal["error", "warning", "note"]

#: Worst first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

#: The columns of a frame of problems and their pandas types; the contract of ``problems.csv``.
PROBLEM_DTYPES: dict[str, str] = {
    "severity": "string",
    "layer": "string",
    "file": "string",
    "row": "Int64",
    "id": "string",
    "column": "string",
    "what": "string",
    "found": "string",
    "proposal": "string",
    "code": "string",
    "what_en": "string",
    "proposal_en": "string",
}

#: What moves a cursor, breaks a line or turns the direction of writing.
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+"
_ORDER = ("layer", "file", "row", "column", "code", "id", "found", "what", "proposal")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Attributes
    ----------
    code : str
        A short name that never changes, such as ``date-unreadable``.
    severity : Severity
        ``error``: the layer cannot be used; ``warning``: a row or a value is wrong and what
        depends on it is unknown; ``note``: something was converted or repaired.
    what, proposal : Text
        What is wrong and what to do; places in braces are filled when a problem is added.
    """

    code: str
    severity: Severity
    what: Text
    proposal: Text


def _texts(kind: Kind, values: dict[str, Any]) -> dict[str, str]:
    what = kind.what.format(**values)
    proposal = kind.proposal.format(**values)
    return {
        "what": what.zh,
        "proposal": proposal.zh,
        "what_en": what.en,
        "proposal_en": proposal.en,
    }


def _written(value: Any) -> str | None:
    """Write one value as a reader would see it; None for nothing."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    return str(value)


def _is_many(value: Any) -> bool:
    return isinstance(
        value, (pd.Series, pd.Index, np.ndarray, pd.api.extensions.ExtensionArray)
    ) or (isinstance(value, Sequence) and not isinstance(value, (str, bytes)))


def _column(value: Any, length: int) -> list[str | None]:
    """Spread a scalar, or write each entry of a sequence."""
    if _is_many(value):
        written = [_written(entry) for entry in value]
        if len(written) != length:
            msg = f"{len(written)} values were given for {length} problem rows"
            raise ValueError(msg)
        return written
    return [_written(value)] * length


class ProblemLog:
    """Gathers problems and gives them back as one frame.

    Examples
    --------
    >>> from policies.text import Text
    >>> kind = Kind("k", "warning", Text("{column} 读不懂", "{column} unreadable"), Text("改", "fix"))
    >>> log = ProblemLog()
    >>> log.add(kind, layer="ledger", row=3, column="signed_on", found="上周")
    >>> log.counts(), log.has_errors, log.strict().has_errors
    ({'error': 0, 'warning': 1, 'note': 0}, False, True)
    >>> log.frame().loc[0, "what"]
    'signed_on 读不懂'
    """

    def __init__(self) -> None:
        """Start an empty log."""
        self._rows: list[dict[str, Any]] = []
        self._frames: list[pd.DataFrame] = []

    def add(
        self,
        kind: Kind,
        *,
        layer: str,
        file: object = None,
        row: Any = None,
        id: object = None,  # noqa: A002 - the column's name in the contract of problems
        column: str | None = None,
        found: object = None,
        **values: object,
    ) -> None:
        """Add one problem.

        Parameters
        ----------
        kind : Kind
            What kind of problem it is.
        layer : str
            The layer's name in the project file.
        file : path-like, optional
            The file, as the project names it.
        row : int, optional
            The row in the source, as its reader would count it.
        id : str, optional
            The identifier of the feature or row.
        column : str, optional
            The contract's column or the source's heading.
        found : object, optional
            What stands there.
        **values : object
            Fill the places of the kind's texts; ``layer``, ``file``, ``row``, ``id``, ``column``
            and ``found`` can be used there too.
        """
        given = {
            "layer": layer,
            "file": _written(file),
            "row": None if _written(row) is None else int(row),
            "id": _written(id),
            "column": column,
            "found": _written(found),
        }
        self._rows.append(
            {"severity": kind.severity, "code": kind.code, **given, **_texts(kind, given | values)}
        )

    def add_rows(
        self,
        kind: Kind,
        *,
        layer: str,
        rows: Any,
        ids: Any = None,
        column: Any = None,
        found: Any = None,
        file: object = None,
        **values: Any,
    ) -> None:
        """Add one problem for each of many rows.

        Parameters
        ----------
        kind : Kind
            What kind of problem it is.
        layer : str
            The layer's name in the project file.
        rows : sequence of int
            The rows in the source; nothing happens where there are none.
        ids, column, found : sequence or scalar, optional
            As many as rows, or one for all.
        file : path-like or sequence, optional
            The file, as the project names it; one for each row, or one for all.
        **values : object
            Fill the places of the kind's texts. Where each is a scalar the text is written once
            for all; a sequence gives each row its own.
        """
        numbers = pd.array(list(rows), dtype="Int64")
        length = len(numbers)
        if length == 0:
            return
        columns: dict[str, Any] = {
            "severity": kind.severity,
            "layer": layer,
            "file": _column(file, length) if _is_many(file) else _written(file),
            "row": numbers,
            "id": _column(ids, length),
            "column": _column(column, length) if _is_many(column) else column,
            "found": _column(found, length),
            "code": kind.code,
        }
        common = {"layer": layer, "file": columns["file"], "column": column}
        many = {name: list(value) for name, value in values.items() if _is_many(value)}
        if many or _is_many(column) or _uses_row(kind):
            single = {name: value for name, value in values.items() if name not in many}
            own = {"row": list(numbers), "id": columns["id"], "found": columns["found"], **many}
            if _is_many(column):
                own["column"] = columns["column"]
            written = [
                _texts(kind, common | single | dict(zip(own, entries, strict=True)))
                for entries in zip(*own.values(), strict=True)
            ]
            texts: dict[str, Any] = {
                name: [entry[name] for entry in written] for name in written[0]
            }
        else:
            texts = dict(_texts(kind, common | values))
        self._frames.append(_conform(pd.DataFrame({**columns, **texts}, index=range(length))))

    def extend(self, frame: pd.DataFrame, *, once: bool = False) -> None:
        """Add the problems of a frame in the columns of `PROBLEM_DTYPES`; others are ignored.

        With `once` a problem of which layer, code and identifier stand in the log already is left
        out: a fact that the reading of a layer has told is not told again by an analysis.
        """
        missing = [name for name in ("severity", "layer", "what") if name not in frame]
        if missing:
            msg = f"a frame of problems lacks the columns {', '.join(missing)}"
            raise ValueError(msg)
        if once and len(frame):
            frame = frame[~self._told(frame)]
        if len(frame):
            self._frames.append(_conform(frame))

    def _told(self, frame: pd.DataFrame) -> np.ndarray:
        """Mark the problems of a frame that the log has of the same layer, code and identifier."""
        names = ["layer", "code", "id"]
        if not set(names) <= set(frame):
            return np.zeros(len(frame), dtype=bool)
        known = {(row["layer"], row["code"], row["id"]) for row in self._rows}
        codes = set(frame["code"])
        for other in self._frames:
            same = other.loc[other["code"].isin(codes), names].dropna()
            known |= set(same.itertuples(index=False, name=None))
        keys = frame[names].astype(object).itertuples(index=False, name=None)
        return np.array([key[2] is not pd.NA and key in known for key in keys], dtype=bool)

    def unnamed(self, layer: str) -> set[tuple[str | None, int]]:
        """Return file and row of the problems of a layer that name a row without its identifier."""
        places = {
            (row["file"], row["row"])
            for row in self._rows
            if row["layer"] == layer and row["id"] is None and row["row"] is not None
        }
        for frame in self._frames:
            bare = frame[(frame["layer"] == layer) & frame["id"].isna() & frame["row"].notna()]
            places |= set(_places(bare))
        return places

    def name_rows(self, layer: str, names: Mapping[tuple[str | None, int], str]) -> None:
        """Give problems of a layer the identifiers of their rows, where they have none.

        Parameters
        ----------
        layer : str
            The layer's name.
        names : mapping of (str or None, int) to str
            File and row to identifier.
        """
        for row in self._rows:
            if row["layer"] == layer and row["id"] is None and row["row"] is not None:
                row["id"] = names.get((row["file"], row["row"]))
        for at, frame in enumerate(self._frames):
            bare = (frame["layer"] == layer) & frame["id"].isna() & frame["row"].notna()
            if not bare.any():
                continue
            found = [names.get(place) for place in _places(frame[bare])]
            ids = frame["id"].astype(object).copy()
            ids[bare.to_numpy(dtype=bool)] = found
            self._frames[at] = frame.assign(id=ids.astype("string"))

    def frame(self) -> pd.DataFrame:
        """Return every problem: worst first, then by layer, file, row, column and code."""
        frames = [*self._frames]
        if self._rows:
            frames.append(_conform(pd.DataFrame(self._rows)))
        if not frames:
            return _conform(pd.DataFrame(columns=list(PROBLEM_DTYPES)))
        joined = pd.concat(frames, ignore_index=True)
        for name in (name for name, kind in PROBLEM_DTYPES.items() if kind == "string"):
            # What a source holds must move no cursor and break no line where it is shown.
            joined[name] = joined[name].str.replace(_CONTROL, " ", regex=True)
        rank = joined["severity"].map({name: n for n, name in enumerate(SEVERITIES)})
        return (
            joined.assign(_rank=rank.astype("Int64"))
            .sort_values(["_rank", *_ORDER], kind="stable", na_position="first", ignore_index=True)
            .drop(columns="_rank")
        )

    def counts(self) -> dict[str, int]:
        """Return how many problems there are of each severity, worst first."""
        totals = dict.fromkeys(SEVERITIES, 0)
        for row in self._rows:
            totals[row["severity"]] += 1
        for frame in self._frames:
            for name, count in frame["severity"].value_counts().items():
                totals[str(name)] += int(count)  # type: ignore[index] # the three severities only
        return {str(name): count for name, count in totals.items()}

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return self.counts()["error"] > 0

    def strict(self) -> ProblemLog:
        """Return a log in which every warning is an error."""
        strict = ProblemLog()
        frame = self.frame()
        frame["severity"] = frame["severity"].replace("warning", "error")
        strict.extend(frame)
        return strict

    def __len__(self) -> int:
        """Count the problems."""
        return len(self._rows) + sum(len(frame) for frame in self._frames)


def _places(frame: pd.DataFrame) -> list[tuple[str | None, int]]:
    """Return file and row of each problem."""
    files = [None if pd.isna(file) else str(file) for file in frame["file"]]
    return list(zip(files, map(int, frame["row"]), strict=True))


def _uses_row(kind: Kind) -> bool:
    """Whether a text of the kind speaks of the single row."""
    texts = (kind.what.zh, kind.what.en, kind.proposal.zh, kind.proposal.en)
    return any(place in text for text in texts for place in ("{row", "{id", "{found"))


def _conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame of problems its columns, types and a RangeIndex."""
    return frame.reindex(columns=list(PROBLEM_DTYPES)).astype(PROBLEM_DTYPES).reset_index(drop=True)
