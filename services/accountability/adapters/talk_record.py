"""The record of a talk as DOCX: a form of two columns, every run with its face for Chinese, nothing embedded."""

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from services.accountability.adapters.county_talks import RecordForm
from services.accountability.application.talk_sheet import TalkSheet

TITLE_SIZE, SIZE = 22, 14
_WIDTHS = (Mm(32), Mm(124))
# Characters that XML does not have: they come from pasted texts and would make the file unreadable.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class DocxTalkRecord:
    """Sets records in the county's words and faces."""

    def __init__(self, form: RecordForm) -> None:
        self._form = form

    def render(self, sheet: TalkSheet) -> bytes:
        """The whole file."""
        file: Any = Document()
        self._prepare(file)
        title = self._form.titles.get(sheet.kind, self._form.titles["other"])
        self._write(file.add_paragraph(), title, "title", TITLE_SIZE, centred=True)
        table = file.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        table.autofit = False
        for name, text in self._rows(sheet):
            cells = table.add_row().cells
            for cell, width in zip(cells, _WIDTHS, strict=True):
                cell.width = width
            self._write(cells[0].paragraphs[0], self._form.labels[name], "label", SIZE, centred=True)
            lines = text.splitlines() or [""]
            self._write(cells[1].paragraphs[0], lines[0], "body", SIZE)
            for line in lines[1:]:
                self._write(cells[1].add_paragraph(), line, "body", SIZE)
        for text in self._signatures(sheet):
            line = file.add_paragraph()
            line.paragraph_format.space_before = Pt(SIZE)
            self._write(line, text, "body", SIZE)
        file.core_properties.title, file.core_properties.author = title, ""
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()

    def _rows(self, sheet: TalkSheet) -> Iterator[tuple[str, str]]:
        form = self._form
        yield "person", sheet.person
        yield "position", sheet.position
        yield "held_at", sheet.held_at
        yield "place", sheet.place
        yield "talkers", sheet.talkers
        yield "recorder", sheet.recorder
        yield "decided_by", sheet.decided_by
        yield "decision", f"{sheet.decision_no or form.unnumbered} {sheet.decided_on}"
        yield "reason", sheet.reason
        yield "points", sheet.points
        yield "statement", sheet.statement
        if sheet.follow_up_on is not None:
            yield "follow_up", form.follow_up_text.format(day=sheet.follow_up_on)
        if sheet.follow_ups:
            yield "follow_ups", "\n".join(sheet.follow_ups)

    def _signatures(self, sheet: TalkSheet) -> Iterator[str]:
        form = self._form
        if sheet.refusal is None:
            yield form.signature
            yield form.signature_line
        else:
            yield form.refusal.replace("{reason}", sheet.refusal)
        yield form.others_line
        yield form.remark

    def _write(self, line: Any, text: str, face: str, size: int, *, centred: bool = False) -> None:
        run = line.add_run(_NOT_XML.sub("", text))
        _set_face(run.font, run._element.get_or_add_rPr(), self._form.faces[face], size)
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _prepare(self, file: Any) -> None:
        section = file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        style = file.styles["Normal"]
        _set_face(style.font, style.element.get_or_add_rPr(), self._form.faces["body"], SIZE)


def _set_face(font: Any, properties: Any, face: str, size: int) -> None:
    """One face for every kind of character: without `w:eastAsia` Chinese is set in another."""
    font.name, font.size = face, Pt(size)
    fonts = properties.get_or_add_rFonts()
    for attribute in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{attribute}"), face)
