"""Every awkward file through ``zongdi check``: an answer in time, never a traceback, never a crash."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.real

#: Seconds that one file may take.
LIMIT = 30
WORKER = Path(__file__).with_name("check_worker.py")
PROJECT = """\
as_of = 2026-06-30
[layers.parcels]
path = '{path}'
[layers.facilities]
path = '{path}'
constants = {{ kind = "gate" }}
"""
TABLE = """\
as_of = 2026-06-30
[layers.ledger]
path = '{path}'
"""


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


class Worker:
    """A process of the program that checks one project after another."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, args=(self.process, self.lines), daemon=True).start()

    @staticmethod
    def _listen(process: Any, lines: queue.Queue[str]) -> None:
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    def check(self, project: Path) -> dict[str, Any]:
        """Return what the check gave; after a hang or a crash a new process takes over."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{project}\n")
        self.process.stdin.flush()
        try:
            line = self.lines.get(timeout=LIMIT)
        except queue.Empty:
            line = None
        if line:
            return json.loads(line)
        self.stop()
        self.start()
        why = "hung" if line is None else "the process died"
        return {"status": None, "crashed": why, "said": "", "kinds": {}}

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def listing(folder: Path) -> list[tuple[str, int, int]]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files]


def test_every_file_gets_an_answer(
    real_data: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    root = real_data / "robustness"
    before = listing(root)
    files = [p for p in sorted(root.rglob("*")) if p.is_file()]
    assert len(files) > 100
    worker = Worker()
    rows: list[tuple[str, Any, str]] = []
    faults: list[str] = []
    for nth, path in enumerate(files):
        project = tmp_path / f"{nth:03}"
        project.mkdir()
        text = TABLE if path.suffix.lower() in {".dbf", ".txt", ".md"} else PROJECT
        (project / "project.toml").write_text(text.format(path=path.as_posix()), "utf-8")
        answer = worker.check(project)
        kinds = ", ".join(f"{kind} x{n}" for kind, n in sorted(answer["kinds"].items()))
        rows.append((str(path.relative_to(root)), answer["status"], kinds))
        if answer["crashed"] or answer["status"] not in {0, 1}:
            faults.append(f"{path.name}: {answer['status']} {answer['crashed']}")
        elif answer["status"] == 1 and "error" not in answer["said"]:
            faults.append(f"{path.name}: refused without a reason")
    worker.stop()
    said = [f"{status} {name}: {kinds or '-'}" for name, status, kinds in rows]
    record_property("table", "\n".join(said))
    assert faults == []
    assert listing(root) == before
