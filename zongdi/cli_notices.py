"""The command that drafts the documents of the idle-land procedure."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from layers.project import load_project
from policies.text import Text
from zongdi.cli_shared import AsOf, parse_date, voice_of
from zongdi.errors import InputRefusedError

__all__ = ["notices_command"]


def notices_command(
    context: typer.Context,
    project: Annotated[
        Path,
        typer.Argument(
            metavar="PROJECT", help="project.toml 或其所在文件夹。 project.toml or its folder."
        ),
    ],
    parcel: Annotated[
        str | None,
        typer.Option("--parcel", metavar="ID", help="只起草该宗地的文书。 Only this parcel."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="成果文件夹，默认为 <项目>/results。 Output folder."
        ),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """起草闲置土地处置文书（.docx 草稿）。 Draft the documents of the idle-land procedure (.docx)."""
    from analyses.frames import texts  # noqa: PLC0415 -- help stays quick
    from zongdi.notices import draft_notices, write_notices  # noqa: PLC0415
    from zongdi.outputs import check_target  # noqa: PLC0415
    from zongdi.pipeline import run_project  # noqa: PLC0415

    voice = voice_of(context)
    loaded = load_project(project, as_of=parse_date(as_of))
    target = out or loaded.folder / "results"
    check_target(target, loaded)
    check_target(target / "notices", loaded)
    with voice.steps() as steps:
        results = run_project(loaded, only=("idle",), progress=steps)
    if parcel is not None:
        known = [texts(frame, "parcel_id") for frame in (results.parcels, results.contracts)]
        if not any(ids.eq(parcel).any() for ids in known):
            raise InputRefusedError(
                Text(
                    f"宗地图层和台账中没有宗地 {parcel}。请核对 --parcel。",
                    f"Neither parcels nor ledger hold a parcel {parcel}: check --parcel.",
                )
            )
    drafts = draft_notices(
        results.contracts,
        results.parcels,
        results.policy,
        loaded.as_of,
        cases=results.cases,
        parcel_id=parcel,
    )
    written = write_notices(drafts, target, whole=parcel is None)
    voice.say(
        Text("辅助分析，不作为认定依据。", "Assisting analysis; not a basis for any finding.")
    )
    for name in written.kept:
        voice.warn(
            Text(
                f"{name} 已由人修改，保留未动；要重新起草请先移走。",
                f"{name} has been edited and was left alone: move it away to draft it anew.",
            )
        )
    n = len(written.files)
    voice.say(
        Text(f"起草 {n} 份文书草稿：{written.folder}", f"{n} drafts written: {written.folder}")
        if n
        else Text(
            "没有可起草的文书：没有涉嫌闲置的台账行，或者所到步骤不允许。",
            "Nothing to draft: no row is suspected idle, or the step reached allows none.",
        )
    )
