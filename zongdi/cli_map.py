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


def map_command(  # noqa: PLR0913, PLR0917 -- each is an option of the command
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
    other: Annotated[
        Path | None,
        typer.Option(
            "--other",
            metavar="RESULTS",
            help="并排对比的另一成果（滑动分界）。 Another result folder, under a swipe.",
        ),
    ] = None,
    other_name: Annotated[
        str | None,
        typer.Option("--other-name", help="对比成果的名称。 What the other run is called."),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier",
            metavar="RESULTS",
            help="往期成果，加入时间轴，可重复。 Results of an earlier review date, for the slider; repeatable.",
        ),
    ] = None,
    basemap: Annotated[
        str | None,
        typer.Option(
            "--basemap",
            help="底图：tianditu[-img|-ter]、瓦片地址、栅格文件或瓦片文件夹。 tianditu, an address of tiles, a raster or a folder of tiles.",
        ),
    ] = None,
    basemap_token: Annotated[
        str | None,
        typer.Option("--basemap-token", help="天地图密钥。 Your Tianditu token."),
    ] = None,
    basemap_attribution: Annotated[
        str | None,
        typer.Option("--basemap-attribution", help="底图来源与审图号。 Whose the basemap is."),
    ] = None,
    basemap_datum: Annotated[
        str,
        typer.Option(
            "--basemap-datum", metavar="wgs84|gcj02", help="瓦片坐标。 Datum of the tiles."
        ),
    ] = "wgs84",
) -> None:
    """由已有成果重新出图，不重新分析。 Draw the map again from results, without analysing again."""
    from maps.view import AUDIENCES  # noqa: PLC0415 -- help stays quick
    from zongdi.basemaps import BasemapWish  # noqa: PLC0415
    from zongdi.rerender import Additions, rerender  # noqa: PLC0415
    from zongdi.rerender import Paper as Papers  # noqa: PLC0415

    voice = voice_of(context)
    wish = None
    if basemap:
        wish = BasemapWish(
            source=basemap,
            token=basemap_token,
            attribution=basemap_attribution,
            datum=_one_of(basemap_datum, ("wgs84", "gcj02"), "--basemap-datum"),
        )
    view, written = rerender(
        results,
        audience=cast("Audience", _one_of(audience, AUDIENCES, "--audience")),
        lang=cast("Lang", _one_of(lang, ("zh", "en"), "--lang")),
        pdf=pdf,
        paper=cast("Paper", _one_of(paper, get_args(Papers), "--paper")),
        additions=Additions(
            other=other, other_name=other_name, earlier=tuple(earlier or ()), basemap=wish
        ),
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
