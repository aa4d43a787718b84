"""A bulletin as the official document that is printed."""

from collections.abc import Mapping
from typing import Any

from services.reporting.application.bulletin_sections import paragraphs
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.ports import Renderer
from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.calendar import day_of
from services.reporting.domain.letterhead import Letterhead
from services.reporting.domain.official_document import (
    DOCX,
    PDF,
    Block,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
)
from services.reporting.domain.series import Series, issuer_of

_COUNTED = (("findings", "条"), ("problems", "个"))
HTML, MARKDOWN = "html", "md"
FORMATS = (HTML, MARKDOWN, DOCX, PDF)


class BulletinFiles:
    """Makes files of bulletins: docx and pdf, under the name of the body that issues them."""

    def __init__(
        self,
        texts: BulletinTexts,
        renderer: Renderer,
        letterheads: Mapping[str, Letterhead],
        series: tuple[Series, ...],
    ) -> None:
        self._texts = texts
        self._renderer = renderer
        self._letterheads = letterheads
        self._series = series

    def all(self, bulletin: Bulletin) -> dict[str, bytes]:
        """In every format.

        Raises:
            RenderingError: when one cannot be made now.
        """
        written = {name: self._texts.render(bulletin, name).encode() for name in (HTML, MARKDOWN)}
        return written | {name: self.render(bulletin, name) for name in (DOCX, PDF)}

    def render(self, bulletin: Bulletin, file_format: str) -> bytes:
        """The file.

        Raises:
            RenderingError: when it cannot be made now.
        """
        return self._renderer.render(self.document(bulletin), file_format)

    def document(self, bulletin: Bulletin) -> OfficialDocument:
        """What is set in type."""
        said = self._texts.document(bulletin)
        letterhead = self._letterheads[issuer_of(self._series, bulletin.kind, bulletin.area).issuer]
        signed_on = day_of(bulletin.published_at) if bulletin.published_at else None
        return OfficialDocument(
            head=letterhead.head,
            number=bulletin.number,
            title=bulletin.title,
            addressees=bulletin.addressees,
            body=tuple(_body(said)),
            signed_by=letterhead.signed_by,
            signed_on=signed_on,
            printed_by=letterhead.printed_by,
            printed_on=signed_on,
            copy_to=bulletin.copy_to,
            remark=None if bulletin.number else _remark(said),
        )


def _body(said: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Paragraph(text) for text in said["lead"]]
    for section in said["sections"]:
        path = section["path"]
        counts = f"（{_counts(said['figures'], path)}）" if path else ""
        blocks.append(Heading(1, f"{section['name']}{counts}"))
        blocks += [Paragraph(text) for line in section["paragraphs"] for text in paragraphs(line)]
        blocks += [block for item in section["places"] for block in _item(item)]
        if section["totals"]:
            blocks.append(Paragraph("未附明细的合计数："))
            blocks += [block for item in section["totals"] for block in _item(item)]
    if said["tables"]:
        blocks += _counted(said)
    return [*blocks, *(Paragraph(text) for text in said["closing"])]


def _counted(said: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(1, "处理统计" if said["is_of_cases"] else "问题统计")]
    if not said["is_of_cases"]:
        total = _counts(said["figures"], "total")
        blocks.append(Paragraph(f"问题以条计，一条含多处的以个计；合计{total}。已撤销的问题不计入。"))
    blocks += [_table(table) for table in said["tables"]]
    return [*blocks, said["chart"]] if said["chart"] else blocks


def _counts(figures: dict[str, Any], path: str) -> str:
    return "".join(f"{figures[f'{path}.{name}']}{unit}" for name, unit in _COUNTED)


def _item(item: dict[str, Any]) -> list[Block]:
    text = " ".join(paragraphs(item["description"]))
    count = f"，共{item['count']}个" if item["count"] > 1 else ""
    said = f"{item['where']}：{text}{count}（{'，'.join(item['found'])}；{'，'.join(item['about'])}）"
    answers = (f"{one['name']}：{' '.join(paragraphs(one['text']))}" for one in item["answers"])
    return [Heading(3, said), *(Paragraph(text) for text in answers)]


def _table(table: dict[str, Any]) -> Table:
    rows = tuple((row["name"], *(cell["text"] for cell in row["cells"])) for row in table["rows"])
    numbers = tuple(range(1, len(table["columns"]) + 1))
    return Table(
        caption=f"按{table['heading']}",
        header=(table["heading"], *table["columns"]),
        rows=rows,
        numbers=numbers,
    )


def _remark(said: dict[str, Any]) -> str:
    left_out = f"，经办人剔除{said['left_out']}条" if said["left_out"] else ""
    return f"（草稿，数据截至{said['drafted_at']}{left_out}）"
