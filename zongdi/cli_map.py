"""The command that draws the map of a result folder again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- the command line reads the annotations
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from policies.text import Text
from zongdi.cli_shared import voice_of

if TYPE_CHECKING:
    from maps.view import Audience
    from policies.text import Lang
    from zongdi.rerender import Paper

__all__ = ["map_command"]


def _one_of(value: str, allowed: tuple[str, ...], option: str) -> str:
    if value not in allowed:
        raise typer.BadParameter(" / ".join(allowed), param_hint=option)
    return value


def map_command(
    context: typer.Context,
    results: Annotated[
        Path,
        typer.Argument(metavar="RESULTS", help="zongdi run 的成果文件夹。 A result folder."),
    ],
    audience: Annotated[
        str,
        typer.Option(
            "--audience",
            metavar="internal|partner|public",
            help="读者：内部、合作方、公开。 Whom the edition is for.",
        ),
    ] = "internal",
    lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help="地图语言。 Language of the map.")
    ] = "zh",
    pdf: Annotated[
        bool,
        typer.Option("--pdf", help="另用已安装的 Chromium 打印为 PDF。 Print it as PDF too."),
    ] = False,
    paper: Annotated[
        str, typer.Option("--paper", metavar="a3|a4", help="纸张（横向）。 Paper, landscape.")
    ] = "a3",
) -> None:
    """由已有成果重新出图，不重新分析。 Draw the map again from results, without analysing again."""
    from maps.view import AUDIENCES  # noqa: PLC0415 -- help stays quick
    from zongdi.rerender import Paper as Papers  # noqa: PLC0415
    from zongdi.rerender import rerender  # noqa: PLC0415

    voice = voice_of(context)
    view, written = rerender(
        results,
        audience=cast("Audience", _one_of(audience, AUDIENCES, "--audience")),
        lang=cast("Lang", _one_of(lang, ("zh", "en"), "--lang")),
        pdf=pdf,
        paper=cast("Paper", _one_of(paper, get_args(Papers), "--paper")),
    )
    voice.say(
        Text("辅助分析，不作为认定依据。", "Assisting analysis; not a basis for any finding.")
    )
    for note in view.removed:
        voice.say(note)
    if view.stamp is not None:
        voice.warn(view.stamp)
    for path in written:
        voice.say(Text(f"地图：{path}", f"Map: {path}"))
