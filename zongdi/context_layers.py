"""What the map draws beside the parcels: some layers as they are, and the ground free for an extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["CONTEXT_LAYERS", "FREE_GROUND_DRAWN", "context_layers"]

#: Layers that are drawn, not analysed, by the map.
CONTEXT_LAYERS = ("zones", "plan_zones", "buildings", "green", "facilities")

#: Free ground is drawn up to so many pieces: beyond, it would outweigh the parcels themselves, and
#: ``free_ground.gpkg`` has it.
FREE_GROUND_DRAWN = 5_000


def context_layers(
    frames: Mapping[str, pd.DataFrame], free_ground: pd.DataFrame | None
) -> dict[str, Any]:
    """Return what ``context.gpkg`` holds, by layer.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The layers that were read.
    free_ground : pandas.DataFrame or None
        The table of the floor-area analysis; ground of later phases and of unknown stage is not drawn.
    """
    drawn = {name: frames[name] for name in CONTEXT_LAYERS if name in frames}
    if "state" in drawn.get("buildings", ()):
        buildings = drawn["buildings"]
        gone = buildings["state"].eq("demolished").fillna(value=False).astype(bool)
        drawn["buildings"] = buildings[~gone]
    if free_ground is not None:
        free = free_ground[free_ground["kind"] == "free"]
        if 0 < len(free) <= FREE_GROUND_DRAWN:
            drawn["free_ground"] = free
    return drawn
