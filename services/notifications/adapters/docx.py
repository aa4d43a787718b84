"""A printed notice as DOCX by python-docx. Faces are named as readers' machines have them, also for Chinese text."""

import io
import re
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from services.notifications.application.printing import NOTE, RECEIPT, PrintedNotice

FANGSONG, HEITI, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_SIZE, _LINE = 16, 28.95
_MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
_WORD_COLUMN, _TEXT_COLUMN = 42, 114
"""Millimetres; together the width between the margins of A4."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class DocxNoticePrinter:
    """Sets the notice on one sheet and its receipt on the next."""

    def render(self, printed: PrintedNotice) -> bytes:
        """The whole file."""
        file: Any = Document()
        section = file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for name, millimetres in _MARGINS.items():
            setattr(section, name, Mm(millimetres))
        file.core_properties.title, file.core_properties.author = _clean(printed.subject), ""
        _heading(file, printed.heading)
        _line(file, printed.subject, HEITI).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for paragraph in printed.paragraphs:
            _line(file, paragraph).paragraph_format.first_line_indent = Pt(2 * _SIZE)
        if not any(NOTE in one for one in printed.paragraphs):
            _line(file, NOTE).paragraph_format.first_line_indent = Pt(2 * _SIZE)
        file.add_page_break()
        _heading(file, RECEIPT)
        _table(file, printed)
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


def _heading(file: Any, text: str) -> None:
    line = _line(file, text, TITLE, 22)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(_LINE)


def _table(file: Any, printed: PrintedNotice) -> None:
    table = file.add_table(rows=len(printed.receipt), cols=2)
    table.style, table.autofit = "Table Grid", False
    for row, (word, text) in zip(table.rows, printed.receipt, strict=True):
        row.height = Mm(14)
        row.cells[0].width, row.cells[1].width = Mm(_WORD_COLUMN), Mm(_TEXT_COLUMN)
        _write(row.cells[0].paragraphs[0], word, HEITI, 14)
        _write(row.cells[1].paragraphs[0], text, FANGSONG, 14)


def _line(file: Any, text: str, face: str = FANGSONG, size: int = _SIZE) -> Any:
    line = file.add_paragraph()
    line.paragraph_format.line_spacing = Pt(_LINE)
    line.paragraph_format.space_after = Pt(0)
    _write(line, text, face, size)
    return line


def _write(line: Any, text: str, face: str, size: int) -> None:
    run = line.add_run(_clean(text))
    run.font.name, run.font.size = face, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return _NOT_XML.sub("", text)
