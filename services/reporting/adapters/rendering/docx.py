"""An official document as DOCX: python-docx over a plain base, with the measures, styles and faces of GB/T 9704.

Faces are named as readers' machines have them (仿宋_GB2312 and so on) and not embedded. Charts are set as their
tables. The file is the same for the same document: no times, and the parts in one order.
"""

import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from services.reporting.adapters.rendering.docx_parts import (
    border_of,
    characters,
    floating,
    grid,
    page_number,
)
from services.reporting.adapters.rendering.layout import head_size
from services.reporting.adapters.rendering.texts import clean
from services.reporting.domain.official_document import (
    Chart,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    chinese_date,
    ordinals,
)

FANGSONG, KAITI, HEITI, TITLE, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
RED, BLACK = RGBColor(0xE0, 0, 0), RGBColor(0, 0, 0)
SIZE, LINE = 16, 28.95
"""三号, and the pitch of 22 lines, in points."""
_FACES = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_DAY = "　　年　月　日"


class DocxSetter:
    """Sets documents as DOCX."""

    def render(self, document: OfficialDocument) -> bytes:
        """The whole file."""
        page = _Page(document)
        page.head(document)
        page.body(document)
        page.foot(document)
        out = io.BytesIO()
        page.file.save(out)
        return _repacked(out.getvalue())


class _Page:
    def __init__(self, document: OfficialDocument) -> None:
        self.file: Any = Document()
        self._properties(document)
        self._measures()
        self._styles()

    def head(self, document: OfficialDocument) -> None:
        """版头: the red head, the number, the red line; then title and addressees."""
        red = self._line(document.head, TITLE, head_size(document.head), bold=True, centred=True, color=RED)
        red.paragraph_format.space_before = Mm(31)
        red.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        number = self._line(document.number or "（草稿，未编号）", centred=True)
        number.paragraph_format.space_before = Pt(2 * LINE)
        border_of(number, "E00000", 12)
        title = self.file.add_paragraph(style="Title")
        self._write(title, document.title, TITLE, 22, bold=True)
        title.paragraph_format.space_before = Pt(2 * LINE)
        title.paragraph_format.space_after = Pt(LINE)
        if document.remark:
            self._line(document.remark, KAITI, centred=True).paragraph_format.space_after = Pt(LINE)
        if document.addressees:
            self._line("、".join(document.addressees) + "：")

    def body(self, document: OfficialDocument) -> None:
        """正文, block by block."""
        for block, ordinal in zip(document.body, ordinals(document.body), strict=True):
            if isinstance(block, Heading):
                heading = self.file.add_paragraph(style=f"Heading {block.level}")
                self._write(heading, ordinal + clean(block.text), _FACES[block.level])
            elif isinstance(block, Paragraph):
                self._line(block.text).paragraph_format.first_line_indent = Pt(2 * SIZE)
            else:
                self._table(block.as_table() if isinstance(block, Chart) else block)

    def foot(self, document: OfficialDocument) -> None:
        """附件说明, 署名, 成文日期, 版记."""
        for place, name in enumerate(document.attachments):
            before = "附件：" if place == 0 else "　　　"
            which = f"{place + 1}．" if len(document.attachments) > 1 else ""
            line = self._line(before + which + clean(name))
            line.paragraph_format.left_indent = Pt(2 * SIZE)
            line.paragraph_format.space_before = Pt(LINE if place == 0 else 0)
        day = _day(document.signed_on)
        # 署名 stands in the middle above the day, which is four characters in.
        middle = max(0.0, (_width(day) - _width(document.signed_by)) / 2)
        for place, (text, inset) in enumerate(((document.signed_by, 4 + middle), (day, 4))):
            line = self._line(text)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = Pt(inset * SIZE)
            line.paragraph_format.space_before = Pt(2 * LINE if place == 0 else 0)
            line.paragraph_format.keep_with_next = place == 0
        self._imprint(document)

    def _imprint(self, document: OfficialDocument) -> None:
        rows = [["抄送：" + "，".join(document.copy_to) + "。"]] if document.copy_to else []
        rows.append([document.printed_by, f"{_day(document.printed_on)}印发"])
        table = self.file.add_table(rows=len(rows), cols=2)
        floating(table)
        for row, cells in zip(table.rows, rows, strict=True):
            if len(cells) == 1:
                row.cells[0].merge(row.cells[1])
            for cell, text in zip(row.cells, cells, strict=False):
                self._write(cell.paragraphs[0], text, FANGSONG, 14)
                cell.paragraphs[0].paragraph_format.line_spacing = Pt(22)
                cell.paragraphs[0].paragraph_format.keep_with_next = True
            if len(cells) == 2:
                row.cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        # A body ends with a paragraph, and what floats hangs on it: without one it is not shown everywhere.
        self.file.add_paragraph().paragraph_format.line_spacing = Pt(1)

    def _table(self, block: Table) -> None:
        caption = self._line(block.caption, HEITI, 14, centred=True)
        caption.paragraph_format.keep_with_next = True
        table = self.file.add_table(rows=1 + len(block.rows), cols=len(block.header))
        table.style = "Table Grid"
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row, texts in zip(table.rows, (block.header, *block.rows), strict=True):
            is_header = texts is block.header
            for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                line = cell.paragraphs[0]
                self._write(line, text, HEITI if is_header else FANGSONG, 12)
                line.paragraph_format.line_spacing = Pt(18)
                if is_header:
                    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif place in block.numbers:
                    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _line(
        self,
        text: str,
        face: str = FANGSONG,
        size: float = SIZE,
        *,
        bold: bool = False,
        centred: bool = False,
        color: RGBColor = BLACK,
    ) -> Any:
        line = self.file.add_paragraph()
        self._write(line, text, face, size, bold=bold, color=color)
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return line

    def _write(
        self,
        line: Any,
        text: str,
        face: str,
        size: float = SIZE,
        *,
        bold: bool = False,
        color: RGBColor = BLACK,
    ) -> None:
        run = line.add_run(clean(text) if text != _NO_DAY else text)
        _face(run.font, run._element.get_or_add_rPr(), face, size)
        run.font.bold = bold
        run.font.color.rgb = color

    def _measures(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        grid(section)
        self.file.settings.odd_and_even_pages_header_footer = True
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            line = footer.paragraphs[0]
            line.alignment = side
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
            for run in page_number(line):
                _face(run.font, run._element.get_or_add_rPr(), SONGTI, 14)

    def _styles(self) -> None:
        levels = {f"Heading {level}": face for level, face in _FACES.items()}
        for name, face in {"Normal": FANGSONG, "Title": TITLE, **levels}.items():
            style = self.file.styles[name]
            assert style.type is WD_STYLE_TYPE.PARAGRAPH
            _face(style.font, style.element.get_or_add_rPr(), face, 22 if name == "Title" else SIZE)
            style.font.bold = style.font.italic = False
            style.font.color.rgb = BLACK
            layout = style.paragraph_format
            layout.space_before = layout.space_after = Pt(0)
            layout.line_spacing = Pt(34 if name == "Title" else LINE)
            layout.widow_control = False
            layout.keep_with_next = name in ("Heading 1", "Heading 2")
            layout.first_line_indent = Pt(2 * SIZE if name in levels else 0)
            if name == "Normal":
                characters(style.element)
            if name == "Title":
                layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
                for border in style.element.pPr.findall(qn("w:pBdr")):
                    style.element.pPr.remove(border)

    def _properties(self, document: OfficialDocument) -> None:
        day = document.signed_on
        moment = datetime.combine(day, time(), UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)
        core = self.file.core_properties
        core.title, core.author, core.last_modified_by = (
            clean(document.title)[:255],
            clean(document.signed_by)[:255],
            "",
        )
        core.created = core.modified = moment.replace(tzinfo=None)
        core.revision, core.comments = 1, ""


def _face(font: Any, properties: Any, face: str, size: float) -> None:
    """One face for every kind of character: without `w:eastAsia` Chinese is set in another."""
    font.name, font.size = face, Pt(size)
    fonts = properties.get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{attribute}"), face)


def _width(text: str) -> float:
    """In characters: figures are half as wide."""
    return sum(0.5 if one.isascii() else 1 for one in text)


def _day(day: Any) -> str:
    return chinese_date(day) if day else _NO_DAY


def _repacked(content: bytes) -> bytes:
    """The same parts without the time at which they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()
