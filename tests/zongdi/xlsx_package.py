"""A strict reading of a workbook's package: what makes a spreadsheet program offer a repair when it opens one.

The rules are those of the format (ECMA-376) and the limits that its makers publish.
"""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
T = "{http://schemas.openxmlformats.org/package/2006/content-types}"

#: The children of a worksheet in the one order that is allowed.
ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
    *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter"),
    *("sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr"),
    *("conditionalFormatting", "dataValidations", "hyperlinks", "printOptions"),
    *("pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    *("legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)
ROWS, COLUMNS = 1_048_576, 16_384
HEAD_CODES = re.compile(r'&(?:[LCRPNAFDTZGSXYEBUIOH&]|K[0-9A-F]{6}|"[^"]*"|\d{1,3})')

Box = tuple[int, int, int, int]


def units(text: str) -> int:
    """Count UTF-16 units, by which the format limits its texts."""
    return len(text.encode("utf-16-le")) // 2


def decoded(text: str) -> str:
    """Return a text as a spreadsheet shows it."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def place(reference: str) -> tuple[int, int]:
    """Return row and column of a cell, from 1."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)", reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def box(reference: str) -> Box:
    first, _, last = reference.partition(":")
    return (*place(first), *place(last or first))


def meet(one: Box, two: Box) -> bool:
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]


class Package:
    """One workbook, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.faults: list[str] = []
        self.formulas: list[str] = []
        with zipfile.ZipFile(path) as archive:
            if len(set(archive.namelist())) != len(archive.namelist()):
                self.faults.append("a part stands twice")
            # A character that XML does not know ends here.
            self.parts = {
                name: ET.fromstring(archive.read(name))  # noqa: S314 -- written by the test
                for name in archive.namelist()
            }
        self.links: dict[str, dict[str, tuple[str, str]]] = {}
        self._content_types()
        for name in self.parts:
            if name.endswith(".rels"):
                self._relations(name)
        book = self.parts["xl/workbook.xml"]
        self.sheets = {
            str(sheet.get("name")): self._target(str(sheet.get(f"{R}id")))
            for sheet in book.iter(f"{M}sheet")
        }
        self._names(book)
        self._styles()
        for name, part in self.sheets.items():
            self._sheet(name, part)

    def say(self, where: str, what: object) -> None:
        self.faults.append(f"{where}: {what}")

    def _target(self, relation: str) -> str:
        return posixpath.join("xl", self.links["xl/workbook.xml"][relation][0])

    def _content_types(self) -> None:
        root = self.parts["[Content_Types].xml"]
        endings = {node.get("Extension") for node in root.iter(f"{T}Default")}
        named = {str(node.get("PartName")).lstrip("/") for node in root.iter(f"{T}Override")}
        for missing in named - set(self.parts):
            self.say("content types", f"{missing} is not there")
        for name in self.parts:
            known = name in named or name.rpartition(".")[2] in endings
            if not known and name != "[Content_Types].xml":
                self.say("content types", f"none for {name}")

    def _relations(self, name: str) -> None:
        folder, _, file = name.replace("_rels/", "").rpartition("/")
        owner = posixpath.join(folder, file.removesuffix(".rels"))
        found: dict[str, tuple[str, str]] = {}
        for node in self.parts[name].iter(f"{P}Relationship"):
            key, target = str(node.get("Id")), str(node.get("Target"))
            mode = str(node.get("TargetMode"))
            if key in found:
                self.say(name, f"{key} twice")
            found[key] = (target, mode)
            if mode == "External":
                self._address(name, target)
            elif posixpath.normpath(posixpath.join(folder, target)).lstrip("/") not in self.parts:
                self.say(name, f"{target} is not there")
        self.links[owner] = found

    def _address(self, where: str, address: str) -> None:
        if units(address) > 2_079:
            self.say(where, f"address of {units(address)} characters")
        if not address.isascii() or re.search(r"[\s<>\"{}|\\^`]", address):
            self.say(where, f"address not encoded: {address}")
        if re.search(r"%(?![0-9A-Fa-f]{2})", address):
            self.say(where, f"broken encoding: {address}")

    def _names(self, book: ET.Element) -> None:
        seen = set()
        for name in self.sheets:
            if not 1 <= units(name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name):
                self.say("sheet name", name)
            if name.casefold() in seen:
                self.say("sheet name twice", name)
            seen.add(name.casefold())
        if len(self.sheets) != len(list(book.iter(f"{M}sheet"))):
            self.say("workbook", "two sheets of one name")
        held = set()
        for node in book.iter(f"{M}definedName"):
            key = (node.get("name"), node.get("localSheetId"))
            if key in held:
                self.say("defined name twice", key)
            held.add(key)
            for part in re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", node.text or ""):
                sheet, _, cells = part.rpartition("!")
                if self.unquoted(sheet) not in self.sheets:
                    self.say("defined name", part)
                try:
                    bounds = [
                        re.sub(r"^\$?([A-Z]+)$", r"\g<1>1", re.sub(r"^\$(\d+)$", r"A\1", end))
                        for end in cells.split(":")
                    ]
                    box(":".join(bounds))
                except ValueError:
                    self.say("defined name", part)

    @staticmethod
    def unquoted(sheet: str) -> str:
        if sheet.startswith("'") and sheet.endswith("'"):
            return sheet[1:-1].replace("''", "'")
        return sheet if re.fullmatch(r"[^\W\d][\w.]*", sheet) else f"unquoted {sheet}"

    def _styles(self) -> None:
        root = self.parts["xl/styles.xml"]
        self.formats, self.dates = [], set()
        own = {
            node.get("numFmtId"): str(node.get("formatCode")) for node in root.iter(f"{M}numFmt")
        }
        cells = root.find(f"{M}cellXfs")
        for number, node in enumerate([] if cells is None else cells):
            self.formats.append(node)
            if "yy" in own.get(node.get("numFmtId"), ""):
                self.dates.add(str(number))
        colours = root.find(f"{M}dxfs")
        self.colours = 0 if colours is None else len(colours)
        if len(self.formats) > 64_000:
            self.say("styles", len(self.formats))
        for kind in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
            group = root.find(f"{M}{kind}")
            if group is not None and int(group.get("count", "0")) != len(group):
                self.say("styles", f"count of {kind}")
        for code in own.values():
            if units(code) > 255:
                self.say("styles", code)

    def _sheet(self, name: str, part: str) -> None:
        root = self.parts[part]
        ranks = [ORDER.index(node.tag.removeprefix(M)) for node in root]
        if ranks != sorted(ranks):
            self.say(name, "parts of the sheet out of order")
        self._cells(name, root)
        for node in root.iter(f"{M}col"):
            if not 0 <= float(node.get("width", "0")) <= 255:
                self.say(name, f"column width {node.get('width')}")
        self._areas(name, root)
        self._rules(name, root)
        self._hyperlinks(name, part, root)
        for node in (*root.iter(f"{M}oddHeader"), *root.iter(f"{M}oddFooter")):
            text = node.text or ""
            if units(text) > 255 or "&" in HEAD_CODES.sub("", text):
                self.say(name, f"running head: {text}")
        for node in root.iter(f"{M}dataValidation"):
            listed = node.findtext(f"{M}formula1") or ""
            if units(listed) > 257 or units(node.get("prompt", "")) > 255:
                self.say(name, "list of choices too long")

    def _areas(self, name: str, root: ET.Element) -> None:
        merged = [box(str(node.get("ref"))) for node in root.iter(f"{M}mergeCell")]
        filters = [box(str(node.get("ref"))) for node in root.iter(f"{M}autoFilter")]
        for at, one in enumerate(merged):
            if any(meet(one, two) for two in (*merged[at + 1 :], *filters)):
                self.say(name, f"merged cells overlap: {one}")
        if len(filters) > 1:
            self.say(name, "two filters")

    def _cells(self, name: str, root: ET.Element) -> None:
        before = 0
        for row in root.iter(f"{M}row"):
            number, last = int(str(row.get("r"))), 0
            if not before < number <= ROWS:
                self.say(name, f"row {number} after {before}")
            before = number
            if not 0 <= float(row.get("ht", "0")) <= 409.5:
                self.say(name, f"row {number} is {row.get('ht')} points high")
            for cell in row:
                at, column = place(str(cell.get("r")))
                if at != number or not last < column <= COLUMNS:
                    self.say(name, f"cell {cell.get('r')} in row {number}")
                last = column
                self._cell(name, cell)

    def _cell(self, name: str, cell: ET.Element) -> None:
        where, kind = f"{name}!{cell.get('r')}", cell.get("t", "n")
        if int(cell.get("s", "0")) >= len(self.formats):
            self.say(where, "a format that is not there")
        if cell.find(f"{M}f") is not None:
            self.formulas.append(where)
        if kind == "inlineStr":
            inside = [node.tag.removeprefix(M) for node in cell.iter()]
            if set(inside) - {"c", "is", "t"}:
                self.say(where, f"markup in a text: {inside}")
            text = "".join(node.text or "" for node in cell.iter(f"{M}t"))
            if units(decoded(text)) > 32_767:
                self.say(where, f"{units(decoded(text))} characters")
            held = any(key.endswith("space") for node in cell.iter() for key in node.attrib)
            if text != text.strip() and not held:
                self.say(where, "blanks at the ends would be lost")
        elif kind == "n" and cell.findtext(f"{M}v") is not None:
            value = float(str(cell.findtext(f"{M}v")))
            if not math.isfinite(value):
                self.say(where, value)
            if cell.get("s") in self.dates and not 0 <= value < 2_958_466:
                self.say(where, f"no date has the number {value}")

    def _rules(self, name: str, root: ET.Element) -> None:
        ranks = []
        for group in root.iter(f"{M}conditionalFormatting"):
            box(str(group.get("sqref")))
            for rule in group:
                ranks.append(rule.get("priority"))
                if int(rule.get("dxfId", "0")) >= self.colours:
                    self.say(name, "a colour that is not there")
                for formula in rule.iter(f"{M}formula"):
                    text = formula.text or ""
                    if units(text) > 257 or text.replace('""', "").count('"') % 2:
                        self.say(name, f"condition: {text}")
        if len(set(ranks)) != len(ranks):
            self.say(name, "two conditions of one rank")

    def _hyperlinks(self, name: str, part: str, root: ET.Element) -> None:
        nodes = list(root.iter(f"{M}hyperlink"))
        if len(nodes) > 65_530:
            self.say(name, f"{len(nodes)} links")
        seen = set()
        for node in nodes:
            at = node.get("ref")
            if at in seen:
                self.say(name, f"two links in {at}")
            seen.add(at)
            relation, location = node.get(f"{R}id"), node.get("location")
            if relation is not None and relation not in self.links.get(part, {}):
                self.say(name, f"{at} leads nowhere")
            if location is not None and relation is not None:
                self._address(f"{name}!{at}", location)
            elif location is not None:
                sheet, _, cell = location.rpartition("!")
                target = self.sheets.get(self.unquoted(sheet))
                if target is None or units(location) > 2_079:
                    self.say(name, f"{at} leads to {location}")
                else:
                    place(cell)
            if units(node.get("tooltip", "")) > 255:
                self.say(name, f"tip in {at}")

    def targets(self, sheet: str) -> Iterator[tuple[str, str]]:
        """Give the cells of a sheet with the addresses that they lead to."""
        part = self.sheets[sheet]
        for node in self.parts[part].iter(f"{M}hyperlink"):
            relation = node.get(f"{R}id")
            location = node.get("location")
            address = "" if relation is None else self.links[part][relation][0]
            yield str(node.get("ref")), address + (f"#{location}" if location else "")

    def texts(self, sheet: str) -> dict[str, str]:
        """Return the texts of a sheet by cell, as they are shown."""
        return {
            str(cell.get("r")): decoded("".join(node.text or "" for node in cell.iter(f"{M}t")))
            for cell in self.parts[self.sheets[sheet]].iter(f"{M}c")
            if cell.get("t") == "inlineStr"
        }
