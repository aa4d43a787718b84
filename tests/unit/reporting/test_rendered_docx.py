"""A DOCX measured: the page, the grid, the faces, and texts that would like to be something else."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from services.reporting.adapters.rendering.docx import DocxSetter
from services.reporting.domain.official_document import OfficialDocument
from tests.unit.reporting.official_documents import HOSTILE, NUMBER, document, of_text


def _opened(made: OfficialDocument) -> Any:
    return Document(io.BytesIO(DocxSetter().render(made)))


def _line(file: Any, text: str) -> Any:
    return next(line for line in file.paragraphs if text in line.text)


def _runs(file: Any) -> Iterator[Any]:
    yield from file.element.body.iter(qn("w:r"))
    for part in (file.sections[0].footer, file.sections[0].even_page_footer):
        yield from part._element.iter(qn("w:r"))


def test_the_page_is_that_of_the_standard() -> None:
    section = _opened(document()).sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    for measured, wanted in zip(measures, (210, 297, 37, 28), strict=True):
        assert abs(measured - Mm(wanted)) < Mm(0.1)
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (156, 225)


def test_the_grid_holds_22_lines_of_28_characters() -> None:
    file = _opened(document())
    grid = file.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert int(225 / 25.4 * 1440 / int(grid.get(qn("w:linePitch")))) == 22
    closer = file.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
    size = file.styles["Normal"].font.size.pt + int(closer.get(qn("w:val"))) / 20
    assert int(156 / 25.4 * 72 / size) == 28
    assert file.styles["Normal"].paragraph_format.line_spacing == Pt(28.95)


def test_other_programs_set_the_same_lines() -> None:
    """What LibreOffice was seen to do otherwise: space beside figures, lines kept together, a table without anchor."""
    file = _opened(document())
    layout = file.styles["Normal"].element.find(qn("w:pPr"))
    for name in ("autoSpaceDE", "autoSpaceDN", "widowControl"):
        assert layout.find(qn(f"w:{name}")).get(qn("w:val")) == "0", name
    assert [one.tag for one in file.element.body][-2:] == [qn("w:p"), qn("w:sectPr")]


def test_every_run_names_its_face_for_chinese_too() -> None:
    for run in _runs(_opened(document())):
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi"))


def test_levels_are_real_headings_in_their_faces_with_ordinals() -> None:
    file = _opened(document())
    said = {
        line.text: (line.style.name, line.runs[0].font.name)
        for line in file.paragraphs
        if line.style.name.startswith("Heading")
    }
    assert said["一、问题清单"] == ("Heading 1", "黑体")
    assert said["（二）台账资料"] == ("Heading 2", "楷体_GB2312")
    assert said["2.施营路口：部分路口没有封闭。"] == ("Heading 3", "仿宋_GB2312")
    assert said["（1）其中两处已于当日封闭。"] == ("Heading 4", "仿宋_GB2312")
    title = _line(file, "关于疫情防控")
    assert (title.style.name, title.runs[0].font.size) == ("Title", Pt(22))


def test_head_number_addressees_signature_and_imprint_are_there() -> None:
    file = _opened(document())
    head, number = _line(file, "示范县督查室文件"), _line(file, NUMBER)
    assert str(head.runs[0].font.color.rgb) == "E00000"
    assert number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == "E00000"
    texts = [line.text for line in file.paragraphs]
    assert "各乡镇人民政府、县直有关单位：" in texts
    assert "附件：1．问题明细表" in texts
    assert texts[-3:-1] == ["示范县督查室", "2026年3月2日"]
    imprint = file.tables[-1]
    assert imprint._tbl.tblPr.find(qn("w:tblpPr")).get(qn("w:tblpYSpec")) == "bottom"
    assert imprint.cell(0, 0).text == "抄送：县委办公室，县政府办公室。"
    assert imprint.cell(1, 1).text == "2026年3月2日印发"


def test_pages_are_numbered_on_the_outer_side() -> None:
    section = _opened(document()).sections[0]
    for footer in (section.footer, section.even_page_footer):
        assert footer.paragraphs[0].text == "—  —"
        assert footer._element.find(f".//{qn('w:instrText')}").text == "PAGE"
    assert section.footer.paragraphs[0].alignment != section.even_page_footer.paragraphs[0].alignment


def test_tables_and_the_figures_of_charts_are_tables() -> None:
    tables = [[cell.text for cell in table.rows[1].cells] for table in _opened(document()).tables[:3]]
    assert tables == [["待签收", "3", "5"], ["凤栖镇", "12", "3"], ["第1周", "12.5"]]


def test_a_draft_has_no_number_and_no_day() -> None:
    texts = [
        line.text
        for line in _opened(document(number=None, signed_on=None, remark="（草稿，数据截至今日）")).paragraphs
    ]
    assert "（草稿，未编号）" in texts
    assert "（草稿，数据截至今日）" in texts
    assert texts[-2].replace("　", "") == "年月日"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_are_whole_and_harmless(text: str) -> None:
    made = document(
        body=of_text(text).body, title=text[:200], copy_to=(text,), addressees=(text,), attachments=(text,)
    )
    content = DocxSetter().render(made)
    file = Document(io.BytesIO(content))
    assert text in [line.text for line in file.paragraphs]
    assert file.tables[-1].cell(0, 0).text == f"抄送：{text}。"
    harmless = DocxSetter().render(
        document(body=of_text("无害").body, title="x", copy_to=("x",), addressees=("x",), attachments=("x",))
    )
    assert _elements(content) == _elements(harmless)


def _elements(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [str(one.tag) for one in etree.fromstring(file.read("word/document.xml")).iter()]


def test_what_no_file_can_hold_is_left_out() -> None:
    file = _opened(of_text("a\x00b\x1b\ufffec\ud800d\u202ee\nf"))
    assert "abcde f" in [line.text for line in file.paragraphs]


def test_the_same_document_is_the_same_file() -> None:
    assert DocxSetter().render(document()) == DocxSetter().render(document())
    assert DocxSetter().render(document()) != DocxSetter().render(document(title="另一个"))
