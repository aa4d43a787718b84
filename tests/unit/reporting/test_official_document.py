"""Numbering, and a bulletin as the document that is printed."""

from datetime import date

import pytest

from services.reporting.domain.errors import ForbiddenError, RenderingError
from services.reporting.domain.official_document import (
    BARS,
    Chart,
    Heading,
    Paragraph,
    Series,
    Table,
    chinese_date,
    chinese_number,
    ordinals,
)
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import TITLE, demo_bulletin
from tests.unit.reporting.official_documents import AREAS
from tests.unit.reporting.world import COUNTY


def test_headings_are_numbered_by_level_and_begin_anew_below_a_higher_one() -> None:
    levels = (1, 2, 3, 4, 4, 2, 3, 1, 3)
    body = [Heading(level, "x") for level in levels]
    expected = ["一、", "（一）", "1.", "（1）", "（2）", "（二）", "1.", "二、", "1."]
    assert ordinals(body) == expected
    assert ordinals([body[0], Paragraph("x"), body[0]]) == ["一、", "", "二、"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"),
     (110, "一百一十"), (999, "九百九十九"), (1000, "1000")],
)  # fmt: skip
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese_number(number) == said


def test_days_have_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 3, 2)) == "2026年3月2日"


def test_a_chart_tells_its_figures_as_a_table() -> None:
    table = AREAS.as_table()
    assert table.header == ("", "已销号", "未销号")
    assert table.rows == (("凤栖镇", "12", "3"), ("施营镇", "7", "5"), ("东街街道", "—", "2"))
    assert table.numbers == (1, 2)


def test_blocks_that_cannot_be_set_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        Heading(5, "x")
    with pytest.raises(ValueError, match="as many cells"):
        Table(caption="", header=("a",), rows=(("1", "2"),))
    with pytest.raises(ValueError, match="bars or lines"):
        Chart(caption="", shape="pie", labels=(), series=(), unit="")
    with pytest.raises(ValueError, match="for each label"):
        Chart(caption="", shape=BARS, labels=("a",), series=(Series("x", ()),), unit="")


def test_a_draft_is_printed_with_all_its_problems_and_says_that_it_is_one() -> None:
    world, bulletin = demo_bulletin()
    by = Claims("office-1", "office", COUNTY)
    world.edit(bulletin, addressees=["各乡镇"], copy_to=["县委办"], closing="按期报送。")
    assert world.bulletins.file(bulletin, "pdf", by) == b"pdf"
    (document,) = world.renderer.documents
    assert (document.number, document.title, document.head) == (None, TITLE, "示范县督查室文件")
    assert document.remark is not None
    assert document.remark.startswith("（草稿，数据截至2026-03-02 09:30")
    assert (document.addressees, document.copy_to) == (("各乡镇",), ("县委办",))
    assert document.body[-1] == Paragraph("按期报送。")
    items = [block.text for block in document.body if isinstance(block, Heading) and block.level == 3]
    shown = world.store.whole(bulletin)
    assert shown is not None
    assert len(items) == len(shown.shown)
    for item in shown.shown:
        assert any(item.description in text and item.number in text for text in items)
    charts = [block for block in document.body if isinstance(block, Chart)]
    assert sum(value or 0 for value in charts[0].series[0].values) == shown.values["total.problems"]


def test_files_are_for_those_who_may_read_the_bulletin() -> None:
    world, bulletin = demo_bulletin()
    with pytest.raises(ForbiddenError):
        world.bulletins.file(bulletin, "pdf", Claims("u", "unit", COUNTY))
    world.renderer.fails = True
    with pytest.raises(RenderingError, match="ask again"):
        world.bulletins.file(bulletin, "pdf", Claims("office-1", "office", COUNTY))
