"""The project file of a skeleton, commented in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.contracts import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.text import Lang

__all__ = ["project_text"]

_HEAD = """\
# 宗地项目文件（UTF-8）。以 # 开头的是说明或未启用的内容。
# A Zongdi project file (UTF-8). Lines that begin with # are remarks, or switched off.
# 全部字段与代码见 docs/contracts.md；检查：zongdi check .；运行：zongdi run .
# Columns and codes: docs/contracts.md. Check it with `zongdi check .`, run it with `zongdi run .`.

name        = "我的综合保税区 / My bonded zone"
# 必填：审查基准日，一切以此日为准 / required: the review date, on which everything depends
# as_of     = 2026-06-30
policy      = "national"        # 规则包，见 zongdi policies list / the rule pack
# crs       = "EPSG:4548"       # 计算坐标系，缺省按数据所在 3 度带 / the computing CRS; else chosen by place
area_method = "plane"           # 面积口径：plane 平面，ellipsoid 椭球 / how areas are measured
# label     = "内部资料"        # 印在成果上的标记 / shown on every output

# ---- 图层 / layers --------------------------------------------------------------------------
# 可用 .shp .gpkg .parquet .geojson .fgb .gdb .gml .kml .dxf .zip。多个文件合为一层：
# Formats as above. Several files make one layer:
#   path = "宗地/*.shp"    layer = ["2024", "2025"]
# 字段名不同时 / where columns are called otherwise: columns = { parcel_id = "宗地代码" }
# 单位不同时 / where units differ:                    units   = { area_contract_m2 = "亩" }

"""

_TAIL = """\
# ---- 栅格 / rasters -------------------------------------------------------------------------

# [rasters.ndvi]
# path = "ndvi.tif"
# min  = 0.30                   # 不小于此值为绿 / green at or above
# on   = 2026-05-20             # 影像日期 / when it was taken

# ---- 选项 / options -------------------------------------------------------------------------

# [far]
# storey_height_m = { default = 4.0, storage = 8.0 }   # 只有高度时推算层数 / floors from a height

# [green]
# target_share = 0.20           # 区域绿地率目标 / the zone's green target

# [map]
# agency = ""                   # 编制单位 / compiling agency
"""

#: What a review cannot do without; the rest is switched off until it is there.
_ON = ("parcels", "ledger")


def project_text(layers: Iterable[str], tables: Iterable[str], *, lang: Lang) -> str:
    """Return the text of a skeleton's project file.

    Parameters
    ----------
    layers : iterable of str
        The layers of the GeoPackage beside it.
    tables : iterable of str
        The sheets of the workbook beside it, by contract.
    lang : {"zh", "en"}
        The language in which the sheets are named.

    Examples
    --------
    >>> text = project_text(["parcels", "green"], ["ledger"], lang="zh")
    >>> '[layers.parcels]' in text, '# [layers.green]' in text
    (True, True)
    """
    blocks = [
        _block(name, ['path  = "layers.gpkg"', f'layer = "{name}"'])
        for name in sorted(layers, key=lambda one: one not in _ON)
    ]
    blocks.append(
        "# ---- 表格 / tables "
        "--------------------------------------------------------------------------\n"
    )
    blocks += [
        _block(name, ['path  = "ledger.xlsx"', f'sheet = "{CONTRACTS[name].label.get(lang)}"'])
        for name in tables
    ]
    return _HEAD + "\n".join(blocks) + "\n" + _TAIL


def _block(name: str, lines: list[str]) -> str:
    label = CONTRACTS[name].label
    off = "" if name in _ON else "# "
    head = f"{off}[layers.{name}]"
    return "\n".join([f"{head:<32}# {label.zh} / {label.en}", *(off + one for one in lines), ""])
