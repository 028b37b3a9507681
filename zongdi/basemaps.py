"""The basemap that a project, or whoever draws its map again, asks for; and the file that keeps it.

``basemap.json`` stands beside the results, so that the folder alone suffices to draw its map again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from maps.basemap import Basemap, tianditu, tiles
from maps.basemap_files import local_basemap
from maps.errors import MapInputError
from policies.text import Text
from zongdi.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from maps.basemap import Datum
    from zongdi.results import Results

__all__ = ["BasemapError", "BasemapWish", "basemap_of_results", "find_basemap", "write_basemap"]

_TIANDITU = "tianditu"


class BasemapError(ProgramError):
    """The basemap that was asked for cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapWish:
    """What is to lie under the parcels, as a project file or a command names it.

    Attributes
    ----------
    source : str
        ``tianditu``, ``tianditu-img``, ``tianditu-ter``; an ``https://`` address with ``{z}``, ``{x}`` and
        ``{y}``; a raster; a folder of tiles (``z/x/y.png``), put into the page; or such a folder beside
        the map, written ``tiles/{z}/{x}/{y}.png``.
    token : str or None
        The user's own token, for Tianditu.
    attribution : str or None
        Whose it is.
    datum : str
        ``wgs84`` or ``gcj02``.
    """

    source: str
    token: str | None = None
    attribution: str | None = None
    datum: str = "wgs84"

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> BasemapWish | None:
        """Read the table ``[map]`` of a project; None where it asks for no basemap."""
        if not options.get("basemap"):
            return None
        return cls(
            source=options["basemap"],
            token=options.get("basemap_token"),
            attribution=options.get("basemap_attribution"),
            datum=options.get("basemap_datum", "wgs84"),
        )


def find_basemap(wish: BasemapWish, parcels: pd.DataFrame, folder: Path) -> Basemap:
    """Return what `wish` names.

    Parameters
    ----------
    wish : BasemapWish
        What is asked for.
    parcels : DataFrame or GeoDataFrame
        What is to lie over it; of a local raster or folder so much is taken as lies about them.
    folder : pathlib.Path
        Where a relative path begins.

    Raises
    ------
    BasemapError
        Saying what is wrong and what to do.
    """
    try:
        return _found(wish, parcels, folder)
    except MapInputError as error:
        raise BasemapError(Text(f"底图无法使用：{error}", f"No basemap: {error}")) from error


def _found(wish: BasemapWish, parcels: pd.DataFrame, folder: Path) -> Basemap:
    if wish.source.partition("-")[0] == _TIANDITU:
        layer = wish.source.partition("-")[2] or "vec"
        return tianditu(wish.token or "", cast("Literal['vec', 'img', 'ter']", layer))
    datum = cast("Datum", wish.datum)
    if "{z}" not in wish.source and not wish.source.startswith(("https://", "http://")):
        own = wish.attribution or Path(wish.source).name
        return local_basemap(folder / wish.source, parcels, attribution=own, datum=datum)
    if not wish.attribution:
        msg = (
            f"{wish.source} needs to say whose tiles they are: give basemap_attribution (or "
            "--basemap-attribution), with the map review number that the provider shows."
        )
        raise MapInputError(msg)
    return tiles(wish.source, attribution=wish.attribution, datum=datum)


def basemap_of_results(results: Results) -> Basemap | None:
    """Return the basemap that the project of `results` asks for, or None."""
    wish = BasemapWish.of(results.project.options.get("map", {}))
    return None if wish is None else find_basemap(wish, results.parcels, results.project.folder)


def write_basemap(basemap: Basemap | None, path: Path) -> None:
    """Write ``basemap.json``: what `maps.read_view` puts under the parcels; an empty record for none."""
    record = {} if basemap is None else basemap.record()
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
