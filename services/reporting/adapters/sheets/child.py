"""The child: `python -m services.reporting.adapters.sheets.child FD` makes a workbook in the open file FD.

It is told line by line in JSON on standard input: the columns, each row, the totals at last; and says `d` on standard
output when the file is whole. It ends with its parent (end of input), without a word.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

LEDGER, TOTALS = "台账", "合计"
_A4 = 9
_RATES = (13, 14)
"""Columns of the totals that hold rates."""
_LONGEST = 32_767
_FORMATS = {
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd", "valign": "top"},
    "whole": {"num_format": "0", "valign": "top"},
}
_TEXT = {"text_wrap": True, "valign": "top"}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DDE6F0", "border": 1}


def main(lines: Iterator[bytes], out: Any) -> bool:
    """Make the workbook; whether it is whole."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    columns = json.loads(next(lines))["columns"]
    sheet = _ledger(book, columns)
    formats = {kind: book.add_format(_FORMATS.get(kind, _TEXT)) for _, kind, _ in columns}
    for number, line in enumerate(lines, 1):
        said = json.loads(line)
        if isinstance(said, dict):
            sheet.autofilter(0, 0, number - 1, len(columns) - 1)
            _totals(book, said["totals"])
            book.close()
            return True
        for place, (value, (_, kind, _)) in enumerate(zip(said, columns, strict=True)):
            if value is not None:
                _write(sheet, number, place, value, kind, formats[kind])
    return False


def _ledger(book: Any, columns: Sequence[Sequence[Any]]) -> Any:
    sheet, head = book.add_worksheet(LEDGER), book.add_format(_HEAD)
    sheet.freeze_panes(1, 1)
    for place, (_, _, width) in enumerate(columns):
        sheet.set_column(place, place, width)
    for place, (label, _, _) in enumerate(columns):
        sheet.write_string(0, place, label, head)
    sheet.repeat_rows(0)
    _page(sheet)
    return sheet


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页,共 &N 页")


def _write(sheet: Any, row: int, place: int, value: Any, kind: str, style: Any) -> None:
    if kind == "moment":
        sheet.write_datetime(row, place, datetime.fromisoformat(value), style)
    elif kind == "day":
        sheet.write_datetime(row, place, date.fromisoformat(value), style)
    elif kind == "whole":
        sheet.write_number(row, place, value, style)
    else:
        sheet.write_string(row, place, value[:_LONGEST], style)


def _totals(book: Any, table: Sequence[Sequence[Any]]) -> None:
    sheet, head, rate = (
        book.add_worksheet(TOTALS),
        book.add_format(_HEAD),
        book.add_format({"num_format": "0.0%"}),
    )
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 1, 16)
    for row, values in enumerate(table):
        for place, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, place, value, head if row == 0 else None)
            elif value is not None:
                sheet.write_number(row, place, value, rate if place in _RATES else None)
    _page(sheet)


if __name__ == "__main__":
    # The parent's eventlet leaves its sockets not blocking, and both ends are one: a read would end the input.
    os.set_blocking(sys.stdin.fileno(), True)
    # Nothing but the last word may reach the parent: what a library prints goes to the log.
    parent = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with os.fdopen(int(sys.argv[1]), "wb", closefd=False) as file:
        whole = main(iter(sys.stdin.buffer), file)
        file.flush()
    if whole:
        parent.write(b"d")
        parent.flush()
