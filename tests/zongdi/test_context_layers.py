"""What the map draws beside the parcels."""

import pandas as pd

from zongdi.context_layers import context_layers


def test_what_is_demolished_is_not_drawn() -> None:
    buildings = pd.DataFrame(
        {"building_id": ["a", "b", "c"], "state": ["built", "demolished", None]}
    )
    buildings["state"] = buildings["state"].astype("string")
    drawn = context_layers({"buildings": buildings}, None)
    assert drawn["buildings"]["building_id"].tolist() == ["a", "c"]
    assert list(context_layers({}, None)) == []
