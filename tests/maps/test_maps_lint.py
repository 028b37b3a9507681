"""The page's own scripts and styles, by the rules of ``biome.json``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIOME = Path(sys.executable).parent / "biome"


def lint(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    if not BIOME.is_file():
        pytest.skip("no biome here: it has wheels for Linux alone")
    return subprocess.run(
        [str(BIOME), "lint", "--error-on-warnings", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def test_scripts_and_styles_keep_the_rules() -> None:
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr
    files = len(list((ROOT / "maps" / "static").glob("*.js")))
    files += len(list((ROOT / "maps" / "static").glob("*.css")))
    # Its own rules are the one file more.
    assert f"Checked {files + 1} files" in done.stdout


def test_the_rules_see_what_they_are_for(tmp_path: Path) -> None:
    place = tmp_path / "maps" / "static"
    place.mkdir(parents=True)
    (tmp_path / "biome.json").write_bytes((ROOT / "biome.json").read_bytes())
    for script in ("var a = 1;\n", "undeclared(1);\n", "const unused = 2;\n"):
        (place / "spoilt.js").write_text(script, encoding="utf-8")
        assert lint(folder=tmp_path).returncode != 0, script
