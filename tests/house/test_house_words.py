"""What the repository must not hold: machine paths, registry hosts, large files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Written apart so that this file does not name what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        [r"(?<![\w.])/" + d + "/" for d in ("work", "root")]
        + [r"pythonhosted\.org", r"registry\.npmjs"]
    )
)
LARGEST_BYTES = 2_000_000


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_machine_paths_or_hosts() -> None:
    faults = []
    for path in tracked():
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += [f"{path.relative_to(ROOT)}: {m.group()}" for m in FORBIDDEN.finditer(text)]
    assert faults == []


def test_no_large_files() -> None:
    assert [p.name for p in tracked() if p.is_file() and p.stat().st_size > LARGEST_BYTES] == []
