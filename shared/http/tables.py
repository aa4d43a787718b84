"""Tables as people send them: a CSV, or the first sheet of an .xlsx, row by row; nothing in them is evaluated.

A row keeps the number that the clerk sees in the spreadsheet. What is wrong with a file is told in Chinese: whoever
sends one sits in front of WPS or Excel.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from shared.http.problems import Problem

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | bool | datetime | date | time | None

MOST_ROWS_LOOKED_AT = 100_000
_MOST_COLUMNS = 200
_MOST_PARTS = 2_000
_LARGEST_UNPACKED = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something, by its number in the spreadsheet, from 1."""

    number: int
    cells: tuple[Cell, ...]


def rows(content_type: str, body: bytes) -> Iterator[Row]:
    """The rows of a table that are not empty, the header first.

    Raises:
        Problem: 400 for what is no such file, 422 for one with too many rows.
    """
    return _csv_rows(body) if content_type == CSV else _xlsx_rows(body)


def _csv_rows(body: bytes) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_decoded(body), newline=""), strict=True)
    before = 0
    try:
        for values in reader:
            number, before = before + 1, reader.line_num
            yield from _row(number, values)
    except csv.Error as exc:
        raise _unreadable(f"第 {reader.line_num} 行附近不是合格的 CSV({exc})") from None


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _unreadable("不是 UTF-8 或 GB18030 编码的 CSV,请另存为“CSV UTF-8”或直接提交 .xlsx")


def _xlsx_rows(body: bytes) -> Iterator[Row]:
    _refuse_bombs(body)
    try:
        # Cached values only: a formula is never computed, and its text never taken for one.
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise _unreadable("没有可见的工作表")
        sheet: Any = visible[0]
        # What a file says of its own size is not trusted.
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield from _row(number, values)
    except Problem:
        raise
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
    ) as exc:
        raise _unreadable("不是 Excel 工作簿(.xlsx),或者文件已损坏") from exc
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as exc:
        # zipfile raises NotImplementedError for a compression it lacks, RuntimeError for a password: not our defects.
        raise _unreadable("不是 Excel 工作簿(.xlsx),或者有密码") from exc
    except SyntaxError as exc:  # what the XML readers raise
        raise _unreadable("工作簿的内容无法读取") from exc


def _refuse_bombs(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _unreadable("不是 Excel 工作簿(.xlsx);旧格式 .xls 请先另存为 .xlsx") from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        raise _unreadable("展开后太大,请只保留需要提交的工作表")


def _row(number: int, values: Any) -> Iterator[Row]:
    if number > MOST_ROWS_LOOKED_AT:
        raise Problem(422, "invalid", f"超过 {MOST_ROWS_LOOKED_AT} 行,请删去多余的空行或分次提交")
    cells = tuple(value.strip() if isinstance(value, str) else value for value in values)
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    if len(cells) > _MOST_COLUMNS:
        raise _unreadable(f"第 {number} 行超过 {_MOST_COLUMNS} 列")
    if any(cell not in (None, "") for cell in cells):
        yield Row(number, cells)


def _unreadable(why: str) -> Problem:
    return Problem(400, "malformed_table", why)
