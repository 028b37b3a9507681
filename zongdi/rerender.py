"""The map of a result folder drawn again: for another audience, in another language, on paper.

Nothing is analysed again, and nothing but the results is read. Each edition has a file of its own,
so that one with less in it never takes the place of one with more.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from maps import (
    MapError,
    ResultsFolderError,
    beside,
    for_audience,
    read_view,
    render_map,
    with_earlier,
)
from policies.text import Text
from zongdi.basemaps import find_basemap
from zongdi.errors import OutputError, ProgramError, UsageError
from zongdi.pdf import print_pdf

if TYPE_CHECKING:
    from maps.view import Audience, MapView
    from policies.text import Lang
    from zongdi.basemaps import BasemapWish

__all__ = ["Additions", "Paper", "RerenderError", "edition_name", "rerender"]

Paper = Literal["a3", "a4"]


class RerenderError(ProgramError):
    """The folder holds no results that can be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is shown with the results of a run.

    Attributes
    ----------
    other : pathlib.Path or None
        Another result folder, laid beside this one under a swipe.
    other_name : str or None
        What the other run is called; else by what it differs in.
    earlier : tuple of pathlib.Path
        Result folders of earlier review dates, for the slider.
    basemap : BasemapWish or None
        What lies under the parcels, in place of what the run had.
    """

    other: Path | None = None
    other_name: str | None = None
    earlier: tuple[Path, ...] = ()
    basemap: BasemapWish | None = None

    def __bool__(self) -> bool:
        """Whether anything is added."""
        return bool(self.other or self.earlier or self.basemap)

    def to(self, view: MapView) -> MapView:
        """Return `view` with what is added."""
        if self.earlier:
            view = with_earlier(view, *(read_view(path) for path in self.earlier))
        if self.other is not None:
            name = Text(self.other_name, self.other_name) if self.other_name else None
            view = beside(view, read_view(self.other), name=name)
        if self.basemap is not None:
            found = find_basemap(self.basemap, view.parcels, Path.cwd())
            view = replace(view, basemap=found)
        return view


_NONE = Additions()


def edition_name(
    audience: Audience, lang: Lang, suffix: str = ".html", *, compared: bool = False
) -> str:
    """Name the file of an edition; the internal one in Chinese is the ``map.html`` of the run.

    Examples
    --------
    >>> edition_name("internal", "zh"), edition_name("public", "en", ".pdf")
    ('map.html', 'map-public-en.pdf')
    >>> edition_name("internal", "zh", compared=True)
    'map-beside.html'
    """
    parts = ["map", "beside"] if compared else ["map"]
    if audience != "internal":
        parts.append(audience)
    if lang != "zh":
        parts.append(lang)
    return "-".join(parts) + suffix


def rerender(
    folder: Path,
    *,
    audience: Audience = "internal",
    lang: Lang = "zh",
    pdf: bool = False,
    paper: Paper = "a3",
    additions: Additions = _NONE,
) -> tuple[MapView, list[Path]]:
    """Draw the map of the results in `folder` again, into the same folder.

    Parameters
    ----------
    folder : pathlib.Path
        What ``zongdi run`` wrote.
    audience : str
        ``internal``: everything, the same bytes as the map of the run; ``partner`` or ``public``: what
        `maps.for_audience` leaves.
    lang : str
        The language in which the page opens.
    pdf : bool
        Print the page on paper of size `paper` too, with an installed Chromium.
    additions : Additions
        Another run, earlier dates, a basemap: in the internal edition alone.

    Returns
    -------
    tuple of MapView and list of pathlib.Path
        What was drawn, and the files written: the page, then its print.

    Raises
    ------
    RerenderError
        The folder holds no results, or damaged ones.
    OutputError
        A file cannot be written; the one before it is as it was.
    UsageError
        Something is added to an edition for others.
    BasemapError
        The basemap cannot be had.
    zongdi.pdf.PrintError
        There is no Chromium, or it printed nothing.
    """
    folder = folder.resolve()
    if additions and audience != "internal":
        raise UsageError(
            Text(
                "对比成果、往期成果和底图只用于内部版：合作方版和公开版不载这些内容。请去掉这些选项，或改用 --audience internal。",
                "Another run, earlier results and a basemap are for the internal edition alone; editions for others hold none of them. Leave the options out, or use --audience internal.",
            )
        )
    try:
        view = for_audience(additions.to(read_view(folder)), audience)
        page = render_map(view, lang=lang)
    except ResultsFolderError as error:
        raise RerenderError(error.text) from error
    except MapError as error:
        raise RerenderError(
            Text(f"无法成图：{error}", f"The map cannot be drawn: {error}")
        ) from error
    try:
        with tempfile.TemporaryDirectory(prefix=".map-", dir=folder) as scratch:
            compared = additions.other is not None
            fresh = [Path(scratch) / edition_name(audience, lang, compared=compared)]
            fresh[0].write_text(page, encoding="utf-8", newline="\n")
            if pdf:
                name = edition_name(audience, lang, ".pdf", compared=compared)
                fresh.append(Path(scratch) / name)
                print_pdf(fresh[0], fresh[1], paper=paper)
            written = [folder / path.name for path in fresh]
            for source, target in zip(fresh, written, strict=True):
                source.replace(target)
    except OSError as error:
        raise OutputError(
            Text(
                f"地图无法写入 {folder}：{error.strerror or error}。原有文件未改动。若文件正被打开，请先关闭。",
                f"The map cannot be written to {folder}: {error.strerror or error}. Earlier files are unchanged. Close the file if it is open.",
            )
        ) from error
    return view, written
