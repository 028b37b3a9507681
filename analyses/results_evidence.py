"""The columns that the evidence on the ground adds to the parcels."""

from __future__ import annotations

from analyses.result_columns import result_column as _c

__all__ = ["EVIDENCE_COLUMNS"]

#: Candidates for a site visit; no status follows from them.
EVIDENCE_COLUMNS = (
    _c(
        "evidence_developed_share",
        "number",
        "已建成面积比例（线索，不作认定依据）",
        "developed share on the ground (a candidate, no finding)",
        "share",
    ),
    _c(
        "evidence_standing_share",
        "number",
        "地上建筑物比例，含在建（线索，不作认定依据）",
        "share on which something stands, unfinished works included (a candidate)",
        "share",
    ),
    _c(
        "evidence_ndvi_change",
        "number",
        "植被指数变化（线索，不作认定依据）",
        "change of the vegetation index (a candidate, no finding)",
    ),
    _c(
        "evidence_surface_change_m",
        "number",
        "地表高程变化（线索，不作认定依据）",
        "change of the surface (a candidate, no finding)",
        "m",
    ),
)
