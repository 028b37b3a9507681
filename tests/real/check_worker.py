"""Checks one project after another, told on standard input; answers in a line of JSON each."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
from collections import Counter

import pandas as pd

from zongdi.cli import main


def check(project: str) -> dict[str, object]:
    """Run ``zongdi check`` in this process and say what came of it."""
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["zongdi", "--lang", "en", "check", project]
    status: object = 0
    crashed = ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        except BaseException:  # noqa: BLE001 - whatever it is, it is the answer
            crashed = traceback.format_exc()
    kinds: Counter[str] = Counter()
    with contextlib.suppress(OSError):
        problems = pd.read_csv(f"{project}/results/problems.csv", encoding="utf-8-sig")
        kinds.update(f"{row.severity} {row.code}" for row in problems.itertuples())
    said = out.getvalue() + err.getvalue()
    return {
        "status": status,
        "crashed": crashed or ("Traceback" in said and said) or "",
        "said": said,
        "kinds": dict(kinds),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(check(line.strip())) + "\n")
        sys.stdout.flush()
