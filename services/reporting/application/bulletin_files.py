"""A bulletin as the official document that is printed."""

from typing import Any

from services.reporting.application.bulletin_texts import BulletinTexts, paragraphs
from services.reporting.application.ports import Renderer
from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.letterhead import Letterhead
from services.reporting.domain.official_document import (
    BARS,
    Block,
    Chart,
    Heading,
    OfficialDocument,
    Paragraph,
    Series,
    Table,
)

_COUNTED = (("findings", "条"), ("problems", "个"))


class BulletinFiles:
    """Makes files of bulletins: docx and pdf."""

    def __init__(self, texts: BulletinTexts, renderer: Renderer, letterhead: Letterhead) -> None:
        self._texts = texts
        self._renderer = renderer
        self._letterhead = letterhead

    def render(self, bulletin: Bulletin, file_format: str) -> bytes:
        """The file.

        Raises:
            RenderingError: when it cannot be made now.
        """
        return self._renderer.render(self.document(bulletin), file_format)

    def document(self, bulletin: Bulletin) -> OfficialDocument:
        """What is set in type."""
        said = self._texts.document(bulletin)
        return OfficialDocument(
            head=self._letterhead.head,
            number=bulletin.number,
            title=bulletin.title,
            addressees=bulletin.addressees,
            body=tuple(_body(said)),
            signed_by=self._letterhead.signed_by,
            signed_on=None,
            printed_by=self._letterhead.printed_by,
            printed_on=None,
            copy_to=bulletin.copy_to,
            remark=None if bulletin.number else _remark(said),
        )


def _body(said: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Paragraph(text) for text in said["lead"]]
    for group in said["groups"]:
        counts = _counts(said["figures"], group["path"])
        blocks.append(Heading(1, f"{group['name']}（{counts}）"))
        blocks += [Heading(3, _item(item)) for item in group["places"]]
        if group["totals"]:
            blocks.append(Paragraph("未附明细的合计数："))
            blocks += [Heading(3, _item(item)) for item in group["totals"]]
    if said["tables"]:
        blocks.append(Heading(1, "问题统计"))
        total = _counts(said["figures"], "total")
        blocks.append(Paragraph(f"问题以条计，一条含多处的以个计；合计{total}。已撤销的问题不计入。"))
        blocks += [_table(table) for table in said["tables"]]
        blocks.append(_chart(said["tables"][-1]))
    return [*blocks, *(Paragraph(text) for text in said["closing"])]


def _counts(figures: dict[str, int], path: str) -> str:
    return "".join(f"{figures[f'{path}.{name}']}{unit}" for name, unit in _COUNTED)


def _item(item: dict[str, Any]) -> str:
    text = " ".join(paragraphs(item["description"]))
    count = f"，共{item['count']}个" if item["count"] > 1 else ""
    return f"{item['where']}：{text}{count}（{'，'.join(item['found'])}；{'，'.join(item['about'])}）"


def _table(table: dict[str, Any]) -> Table:
    rows = tuple((row["name"], str(row["findings"]), str(row["problems"])) for row in table["rows"])
    return Table(
        caption=f"按{table['heading']}", header=(table["heading"], "条", "个"), rows=rows, numbers=(1, 2)
    )


def _chart(table: dict[str, Any]) -> Chart:
    rows = table["rows"]
    return Chart(
        caption=f"各{table['heading']}问题数",
        shape=BARS,
        labels=tuple(row["name"] for row in rows),
        series=(Series("问题", tuple(row["problems"] for row in rows)),),
        unit="个",
    )


def _remark(said: dict[str, Any]) -> str:
    left_out = f"，经办人剔除{said['left_out']}条" if said["left_out"] else ""
    return f"（草稿，数据截至{said['drafted_at']}{left_out}）"
