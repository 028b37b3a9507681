"""The command that compares the results of two runs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- the command line reads the annotations
from typing import Annotated

import typer

from policies.text import Text
from zongdi.cli_shared import voice_of

__all__ = ["compare_command"]


def compare_command(
    context: typer.Context,
    old: Annotated[
        Path, typer.Argument(metavar="OLD", help="前一次的成果文件夹。 The earlier results.")
    ],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", help="后一次的成果文件夹。 The later results.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="写入的文件夹，默认为 NEW/compare。 Output folder."
        ),
    ] = None,
) -> None:
    """对比两次运行：哪些宗地、结论、金额变了，为什么。 What changed between two runs, and why."""
    from analyses.results_compare import CHANGES  # noqa: PLC0415 -- help stays quick
    from zongdi.compare import compare_results  # noqa: PLC0415
    from zongdi.compare_write import write_comparison  # noqa: PLC0415

    voice = voice_of(context)
    comparison = compare_results(old, new)
    map_path = write_comparison(comparison, old, new, out or new / "compare")
    counts = comparison.parcels["change"].value_counts()
    for code, label in CHANGES.items():
        n = int(counts.get(code, 0))
        voice.say(Text(f"{label.zh}：{n} 宗", f"{label.en}: {n}"))
    voice.say(
        Text("辅助分析，不作为认定依据。", "Assisting analysis; not a basis for any finding.")
    )
    table = map_path.parent / "compare.csv"
    voice.say(Text(f"对比表：{table}", f"Table of changes: {table}"))
    voice.say(Text(f"地图：{map_path}", f"Map: {map_path}"))
