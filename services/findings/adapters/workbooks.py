"""Workbooks to fill in: the form of findings, with the county's words to choose from."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from services.findings.application.columns import Column, Sheet

FINDINGS, CHOICES, HELP = "问题", "选项", "填写说明"
_ROWS = 1000
_WIDTHS = {"description": 50, "suggestion": 40, "place.name": 24, "area": 24, "found_at": 18}
_FORMATS = {"moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd", "whole": "0"}
_EXAMPLE = {
    "source_ref": "示例-1(此行请删除)",
    "found_at": "2026-02-11 14:00",
    "place.name": "东门卡口",
    "description": "部分路口没有值守",
    "suggestion": "安排专人值守",
    "immediate": "否",
    "count": "1",
}
_NOTES = (
    "一行一条问题。带 * 的列必须填写。",
    "类别、严重程度、督导方式、地点类型、督导组、辖区请从下拉列表选,也可以填代码。",
    "时间写成 2026-02-11 14:00;日期写成 2026-02-11。",
    "“问题个数”大于 1 表示只有总数、没有明细。",
    "“责任单位”“责任人”可以填几个,用“|”或“、”分开;责任单位不填就是辖区所在的乡镇。",
    "“来源编号”在本督导组内不能重复:同一编号、同样内容再次提交不会变成两条。",
    "提交前可以先试一次(dry_run=true),只检查、不保存。",
)


class Workbooks:
    """Makes workbooks over the columns of the county."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def template(self) -> bytes:
        """The form of findings: a sheet to fill in, its choices, and how to fill it in."""
        out = io.BytesIO()
        # Nothing that somebody typed may become a formula or a link.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            form = book.add_worksheet(FINDINGS)
            choices = book.add_worksheet(CHOICES)
            self._help(book)
            head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
            form.freeze_panes(1, 0)
            for place, column in enumerate(self._sheet.columns):
                self._column(book, form, choices, place, column)
                form.write_string(0, place, f"*{column.label}" if column.required else column.label, head)
            form.set_landscape()
            form.set_paper(9)
            form.repeat_rows(0)
        return out.getvalue()

    def _column(self, book: Any, form: Any, choices: Any, place: int, column: Column) -> None:
        # Text keeps the codes that a spreadsheet would turn into numbers.
        cells = book.add_format({"num_format": _FORMATS.get(column.kind, "@"), "text_wrap": True})
        form.set_column(place, place, _WIDTHS.get(column.field, 14), cells)
        words = self._words(column)
        choices.write_string(0, place, column.label)
        for row, word in enumerate(words, 1):
            choices.write_string(row, place, word)
        if words and column.kind not in ("areas", "texts"):
            letter = xlsxwriter.utility.xl_col_to_name(place)
            source = f"='{CHOICES}'!${letter}$2:${letter}${len(words) + 1}"
            form.data_validation(1, place, _ROWS, place, {"validate": "list", "source": source})
        example = _EXAMPLE.get(column.field) or (words[0] if words and column.required else "")
        if example:
            form.write_string(1, place, example, cells)

    def _words(self, column: Column) -> Sequence[str]:
        sheet = self._sheet
        if column.kind == "code":
            kind = column.of or ""
            return [sheet.vocabulary.label(kind, code) for code in sheet.vocabulary.raw[kind]]
        if column.kind in ("area", "areas"):
            names = [area.name for area in sheet.areas]
            # Of namesakes only the code says which.
            return [area.name if names.count(area.name) == 1 else area.code for area in sheet.areas]
        return ["是", "否"] if column.kind == "flag" else []

    @staticmethod
    def _help(book: Any) -> None:
        notes = book.add_worksheet(HELP)
        notes.set_column(0, 0, 100)
        for row, note in enumerate(_NOTES):
            notes.write_string(row, 0, note)
