"""A PDF measured: the page, 22 lines of 28 characters, the faces, and texts that would like to be something else."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pdfplumber
import pytest

from deploy.local.settings import ROOT
from services.reporting.adapters.rendering.process import ChildRenderer
from services.reporting.domain.official_document import PDF, OfficialDocument
from tests.unit.reporting.official_documents import HOSTILE, NUMBER, document, of_text

MM = 72 / 25.4
Pages = list[Any]


@pytest.fixture(scope="module")
def renderer() -> Iterator[ChildRenderer]:
    made = ChildRenderer(ROOT / ".cache/fonts", 60)
    yield made
    made.close()


def _pages(renderer: ChildRenderer, made: OfficialDocument) -> Pages:
    return list(pdfplumber.open(io.BytesIO(renderer.render(made, PDF))).pages)


@pytest.fixture(scope="module")
def whole(renderer: ChildRenderer) -> Pages:
    return _pages(renderer, document())


@pytest.fixture(scope="module")
def full(renderer: ChildRenderer) -> Pages:
    """Pages of nothing but text, and a rare character in each second line."""
    return _pages(renderer, of_text("督" * 1000 + ("督" * 40 + "𠮷䶮犇") * 40))


def _text(pages: Pages) -> str:
    return "".join(char["text"] for page in pages for char in _body(page))


def _body(page: Any) -> list[Any]:
    """What stands within the text area: not the page's number."""
    return [char for char in page.chars if char["top"] < (297 - 35) * MM]


def _lines(page: Any) -> Counter[int]:
    """By the place of a line, how many characters it has."""
    return Counter(round((char["matrix"][5]) * 2) for char in _body(page))


def _ink(page: Any, wanted: Callable[[int, int], bool]) -> list[float]:
    """The points down the page at which there is ink of that red and green."""
    image = page.to_image(resolution=150).original.convert("RGB")
    rows = range(image.height)
    return [
        row * 72 / 150
        for row in rows
        if any(wanted(*image.getpixel((x, row))[:2]) for x in range(0, image.width, 4))
    ]


def test_the_page_is_a4_with_the_margins_of_the_standard(full: Pages) -> None:
    page = full[1]
    assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
    body = _body(page)
    assert min(char["x0"] for char in body) == pytest.approx(28 * MM, abs=1)
    assert max(char["x1"] for char in body) == pytest.approx((210 - 26) * MM, abs=3)
    assert min(char["top"] for char in body) >= 37 * MM
    assert max(char["bottom"] for char in body) <= (297 - 35) * MM + 1


def test_a_full_page_has_22_lines_of_28_characters_rare_ones_too(full: Pages) -> None:
    assert len(full) > 4
    for page in full[1:-2]:
        lines = _lines(page)
        assert len(lines) == 22
        assert set(lines.values()) == {28}


def test_each_level_has_its_face_and_every_face_is_in_the_file(whole: Pages) -> None:
    def faces(text: str) -> set[str]:
        found: set[str] = set()
        for page in whole:
            said = "".join(char["text"] for char in page.chars)
            start = said.find(text)
            if start >= 0:
                found |= {char["fontname"] for char in page.chars[start : start + len(text)]}
        return {name.split("+")[-1].split("-")[0] for name in found}

    assert faces("问题清单") == {"FandolHei"}
    assert faces("出入管控") == {"FandolKai"}
    assert faces("北门无人值守") == {"FandolFang"}
    assert faces("关于疫情防控督导检查发现问题的通报") == {"FandolSong"}
    # A subset is embedded where the name has its mark.
    assert all("+" in char["fontname"] for page in whole for char in page.chars)


def test_rare_characters_are_set_in_a_face_that_draws_them(full: Pages) -> None:
    found = {char["text"]: char["fontname"].split("+")[-1] for page in full for char in page.chars}
    assert found["犇"].startswith("AR-PL-UKai")
    # UKai knows the second one by name and draws nothing.
    assert {found[text].split("-")[0] for text in "𠮷䶮"} == {"Noto"}


def test_head_and_rule_are_red_and_the_number_stands_between(whole: Pages) -> None:
    first = whole[0]
    head = next(char for char in first.chars if char["text"] == "示")
    red = tuple(round(part, 2) for part in head["non_stroking_color"])
    assert red == (0.88, 0, 0)
    assert head["size"] > 40
    # 35 mm below the upper edge of the text, as far as the ink of the face goes.
    ink = _ink(first, lambda red, green: red > 180 and green < 90)
    assert ink[0] / MM == pytest.approx(37 + 35, abs=0.7)
    assert NUMBER in "".join(char["text"] for char in first.chars)


def test_pages_are_numbered_on_the_outer_side(whole: Pages) -> None:
    assert len(whole) > 1
    for number, page in enumerate(whole, 1):
        below = [char for char in page.chars if char["top"] > (297 - 35) * MM]
        assert "".join(char["text"] for char in below).replace(" ", "") == f"—{number}—"
        assert (below[0]["x0"] > page.width / 2) is (number % 2 == 1)
        dash = below[0]
        assert ((dash["top"] + dash["bottom"]) / 2) / MM == pytest.approx(297 - 35 + 7, abs=0.7)


def test_the_imprint_is_at_the_foot_of_the_last_page_and_charts_are_drawn(whole: Pages) -> None:
    said = _text(whole)
    assert "抄送：县委办公室，县政府办公室。" in said
    assert said.replace(" ", "").endswith("2026年3月2日印发")
    last = max(char["bottom"] for char in _body(whole[-1]))
    assert last > (297 - 35) * MM - 30
    for text in ("附件：1．问题明细表", "凤栖镇", "第2周", "整改进度"):
        assert text in said.replace(" ", "")
    colors = {str(rect["non_stroking_color"]) for page in whole for rect in page.rects}
    assert len(colors) > 2


def test_a_draft_has_no_number(renderer: ChildRenderer) -> None:
    said = _text(
        _pages(renderer, document(number=None, signed_on=None, printed_on=None, remark="（草稿，数据）"))
    )
    assert NUMBER not in said
    assert "（草稿，未编号）" in said
    assert "（草稿，数据）" in said


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_are_whole_and_harmless(renderer: ChildRenderer, text: str) -> None:
    made = document(body=of_text(text).body, attachments=(), title=text[:60], copy_to=(text[:100],))
    content = renderer.render(made, PDF)
    with pdfplumber.open(io.BytesIO(content)) as opened:
        said = _text(opened.pages).replace(" ", "").replace("\u00a0", "")
        assert text.replace(" ", "") in said
        assert not any(page.hyperlinks or page.annots for page in opened.pages)
        for page in opened.pages[1:-2]:
            assert max(char["x1"] for char in _body(page)) <= (210 - 26) * MM + 3
    for sign in (b"/JavaScript", b"/URI", b"/Launch", b"/EmbeddedFile"):
        assert sign not in content


def test_the_same_document_is_the_same_file_in_another_child_too(renderer: ChildRenderer) -> None:
    first = renderer.render(document(), PDF)
    assert renderer.render(document(), PDF) == first
    other = ChildRenderer(ROOT / ".cache/fonts", 60)
    try:
        assert other.render(document(), PDF) == first
    finally:
        other.close()
