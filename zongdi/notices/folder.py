"""The folder of drafts: written beside, then put in place; what a person has edited stays as it is."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policies.text import Text
from zongdi.errors import OutputError
from zongdi.tabular import guard_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zongdi.notices.drafts import Draft

__all__ = ["INDEX", "Written", "write_notices"]

#: The list of the drafts, with what each weighed when it was written.
INDEX = "index.csv"
_COLUMNS = (
    *("file", "document", "title", "parcel_id", "contract_no", "phase_no", "case_id"),
    *("blanks_n", "sha256"),
)


@dataclass(frozen=True)
class Written:
    """What came of the writing.

    Attributes
    ----------
    folder : pathlib.Path
        Where the drafts are.
    files : tuple of str
        The drafts written.
    kept : tuple of str
        Drafts that a person has edited: left as they were.
    """

    folder: Path
    files: tuple[str, ...]
    kept: tuple[str, ...]


def _row(draft: Draft) -> dict[str, str]:
    texts = (draft.parcel_id, draft.contract_no, draft.phase_no, draft.case_id)
    values = (draft.file, draft.document, draft.title, *(guard_text(text or "") for text in texts))
    sha256 = hashlib.sha256(draft.content).hexdigest()
    return dict(zip(_COLUMNS, (*values, str(draft.blanks_n), sha256), strict=True))


def _earlier(folder: Path) -> dict[str, dict[str, str]]:
    """Read the list of an earlier run; none where it is not there or is no such list."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text))
    # A name from a file is trusted only as far as it names a file of this folder.
    return {
        row["file"]: {name: row.get(name) or "" for name in _COLUMNS}
        for row in rows
        if row.get("file") and Path(row["file"]).name == row["file"] and row.get("sha256")
    }


def _edited(path: Path, sha256: str | None) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != sha256


def write_notices(drafts: Iterable[Draft], out: Path, *, whole: bool = True) -> Written:
    """Write drafts into ``<out>/notices``.

    Earlier drafts that the step reached no longer allows are taken away, since a stale decision is
    dangerous; a draft whose bytes are no longer those written by the program is left alone.

    Parameters
    ----------
    drafts : iterable of Draft
        What `draft_notices` gave.
    out : pathlib.Path
        The result folder.
    whole : bool
        These are all the drafts of the project; else earlier ones of other parcels stay.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    folder = out / "notices"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as scratch:
            rows = {}
            for draft in drafts:
                (Path(scratch) / draft.file).write_bytes(draft.content)
                rows[draft.file] = _row(draft)
            return _place(Path(scratch), folder, rows, whole=whole)
    except OSError as error:
        raise OutputError(
            Text(
                f"文书草稿无法写入 {folder}：{error.strerror or error}。请关闭已打开的文书，或用 --out 另指文件夹。",
                f"The drafts cannot be written to {folder}: {error.strerror or error}. Close open documents, or name another folder with --out.",
            )
        ) from error


def _place(scratch: Path, folder: Path, rows: dict[str, dict[str, str]], *, whole: bool) -> Written:
    earlier = _earlier(folder)
    shas = {name: row["sha256"] for name, row in earlier.items()}
    kept = [
        name
        for name in sorted({*rows, *earlier})
        if _edited(folder / name, shas.get(name))
        and (name not in rows or _edited(folder / name, rows[name]["sha256"]))
    ]
    written = [name for name in rows if name not in kept]
    stale = [name for name in earlier if whole and name not in rows and name not in kept]
    others = {} if whole else {name: row for name, row in earlier.items() if name not in rows}
    # An edited draft stays in the list as it was first written, so that it is known again.
    marked = {name: earlier[name] for name in kept if name in earlier}
    table = sorted(({**others, **rows, **marked}).values(), key=lambda row: row["file"])
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table)
    (scratch / INDEX).write_bytes(text.getvalue().encode("utf-8-sig"))
    set_aside = scratch / "old"
    set_aside.mkdir()
    moved, placed = [], []
    try:
        for name in [*written, *stale, INDEX]:
            if (folder / name).exists():
                (folder / name).replace(set_aside / name)
                moved.append(name)
        for name in [*written, INDEX]:
            (scratch / name).replace(folder / name)
            placed.append(name)
    except OSError:
        for name in placed:
            (folder / name).unlink(missing_ok=True)
        for name in moved:
            shutil.move(set_aside / name, folder / name)
        raise
    return Written(folder, tuple(written), tuple(kept))
