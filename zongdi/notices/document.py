"""A filled document as .docx: set like an official paper, marked as a draft on every page, the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["MARK", "Content", "docx_bytes"]

#: Stands in the header of every page.
MARK = "草稿 DRAFT · 辅助分析，不作为认定依据"
_BLANK = re.compile(r"(【待填：[^】]*】)")
_BODY, _BLACK, _TITLE, _KAI = "仿宋", "黑体", "宋体", "楷体"
_LATIN = "Times New Roman"
_RED = RGBColor(0xC0, 0x00, 0x00)
_GREY = RGBColor(0x59, 0x59, 0x59)
_EARLIEST = 1980

_WATERMARK = """\
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
 path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>
<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>
<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="zongdi-draft" o:spid="_x0000_s2049" type="#_x0000_t136"
 style="position:absolute;margin-left:0;margin-top:0;width:380pt;height:130pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
 o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity="0.5"/>
<v:textpath style="font-family:&quot;宋体&quot;;font-size:1pt" string="草  稿"/></v:shape></w:pict></w:r>"""


class Content:
    """A document under way: paragraphs, headings and tables, put below each other."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.document = docx.Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(34), Mm(30)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = _LATIN, Pt(15)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
        self._header(section)
        self._footer(section)

    def _header(self, section: Any) -> None:
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, MARK, font=_BLACK, size=10.5, colour=_RED)
        paragraph._p.append(parse_xml(_WATERMARK))  # noqa: SLF001 -- python-docx draws no watermark

    def _footer(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", size=12)
        run = paragraph.add_run()
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            element = OxmlElement("w:instrText" if kind is None else "w:fldChar")
            if kind is None:
                element.set(qn("xml:space"), "preserve")
                element.text = text
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)  # noqa: SLF001 -- nor has it a field for the page number
        run.font.size = Pt(12)
        self._run(paragraph, " —", size=12)

    def _run(
        self,
        paragraph: Any,
        text: str,
        *,
        font: str = _BODY,
        size: float = 15,
        bold: bool = False,
        colour: RGBColor | None = None,
    ) -> None:
        """Write a text, its blanks marked."""
        for piece in filter(None, _BLANK.split(text)):
            run = paragraph.add_run(piece)
            run.font.name, run.font.size, run.font.bold = _LATIN, Pt(size), bold
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
            if colour is not None:
                run.font.color.rgb = colour
            if _BLANK.fullmatch(piece):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _paragraph(self, *, spacing: float = 28, indent: bool = False, before: float = 0) -> Any:
        paragraph = self.document.add_paragraph()
        layout = paragraph.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
        if indent:
            layout.first_line_indent = Pt(30)
        return paragraph

    def letterhead(self, agency: str, number: str) -> None:
        """Write the issuing authority, the document's number and the red line below them."""
        paragraph = self._paragraph(spacing=40)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, agency, font=_TITLE, size=22, bold=True, colour=_RED)
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, number, size=14)
        border = OxmlElement("w:pBdr")
        line = OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", "C00000")):
            line.set(qn(f"w:{key}"), value)
        border.append(line)
        paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 -- borders have no door

    def title(self, text: str) -> None:
        """Write the title."""
        paragraph = self._paragraph(spacing=34, before=18)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, text, font=_TITLE, size=21, bold=True)

    def addressee(self, text: str) -> None:
        """Write to whom the document goes."""
        self._run(self._paragraph(before=12), f"{text}：")

    def heading(self, text: str) -> None:
        """Write the heading of a part."""
        paragraph = self._paragraph(indent=True, before=4)
        paragraph.paragraph_format.keep_with_next = True
        self._run(paragraph, text, font=_BLACK)

    def text(self, text: str) -> None:
        """Write a paragraph."""
        paragraph = self._paragraph(indent=True)
        self._run(paragraph, text)

    def warning(self, text: str) -> None:
        """Write what must be known before the document may be issued."""
        self._run(self._paragraph(indent=True), f"〔起草提示：{text}〕", font=_KAI, colour=_RED)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Write a table of two columns: names and values."""
        table = self.document.add_table(rows=0, cols=2)
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        widths = (Mm(48), Mm(108))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for name, value in rows:
            cells = table.add_row().cells
            for cell, text, width in zip(cells, (name, value), widths, strict=True):
                cell.width = width
                layout = cell.paragraphs[0].paragraph_format
                layout.space_after, layout.space_before = Pt(2), Pt(2)
                self._run(cell.paragraphs[0], text, size=12)
        self._paragraph(spacing=8)

    def signature(self, agency: str, on: str) -> None:
        """Write authority and date at the foot."""
        for place, text in enumerate((agency, on)):
            paragraph = self._paragraph(before=24 if place == 0 else 0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            # The date never stands alone on a page.
            paragraph.paragraph_format.keep_with_next = place == 0
            self._run(paragraph, text)

    def remarks(self, title: str, lines: Sequence[str]) -> None:
        """Write a page of remarks of the drafting, to be taken out before the document is issued."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.page_break_before = True
        self._run(paragraph, title, font=_BLACK, size=14)
        for line in lines:
            self._run(self._paragraph(spacing=20, before=3), line, size=11, colour=_GREY)


def docx_bytes(content: Content, title: str) -> bytes:
    """Return the document's bytes: every date in it is the review date.

    Parameters
    ----------
    content : Content
        The document.
    title : str
        For its properties.
    """
    as_of = content.as_of
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    properties = content.document.core_properties
    properties.title, properties.author, properties.comments = title, "zongdi", MARK
    properties.last_modified_by, properties.revision, properties.keywords = "zongdi", 1, ""
    properties.created = properties.modified = stamp
    written = io.BytesIO()
    content.document.save(written)
    packed = io.BytesIO()
    zip_day = (max(as_of.year, _EARLIEST), as_of.month, as_of.day, 0, 0, 0)
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        # The content types come first, as readers of the format expect.
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, zip_day)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            out.writestr(entry, source.read(name))
    return packed.getvalue()
