"""The option tables of the project file: what each may hold, in one place.

An option is a choice of the project (whether the zone is a new park, who made the map), never a
number of a law: those stand in the packs.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from layers.codes import USES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPTIONS", "Option", "read_option"]

OptionType = Literal["text", "boolean", "share", "code", "number", "numbers"]


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an option table.

    Attributes
    ----------
    type : OptionType
        ``number`` is not negative; ``numbers`` is a table of such.
    label : Text
        What it does.
    codes : tuple of str
        The values of a ``code``, or the keys of ``numbers``; empty allows any key.
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
        },
        "idle": {
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
