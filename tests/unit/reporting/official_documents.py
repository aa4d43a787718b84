"""Builders of official documents for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.reporting.domain.official_document import (
    BARS,
    LINES,
    Chart,
    Heading,
    OfficialDocument,
    Paragraph,
    Series,
    Table,
)

NUMBER = "示督通〔2026〕12号"
HOSTILE = (
    '=HYPERLINK("http://evil.example","点我")',
    "<script>alert(1)</script>",
    "&amp;&lt;{{ 7*7 }}{% raw %}",
    "𠮷某某与珺昇喆燚赟劼犇堃曈翀㛃䶮玥",
    "长" * 2000,
    "x" * 2000,
)
AREAS = Chart(
    caption="各乡镇整改情况",
    shape=BARS,
    labels=("凤栖镇", "施营镇", "东街街道"),
    series=(Series("已销号", (12, 7, None)), Series("未销号", (3, 5, 2))),
    unit="条",
)
COURSE = Chart(
    caption="整改进度", shape=LINES, labels=("第1周", "第2周", "第3周"), series=(Series("销号率", (12.5, 40, 77)),),
    unit="%",
)  # fmt: skip
FIGURES = Table(
    caption="问题统计", header=("处理状态", "条", "个"), rows=(("待签收", "3", "5"), ("已销号", "19", "36")),
    numbers=(1, 2),
)  # fmt: skip


def document(**changes: Any) -> OfficialDocument:
    """A numbered bulletin with every kind of block, unless said otherwise."""
    whole = OfficialDocument(
        head="示范县督查室文件",
        number=NUMBER,
        title="关于疫情防控督导检查发现问题的通报",
        addressees=("各乡镇人民政府", "县直有关单位"),
        body=(
            Paragraph(
                "2026年2月1日至2月28日，各督导组对示范县开展督导检查，发现问题22条、41个。现通报如下："
            ),
            Heading(1, "问题清单"),
            Heading(2, "出入管控"),
            Heading(3, "凤栖小区：北门无人值守（李某某当班）。"),
            Heading(3, "施营路口：部分路口没有封闭。"),
            Heading(4, "其中两处已于当日封闭。"),
            Heading(2, "台账资料"),
            Heading(3, "东街村：记录缺失。"),
            Heading(1, "统计"),
            FIGURES,
            AREAS,
            COURSE,
            Paragraph("请各责任单位对照问题逐条核实，按期报送整改情况。"),
        ),
        attachments=("问题明细表", "整改情况报送表"),
        signed_by="示范县督查室",
        signed_on=date(2026, 3, 2),
        copy_to=("县委办公室", "县政府办公室"),
        printed_by="示范县督查室",
        printed_on=date(2026, 3, 2),
    )
    return replace(whole, **changes)


def of_text(*texts: str) -> OfficialDocument:
    """One paragraph each, and nothing else that moves lines."""
    return document(body=tuple(map(Paragraph, texts)), attachments=(), copy_to=())
