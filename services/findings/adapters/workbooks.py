"""Workbooks to fill in: the form of findings, an old ledger, and answers, with the county's words to choose from."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import xlsxwriter

from services.findings.adapters.county_sheets import Sheets
from services.findings.adapters.sheet_words import (
    ANSWER_NOTES,
    ANSWERS,
    CHOICES,
    EXAMPLE,
    FINDINGS,
    HELP,
    NOTES,
    WIDTHS,
)
from services.findings.application.columns import Column, Sheet
from services.findings.domain.moves import TABLE, Move

_ROWS = 1000
_FORMATS = {"moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd", "whole": "0"}
Answers = Sequence[Mapping[str, Any]]
Fields = Mapping[str, frozenset[str]]
"""By move, the fields it takes."""


class Workbooks:
    """Makes workbooks over the columns of the county."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets

    def template(self) -> bytes:
        """The form of new findings: a sheet to fill in, its choices, and how to fill it in."""
        return self._form(self._sheets.findings)

    def ledger(self) -> bytes:
        """The form of an old ledger."""
        return self._form(self._sheets.ledger)

    def answers(self, items: Answers, role: str, fields: Fields) -> bytes:
        """Findings, one a row, and beside each what the role may answer: empty, with its moves to choose from."""
        sheet, shown = self._sheets.answers, self._sheets.shown
        moves = [move for move in sheet.vocabulary.raw["move"] if role in TABLE[Move(move)].roles]
        taken = {"number", "move"}.union(*(fields[move] for move in moves))
        number, *rest = [column for column in sheet.columns if column.field in taken]
        with _workbook() as (out, book):
            form, choices = book.add_worksheet(ANSWERS), book.add_worksheet(CHOICES)
            _help(book, [*ANSWER_NOTES, *self._needs(moves, fields)])
            told = {"num_format": "@", "text_wrap": True, "valign": "top", "font_color": "#555555"}
            cells = book.add_format(told)
            for place, column in enumerate([number, *shown]):
                _head(book, form, place, column, shown=True)
                for row, item in enumerate(items, 1):
                    form.write_string(row, place, _said(sheet, column, item), cells)
            for place, column in enumerate(rest, len(shown) + 1):
                words = _words(sheet, column)
                if column.field == "move":
                    words = [sheet.vocabulary.label("move", move) for move in moves]
                _head(book, form, place, column)
                _choose(book, form, choices, place, column, words)
            form.freeze_panes(1, 1)
            _page(form)
        return out.getvalue()

    def _needs(self, moves: Sequence[str], fields: Fields) -> Iterator[str]:
        """For each move, which columns it takes."""
        sheet = self._sheets.answers
        for move in moves:
            labels = [column.label for column in sheet.columns if column.field in fields[move]]
            needs = "、".join(f"“{label}”" for label in labels) or "不用填其他列"
            yield f"“{sheet.vocabulary.label('move', move)}”可填:{needs}。"

    @staticmethod
    def _form(sheet: Sheet) -> bytes:
        with _workbook() as (out, book):
            form, choices = book.add_worksheet(FINDINGS), book.add_worksheet(CHOICES)
            _help(book, NOTES)
            form.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                words = _words(sheet, column)
                cells = _choose(book, form, choices, place, column, words)
                _head(book, form, place, column)
                example = EXAMPLE.get(column.field) or (words[0] if words and column.required else "")
                if example:
                    form.write_string(1, place, example, cells)
            _page(form)
        return out.getvalue()


@contextmanager
def _workbook() -> Iterator[tuple[io.BytesIO, Any]]:
    out = io.BytesIO()
    # Nothing that somebody typed may become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        yield out, book


def _head(book: Any, form: Any, place: int, column: Column, *, shown: bool = False) -> None:
    colour = "#EEEEEE" if shown else "#DDEBF7"
    head = book.add_format({"bold": True, "bg_color": colour, "border": 1, "text_wrap": True})
    form.write_string(0, place, f"*{column.label}" if column.required else column.label, head)
    if shown:
        form.set_column(place, place, WIDTHS.get(column.field, 14))


def _choose(book: Any, form: Any, choices: Any, place: int, column: Column, words: Sequence[str]) -> Any:
    """A column to fill in, with its choices; answers the format of its cells."""
    # Text keeps the codes that a spreadsheet would turn into numbers.
    cells = book.add_format({"num_format": _FORMATS.get(column.kind, "@"), "text_wrap": True})
    form.set_column(place, place, WIDTHS.get(column.field, 14), cells)
    choices.write_string(0, place, column.label)
    for row, word in enumerate(words, 1):
        choices.write_string(row, place, word)
    if words and column.kind not in ("areas", "texts"):
        letter = xlsxwriter.utility.xl_col_to_name(place)
        source = f"='{CHOICES}'!${letter}$2:${letter}${len(words) + 1}"
        form.data_validation(1, place, _ROWS, place, {"validate": "list", "source": source})
    return cells


def _words(sheet: Sheet, column: Column) -> Sequence[str]:
    if column.kind == "code":
        kind = column.of or ""
        return [sheet.vocabulary.label(kind, code) for code in sheet.vocabulary.raw[kind]]
    if column.kind in ("area", "areas"):
        names = [area.name for area in sheet.areas]
        # Of namesakes only the code says which.
        return [area.name if names.count(area.name) == 1 else area.code for area in sheet.areas]
    return ["是", "否"] if column.kind == "flag" else []


def _said(sheet: Sheet, column: Column, item: Mapping[str, Any]) -> str:
    """A field of a finding as the clerk reads it."""
    value: Any = item
    for part in column.field.split("."):
        value = value[part]
    if value is None:
        return ""
    if column.kind == "code":
        return sheet.vocabulary.label(column.of or "", value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _help(book: Any, notes: Sequence[str]) -> None:
    page = book.add_worksheet(HELP)
    page.set_column(0, 0, 100)
    for row, note in enumerate(notes):
        page.write_string(row, 0, note)


def _page(form: Any) -> None:
    form.set_landscape()
    form.set_paper(9)
    form.repeat_rows(0)
