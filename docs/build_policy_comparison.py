"""Write docs/policy_comparison.md: ``python docs/build_policy_comparison.py``.

The five packs side by side, and the invented demo project run under each of them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from layers.project import load_project
from policies import load_policy
from policies.compare import compare_topics
from policies.documents import STATUSES
from zongdi.demo import write_demo
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from policies import Policy
    from policies.text import Lang
    from zongdi.results import Results

DOCUMENT = Path(__file__).parent / "policy_comparison.md"

PACKS = ("jinan-2021", "shanghai-2021", "zhejiang-2021-draft", "shandong-2016", "hubei-2021")

_INTRODUCTION = """\
# The five packs compared

This page is written by `python docs/build_policy_comparison.py`; it is not edited by hand.

`zongdi policies diff A B` prints the same comparison for any two packs, your own among them. "Not stated" means that the
document says nothing on the topic, neither yes nor no. The Zhejiang text is a draft for comment. The Hubei text is garbled:
no number of it is used, and its topics are no basis before the official text has been compared.
"""

_DEMO = """\
The invented project that `zongdi demo` writes, run once for each pack (`zongdi run PROJECT --policy ID`), as of {as_of}.
Every parcel, contract and firm in it is invented. Only what differs between the packs is listed; the rules of the country
(idle land, floor-area ratio, the cap on green) give the same answers everywhere.
"""


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [heading, ["---"] * len(heading), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells
    )


def _topics(policies: Sequence[Policy], lang: Lang) -> str:
    jurisdictions = [policy.packs[0].jurisdiction.get(lang) for policy in policies]
    heading = ["主题" if lang == "zh" else "topic", *jurisdictions]
    return _table(heading, compare_topics(policies, lang))


def _counts(column: pd.Series[str]) -> dict[str, int]:
    return {str(name): int(n) for name, n in column.fillna("").value_counts().items() if name}


def _differing(results: Sequence[Results], count: Callable[[Results], dict[str, int]]) -> str:
    """Return a table of what is counted, without the rows in which all packs agree."""
    counted = [count(result) for result in results]
    names = sorted(set().union(*counted))
    rows = [[name, *(found.get(name, 0) for found in counted)] for name in names]
    return _table(["", *PACKS], [row for row in rows if len(set(row[1:])) > 1])


def _by_rule(result: Results) -> dict[str, int]:
    found = result.findings
    return _counts("`" + found["rule"] + "`: " + found["verdict"])


def _statuses(results: Sequence[Results], policies: Sequence[Policy]) -> str:
    rows = [
        [
            f"`{policy.id}`",
            main.name("zh") if (main := policy.main_document()) is not None else "",
            STATUSES[policy.status_at(result.project.as_of)].en,
            len(policy.packs[0].clauses),
            sum(not clause.computed for clause in policy.packs[0].clauses),
        ]
        for policy, result in zip(policies, results, strict=True)
    ]
    return _table(["pack", "document", "status then", "clauses", "of them shown only"], rows)


def build(folder: Path) -> str:
    """Return the page; the demo project is written into `folder`."""
    policies = [load_policy(pack_id) for pack_id in PACKS]
    project = write_demo(folder)
    results = [run_project(load_project(project, policy=pack_id)) for pack_id in PACKS]
    as_of = results[0].project.as_of.isoformat()
    moved = {
        "green surplus balanced within the zone (ha)": lambda result: (
            result.parcels["green_given_m2"].sum() / 10_000
        ),
        "parcels with a required green ratio": lambda result: (
            result.parcels["green_required_m2"].notna().sum()
        ),
    }
    figures = [
        [title, *(f"{figure(result):,.4g}" for result in results)]
        for title, figure in moved.items()
    ]
    parts = [
        _INTRODUCTION,
        "## Topic by topic",
        _topics(policies, "en"),
        "## 逐主题比较",
        _topics(policies, "zh"),
        "## The demo project under each pack",
        _DEMO.format(as_of=as_of).rstrip(),
        _statuses(results, policies),
        "### Mixed use: parcels by verdict",
        _differing(results, lambda result: _counts(result.parcels["mixed_verdict"])),
        "### Findings: rows by rule and verdict",
        _differing(results, _by_rule),
        "### Green land",
        _table(["", *PACKS], figures),
        "### Recommendations: rows by action",
        _differing(results, lambda result: _counts("`" + result.recommendations["action"] + "`")),
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        DOCUMENT.write_text(build(Path(name)), encoding="utf-8", newline="\n")
