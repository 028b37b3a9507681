"""The map of a result folder drawn again: for another audience, in another language, on paper.

Nothing is analysed again, and nothing but the results is read. Each edition has a file of its own,
so that one with less in it never takes the place of one with more.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from maps import MapError, ResultsFolderError, for_audience, read_view, render_map
from policies.text import Text
from zongdi.errors import OutputError, ProgramError
from zongdi.pdf import print_pdf

if TYPE_CHECKING:
    from maps.view import Audience, MapView
    from policies.text import Lang

__all__ = ["Paper", "RerenderError", "edition_name", "rerender"]

Paper = Literal["a3", "a4"]


class RerenderError(ProgramError):
    """The folder holds no results that can be drawn."""


def edition_name(audience: Audience, lang: Lang, suffix: str = ".html") -> str:
    """Name the file of an edition; the internal one in Chinese is the ``map.html`` of the run.

    Examples
    --------
    >>> edition_name("internal", "zh"), edition_name("public", "en", ".pdf")
    ('map.html', 'map-public-en.pdf')
    """
    parts = ["map"]
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
    zongdi.pdf.PrintError
        There is no Chromium, or it printed nothing.
    """
    folder = folder.resolve()
    try:
        view = for_audience(read_view(folder), audience)
        page = render_map(view, lang=lang)
    except ResultsFolderError as error:
        raise RerenderError(error.text) from error
    except MapError as error:
        raise RerenderError(
            Text(f"无法成图：{error}", f"The map cannot be drawn: {error}")
        ) from error
    try:
        with tempfile.TemporaryDirectory(prefix=".map-", dir=folder) as scratch:
            fresh = [Path(scratch) / edition_name(audience, lang)]
            fresh[0].write_text(page, encoding="utf-8", newline="\n")
            if pdf:
                fresh.append(Path(scratch) / edition_name(audience, lang, ".pdf"))
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
