"""The option tables of the project file: what each may hold, in one place.

An option is a choice of the project (whether the zone is a new park, who made the map), never a
number of a law: those stand in the packs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

from layers.codes import USES
from layers.options_supply import SUPPLY_OPTIONS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPTIONS", "Option", "read_option"]

OptionType = Literal["text", "boolean", "share", "code", "number", "numbers", "dates", "codes"]


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an option table.

    Attributes
    ----------
    type : OptionType
        ``number`` is not negative; ``numbers`` is a table of such; ``dates`` is a list, ``codes``
        a list of texts.
    label : Text
        What it does.
    codes : tuple of str
        The values of a ``code`` or of ``codes``, or the keys of ``numbers``; empty allows any.
    """

    type: OptionType
    label: Text
    codes: tuple[str, ...] = ()


#: Every option by its table and key.
OPTIONS: Mapping[str, Mapping[str, Option]] = MappingProxyType(
    {
        "far": {
            "storey_height_m": Option(
                "numbers",
                Text(
                    "由建筑高度推算层数所用的层高（米），按用途；default 为通用值",
                    "storey height (m) by which floors follow from a height, by use; default for all others",
                ),
                ("default", *USES.codes),
            ),
            "surface_holds": Option(
                "code",
                Text(
                    "地表模型（surface）的数值：elevation 高程（减去 terrain，默认），height 离地高度",
                    "what the surface raster holds: elevations (the terrain is subtracted; the default) or heights above ground",
                ),
                ("elevation", "height"),
            ),
            "obstacle_holds": Option(
                "code",
                Text(
                    "净空限制栅格（obstacle）的数值：height 离地高度（默认），elevation 高程（减去 terrain）",
                    "what the obstacle raster holds: heights above ground (the default) or elevations, from which the terrain is subtracted",
                ),
                ("height", "elevation"),
            ),
            "edge_share": Option(
                "share",
                Text(
                    "控规地块占宗地的比例小于此值且不是最大者不计（边缘规则）；默认 0，全部按面积计",
                    "a plan zone with a smaller share of the parcel is ignored unless it is the largest (edge rule); 0 unless told: all count by area",
                ),
            ),
            "free_ground_clearance_m": Option(
                "number",
                Text(
                    "测算可扩建空地时建筑外扣除的间距（米），默认 0",
                    "metres kept about what stands when free ground is sought, 0 unless told",
                ),
            ),
            "free_ground_width_m": Option(
                "number",
                Text(
                    "可扩建空地的最小宽度（米），窄于此的部分不计，默认 0",
                    "free ground narrower than so many metres is left out, 0 unless told",
                ),
            ),
        },
        "green": {
            "target_share": Option("share", Text("区域绿地率目标", "green target of the zone")),
            "public_green_approval_no": Option(
                "text",
                Text("公共绿地计入绿地率的批准文号", "approval by which public green counts"),
            ),
            "new_park": Option("boolean", Text("是否新建园区", "whether the park is a new one")),
            "prevails": Option(
                "code",
                Text("绿地图斑与影像不一致时以何为准", "which prevails, polygons or the raster"),
                ("polygons", "raster"),
            ),
            "pool": Option(
                "code",
                Text(
                    "统筹范围：全区、围网、批准四至或 [layers.green_pools] 给定的面",
                    "the pool: the zone, its fence, its approved boundary, or [layers.green_pools]",
                ),
                ("zone", "fenced", "approved", "polygon"),
            ),
            "denominator": Option(
                "code",
                Text(
                    "区绿地率的分母：统筹范围全部用地或宗地合计",
                    "what stands below the zone's ratio: all ground of the pool, or its parcels",
                ),
                ("ground", "parcels"),
            ),
            "target_year": Option("number", Text("绿地率目标年份", "year of the green target")),
            "pool_approval_no": Option(
                "text", Text("统筹平衡批准文号", "approval of the green pool")
            ),
            "pool_clause": Option(
                "text",
                Text("规则包以外的统筹依据", "basis of the pool that the project names itself"),
            ),
            "keep_back_share": Option(
                "share", Text("宗地盈余中自留的比例", "part of its surplus that a parcel keeps")
            ),
            "lack_max_share": Option(
                "share",
                Text(
                    "宗地可由统筹解决的缺口占应有绿地的最大比例",
                    "largest part of what a parcel owes that transfers may cover",
                ),
            ),
            "transfer_cost": Option(
                "code",
                Text(
                    "调剂成本：距离、同一使用权人优先、同一街坊优先、[layers.green_costs] 的成本表",
                    "cost of a transfer: distance; within one holder or one block first; the table [layers.green_costs]",
                ),
                ("distance", "same_owner", "same_block", "table"),
            ),
            "roof_credit": Option(
                "boolean",
                Text(
                    "规则包中效力未核实的屋顶绿化折算是否适用于本项目",
                    "whether a conversion of roof greening whose validity is not verified applies here",
                ),
            ),
            "verge_m": Option(
                "number",
                Text(
                    "道路边带可增绿宽度（米）；不填则不在道路用地上查找",
                    "width of the strip along roads that might be planted; without it none is sought there",
                ),
            ),
            "planting_clearance_m": Option(
                "number",
                Text("增绿与建筑的间距（米）", "metres kept between planting and buildings"),
            ),
            "site_min_m2": Option(
                "number",
                Text("可增绿地块的最小面积", "smallest piece of ground listed for planting"),
            ),
            "planting_cost": Option(
                "numbers",
                Text("增绿单位造价（元/m2），按类别", "cost of planting (yuan per m2), by kind"),
                ("verge", "public", "parcel"),
            ),
        },
        "idle": {
            "surplus_width_min_m": Option(
                "number",
                Text(
                    "节余土地的最小宽度（米）：更窄的条带不计，窄颈相连的分开；不写则不设",
                    "least width of surplus land (m): narrower strips are left out and narrow necks cut; none by default",
                ),
            ),
            "surplus_clearance_m": Option(
                "number",
                Text(
                    "节余土地测算时建筑外扣除的退让距离（米）；不填则不测算节余土地",
                    "metres kept about what stands when surplus land is sought; without it none is sought",
                ),
            ),
        },
        "mixed": {
            "reach_m": Option(
                "number",
                Text(
                    "共享设施的服务距离（米，直线）；不填则不测算可共享设施",
                    "how far a shared facility serves (metres, straight line); without it none is looked for",
                ),
            ),
        },
        "recommend": {
            "weights": Option(
                "numbers",
                Text(
                    "建议排序的权重：期限、面积、建筑面积、金额、就绪、可信度；不写的用默认值",
                    "weights by which recommendations are ordered; those left out keep their usual value",
                ),
                ("deadline", "area", "floor_area", "amount", "readiness", "certainty"),
            ),
        },
        "supply": {
            key: Option(cast("OptionType", kind), label, codes)
            for key, (kind, label, codes) in SUPPLY_OPTIONS.items()
        },
        "map": {
            "agency": Option("text", Text("编制单位", "compiling agency")),
            "review_number": Option(
                "text",
                Text(
                    "审图号；没有时公开版加盖“未经审核，不得公开”",
                    "map review number; a public edition without one is stamped as not to be published",
                ),
            ),
            "public_precision_m": Option(
                "number",
                Text(
                    "公开版坐标取整的间隔（米），默认10",
                    "grid to which positions of a public edition are rounded (metres), 10 unless told",
                ),
            ),
            "title_en": Option(
                "text",
                Text("英文版显示的项目名称", "the project's name on the English page"),
            ),
            "series": Option(
                "dates",
                Text(
                    "地图时间轴上的日期：审查日之后，按台账现状推算的闲置状态",
                    "dates of the map's slider: after the review date, idle status if nothing happens",
                ),
            ),
            "basemap": Option(
                "text",
                Text(
                    "底图：tianditu、tianditu-img、tianditu-ter，瓦片地址，栅格文件或瓦片文件夹；默认无",
                    "tianditu, tianditu-img, tianditu-ter, an address of tiles, a raster or a folder of tiles; none by default",
                ),
            ),
            "basemap_token": Option(
                "text",
                Text(
                    "天地图密钥（写入地图文件，收到文件者可见）",
                    "your Tianditu token, which stands readable in the map",
                ),
            ),
            "basemap_attribution": Option(
                "text",
                Text("底图来源与审图号", "whose the basemap is, with its review number"),
            ),
            "basemap_datum": Option(
                "code",
                Text(
                    "瓦片坐标：gcj02 仅供显示时移回",
                    "datum of the tiles; gcj02 is moved back for display only",
                ),
                ("wgs84", "gcj02"),
            ),
        },
    }
)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_option(option: Option, value: Any) -> tuple[Any, Text | None]:
    """Return the value of an option, and what is wrong with it or None.

    Examples
    --------
    >>> read_option(OPTIONS["green"]["target_share"], 20)[1].en
    'must be a share from 0 to 1, not 20'
    >>> read_option(OPTIONS["far"]["storey_height_m"], 4.5)
    ({'default': 4.5}, None)
    """
    if option.type == "numbers":
        return _numbers(option, value)
    if option.type == "codes":
        return _codes(option, value)
    if option.type == "dates":
        return _dates(value)
    right, wish = {
        "text": (isinstance(value, str), Text("一段文字", "text")),
        "boolean": (isinstance(value, bool), Text("true 或 false", "true or false")),
        "share": (
            _is_number(value) and 0 <= value <= 1,
            Text("0 到 1 之间的比例", "a share from 0 to 1"),
        ),
        "number": (
            _is_number(value) and value >= 0,
            Text("非负数", "a number that is not negative"),
        ),
        "code": (
            value in option.codes,
            Text(f"{'、'.join(option.codes)} 之一", f"one of {', '.join(option.codes)}"),
        ),
    }[option.type]
    if right:
        return value, None
    return None, Text(f"应为{wish.zh}，实为 {value!r}", f"must be {wish.en}, not {value!r}")


def _dates(value: Any) -> tuple[Any, Text | None]:
    """Return ISO days, the earliest first."""
    days = value if isinstance(value, list) else [value]
    if not all(isinstance(day, date) and not isinstance(day, datetime) for day in days):
        return None, Text(
            f"应为日期的列表，如 [2026-12-31]，实为 {value!r}",
            f"must be a list of dates such as [2026-12-31], not {value!r}",
        )
    return tuple(sorted({day.isoformat() for day in days})), None


def _numbers(option: Option, value: Any) -> tuple[Any, Text | None]:
    table = {"default": value} if _is_number(value) and "default" in option.codes else value
    if not isinstance(table, dict) or not all(
        _is_number(entry) and entry >= 0 for entry in table.values()
    ):
        return None, Text(
            f"应为名称与非负数的表，实为 {value!r}",
            f"must be a table of names and non-negative numbers, not {value!r}",
        )
    strangers = [key for key in table if option.codes and key not in option.codes]
    if strangers:
        return None, Text(
            f"不认识 {'、'.join(strangers)}；可用 {'、'.join(option.codes)}",
            f"does not know {', '.join(strangers)}; use {', '.join(option.codes)}",
        )
    return {key: float(entry) for key, entry in table.items()}, None


def _codes(option: Option, value: Any) -> tuple[Any, Text | None]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        return None, Text(
            f"应为文字的列表，实为 {value!r}", f"must be a list of texts, not {value!r}"
        )
    strangers = [entry for entry in value if option.codes and entry not in option.codes]
    if strangers:
        return None, Text(
            f"不认识 {'、'.join(strangers)}；可用 {'、'.join(option.codes)}",
            f"does not know {', '.join(strangers)}; use {', '.join(option.codes)}",
        )
    return tuple(value), None
