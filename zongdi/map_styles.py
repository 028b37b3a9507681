"""The themes of the map as styles that QGIS finds inside a GeoPackage: QML and SLD documents.

Each theme stands beside the parcels as a column ``theme_<name>`` with the code of each parcel's class, and
as a style with one rule per class: the same classes, labels and fills as on the map. What is unknown is
hatched, what is only suspected is hatched and outlined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.classing import Theme, ThemeClass

__all__ = ["STYLE_COLUMNS", "layer_styles", "qml_document", "sld_document", "theme_columns"]

#: The columns of the table by which GIS programs find styles in a GeoPackage.
STYLE_COLUMNS = (
    *("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName"),
    *("styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time"),
)
_OUTLINE, _HATCH, _SUSPECT = "#5a5a55", "#6b6b66", "#9c1c1c"
_LINE_MM, _SUSPECT_MM = 0.16, 0.5
_SLD = "http://www.opengis.net/sld"
_OGC = "http://www.opengis.net/ogc"
_SE = "http://www.opengis.net/se"
_DECLARED = {"": _SLD, "ogc": _OGC, "se": _SE}


def theme_columns(themes: Sequence[Theme]) -> pd.DataFrame:
    """Return the class code of every parcel in every theme, a column each.

    Examples
    --------
    >>> import pandas as pd
    >>> from maps.themes import build_themes
    >>> themes = build_themes(pd.DataFrame({"parcel_id": ["A", "B"], "idle_status": ["started", None]}))
    >>> theme_columns(themes[:1])["theme_idle"].tolist()
    ['started', 'unknown']
    """
    found = {}
    for theme in themes:
        names = [entry.code for entry in theme.classes]
        codes = [names[code] for code in theme.codes.tolist()]
        found[f"theme_{theme.name}"] = pd.Series(codes, dtype="string")
    return pd.DataFrame(found)


def layer_styles(themes: Sequence[Theme], *, layer: str, geometry: str, stamp: str) -> pd.DataFrame:
    """Return the table ``layer_styles`` of a GeoPackage: one style per theme, the first the default.

    Parameters
    ----------
    themes : sequence of Theme
        Those of the map.
    layer, geometry : str
        The table of the parcels and its geometry column.
    stamp : str
        The time of last change, as an ISO text: the review date, so that the same results give the
        same bytes.
    """
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer,
            "f_geometry_column": geometry,
            "styleName": f"{theme.title.zh} {theme.title.en}",
            "styleQML": qml_document(theme),
            "styleSLD": sld_document(theme, layer),
            "useAsDefault": place == 0,
            "description": f"{theme.note.zh} {theme.note.en}；辅助分析，不作为认定依据",
            "owner": "zongdi",
            "ui": "",
            "update_time": stamp,
        }
        for place, theme in enumerate(themes)
    ]
    return pd.DataFrame(rows, columns=list(STYLE_COLUMNS))


def _label(entry: ThemeClass) -> str:
    return f"{entry.label.zh} {entry.label.en}"


def _rgba(fill: str) -> str:
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _option_map(parent: ET.Element, values: dict[str, str]) -> None:
    options = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(options, "Option", name=name, value=value, type="QString")
    for name, value in values.items():
        ET.SubElement(parent, "prop", k=name, v=value)


def _fill_layer(symbol: ET.Element, style: str, fill: str, outline: str, width: float) -> None:
    """Add a layer of a QGIS fill symbol."""
    layer = ET.SubElement(
        symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    _option_map(
        layer,
        {
            "border_width_map_unit_scale": "3x:0,0,0,0,0,0",
            "color": _rgba(fill),
            "joinstyle": "miter",
            "offset": "0,0",
            "offset_unit": "MM",
            "outline_color": _rgba(outline),
            "outline_style": "solid" if width else "no",
            "outline_width": f"{width:g}",
            "outline_width_unit": "MM",
            "style": style,
        },
    )


def qml_document(theme: Theme) -> str:
    """Return a theme as a style document of QGIS: one category per class.

    Examples
    --------
    >>> import pandas as pd
    >>> from maps.themes import build_themes
    >>> themes = build_themes(pd.DataFrame({"parcel_id": ["A"], "idle_status": ["suspected_1y"]}))
    >>> "theme_idle" in qml_document(themes[0])
    True
    """
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        {
            "type": "categorizedSymbol",
            "attr": f"theme_{theme.name}",
            "forceraster": "0",
            "symbollevels": "0",
            "enableorderby": "0",
        },
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for place, entry in enumerate(theme.classes):
        ET.SubElement(
            categories,
            "category",
            value=entry.code,
            label=_label(entry),
            symbol=str(place),
            render="true",
            type="string",
        )
        symbol = ET.SubElement(
            symbols,
            "symbol",
            {
                "type": "fill",
                "name": str(place),
                "alpha": "1",
                "clip_to_extent": "1",
                "force_rhr": "0",
            },
        )
        suspected = entry.pattern == "suspected"
        _fill_layer(
            symbol,
            "solid",
            entry.fill,
            _SUSPECT if suspected else _OUTLINE,
            _SUSPECT_MM if suspected else _LINE_MM,
        )
        if entry.pattern != "solid":
            hatch = _SUSPECT if suspected else _HATCH
            _fill_layer(symbol, "b_diagonal", hatch, hatch, 0.0)
    ET.SubElement(root, "layerGeometryType").text = "2"
    ET.indent(root, space=" ")
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ET.tostring(root, encoding="unicode") + "\n"


def sld_document(theme: Theme, layer: str) -> str:
    """Return a theme as a Styled Layer Descriptor (1.1): one rule per class.

    Parameters
    ----------
    theme : Theme
        Of the map.
    layer : str
        The name of the layer that it styles.
    """
    for prefix, uri in _DECLARED.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
    named = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ET.SubElement(named, f"{{{_SE}}}Name").text = layer
    user = ET.SubElement(named, f"{{{_SLD}}}UserStyle")
    ET.SubElement(user, f"{{{_SE}}}Name").text = f"{theme.title.zh} {theme.title.en}"
    types = ET.SubElement(user, f"{{{_SE}}}FeatureTypeStyle")
    for entry in theme.classes:
        rule = ET.SubElement(types, f"{{{_SE}}}Rule")
        ET.SubElement(rule, f"{{{_SE}}}Name").text = _label(entry)
        said = ET.SubElement(rule, f"{{{_SE}}}Description")
        ET.SubElement(said, f"{{{_SE}}}Title").text = _label(entry)
        test = ET.SubElement(
            ET.SubElement(rule, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}PropertyIsEqualTo"
        )
        ET.SubElement(test, f"{{{_OGC}}}PropertyName").text = f"theme_{theme.name}"
        ET.SubElement(test, f"{{{_OGC}}}Literal").text = entry.code
        suspected = entry.pattern == "suspected"
        _sld_fill(rule, entry.fill, hatch=None)
        if entry.pattern != "solid":
            _sld_fill(rule, entry.fill, hatch=_SUSPECT if suspected else _HATCH)
        _sld_line(rule, suspected=suspected)
    ET.indent(root, space=" ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, f"{{{_SE}}}SvgParameter", name=name).text = value


def _sld_fill(rule: ET.Element, fill: str, *, hatch: str | None) -> None:
    polygon = ET.SubElement(rule, f"{{{_SE}}}PolygonSymbolizer")
    filled = ET.SubElement(polygon, f"{{{_SE}}}Fill")
    if hatch is None:
        _parameter(filled, "fill", fill)
        return
    graphic = ET.SubElement(ET.SubElement(filled, f"{{{_SE}}}GraphicFill"), f"{{{_SE}}}Graphic")
    mark = ET.SubElement(graphic, f"{{{_SE}}}Mark")
    ET.SubElement(mark, f"{{{_SE}}}WellKnownName").text = "slash"
    _parameter(ET.SubElement(mark, f"{{{_SE}}}Stroke"), "stroke", hatch)
    ET.SubElement(graphic, f"{{{_SE}}}Size").text = "8"


def _sld_line(rule: ET.Element, *, suspected: bool) -> None:
    line = ET.SubElement(rule, f"{{{_SE}}}PolygonSymbolizer")
    stroke = ET.SubElement(line, f"{{{_SE}}}Stroke")
    _parameter(stroke, "stroke", _SUSPECT if suspected else _OUTLINE)
    _parameter(stroke, "stroke-width", "1.8" if suspected else "0.6")
