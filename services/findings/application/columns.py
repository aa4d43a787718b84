"""The sheet of findings: which column holds which field, and what people write into its cells."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from services.findings.application.sheet_messages import in_chinese
from services.findings.domain.calendar import SHANGHAI
from services.findings.domain.errors import InvalidError
from shared.contracts.areas import Areas
from shared.contracts.texts import UNKEEPABLE
from shared.contracts.vocabulary import Vocabulary

KINDS = ("text", "code", "area", "areas", "texts", "moment", "day", "whole", "flag")
Errors = dict[str, list[str]]
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"T?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?(?::(\d{1,2}))?")
_MANGLED = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_ROUNDED = re.compile(r"\d{4,6}0{6,8}")
"""What is left of a code of 12 digits that was saved as 9.901E+11 and read as a number again."""
_SEPARATORS = re.compile(r"[|、;;,,\n]+")
_YES, _NO = ("是", "√", "有", "true", "yes", "1", "y"), ("否", "×", "无", "false", "no", "0", "n")


class _CellError(Exception):
    """What is wrong with a cell, in Chinese."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its Chinese label, and the field it fills; `of` names the vocabulary of its codes."""

    field: str
    label: str
    kind: str
    required: bool
    of: str | None = None


_IGNORED = Column("", "", "text", required=False)
"""A column whose cells say nothing here."""


@dataclass(frozen=True)
class Sheet:
    """All columns, and the words of the county by which codes and areas are told."""

    columns: Sequence[Column]
    ignored: frozenset[str]
    vocabulary: Vocabulary
    areas: Areas

    def header(self, cells: Sequence[Any]) -> dict[int, Column]:
        """Which column stands at which place; labels and field names are both understood.

        Raises:
            InvalidError: columns are missing, unknown or there twice; names each, with what may have been meant.
        """
        known = {name: column for column in self.columns for name in (column.label, column.field)}
        found: dict[int, Column] = {}
        faults: list[str] = []
        for place, cell in enumerate(cells):
            name = re.sub(r"[\s*＊]+", "", str(cell or ""))
            column = known.get(name)
            if name in self.ignored:
                found[place] = _IGNORED
            elif column is None:
                if name:
                    faults.append(_unknown(name, [one.label for one in self.columns]))
            elif column in found.values():
                faults.append(f"“{column.label}”出现了两次")
            else:
                found[place] = column
        missing = [one.label for one in self.columns if one.required and one not in found.values()]
        if missing:
            faults.append(f"缺少列:{'、'.join(missing)}")
        if faults:
            raise InvalidError({"header": faults})
        return found

    def read(self, header: Mapping[int, Column], cells: Sequence[Any]) -> tuple[dict[str, Any], Errors]:
        """A row as the request it stands for, and what is wrong with its cells by the label of their column."""
        value: dict[str, Any] = {}
        errors: Errors = {}
        for place, cell in enumerate(cells):
            if place not in header and cell not in (None, ""):
                errors.setdefault("本行", []).append(f"第 {place + 1} 列没有表头,但有内容")
        for place, column in header.items():
            if column is _IGNORED:
                continue
            cell = cells[place] if place < len(cells) else None
            try:
                found = self._value(column, cell)
            except _CellError as exc:
                errors.setdefault(column.label, []).append(str(exc))
                continue
            if found is not None:
                _put(value, column.field, found)
            elif column.required:
                errors.setdefault(column.label, []).append("没有填写")
        return value, errors

    def labelled(self, errors: Mapping[str, Sequence[str]]) -> Errors:
        """Errors by field as errors by the label of the column, in Chinese."""
        labels = {column.field: column.label for column in self.columns}
        said: Errors = {}
        for path, messages in errors.items():
            name = re.sub(r"\.\d+$", "", path)
            said.setdefault(labels.get(name, name), []).extend(in_chinese(message) for message in messages)
        return said

    def _value(self, column: Column, cell: Any) -> Any:
        if cell is None or cell == "":
            return None
        read = getattr(self, f"_{column.kind}")
        return read(cell, column)

    def _text(self, cell: Any, _column: Column) -> str:
        text = _plain(cell)
        if UNKEEPABLE.search(text):
            raise _CellError("含有不能保存的字符")
        return text

    def _texts(self, cell: Any, column: Column) -> list[str]:
        return [part.strip() for part in _SEPARATORS.split(self._text(cell, column)) if part.strip()]

    def _code(self, cell: Any, column: Column) -> str:
        kind, word = column.of or "", self._text(cell, column)
        codes = self.vocabulary.codes(kind)
        if word in codes:
            return word
        by_label = {self.vocabulary.label(kind, code): code for code in codes}
        if word not in by_label:
            raise _CellError(_unknown(word, sorted(by_label)))
        return by_label[word]

    def _area(self, cell: Any, column: Column) -> str:
        word = self._text(cell, column)
        if _MANGLED.fullmatch(word) or (_ROUNDED.fullmatch(word) and word not in self.areas):
            raise _CellError(f"“{word}”是被表格改写过的代码:请把该列设为“文本”格式后重新填写")
        if word in self.areas:
            return word
        named = [area.code for area in self.areas if area.name == word]
        if len(named) == 1:
            return named[0]
        if named:
            raise _CellError(f"有几个“{word}”,请填代码:{'、'.join(named)}")
        raise _CellError(_unknown(word, [area.name for area in self.areas]))

    def _areas(self, cell: Any, column: Column) -> list[str]:
        return [self._area(word, column) for word in self._texts(cell, column)]

    def _day(self, cell: Any, column: Column) -> str:
        return _moment_of(cell).date().isoformat()

    def _moment(self, cell: Any, column: Column) -> str:
        return _moment_of(cell).isoformat()

    def _whole(self, cell: Any, column: Column) -> int:
        text = _plain(cell)
        if not re.fullmatch(r"\d{1,9}(\.0+)?", text):
            raise _CellError(f"“{text}”不是整数")
        return int(text.partition(".")[0])

    def _flag(self, cell: Any, column: Column) -> bool:
        word = _plain(cell).lower()
        if word in _YES or word in _NO:
            return word in _YES
        raise _CellError(f"“{word}”应填“是”或“否”")


def _plain(cell: Any) -> str:
    """As the clerk sees it: a whole number without the .0 that a spreadsheet keeps."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return str(cell).strip()


def _moment_of(cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or SHANGHAI)
    if isinstance(cell, date):
        return datetime.combine(cell, time.min, SHANGHAI)
    text = _plain(cell)
    try:
        found = _told(text)
    except ValueError:
        found = None
    if found is not None:
        return found
    if re.fullmatch(r"[34]\d{4}(\.\d+)?", text):
        raise _CellError(f"“{text}”是表格的日期序号:请把该列设为“日期”格式")
    raise _CellError(f"“{text[:50]}”不是日期,例:2026-02-11 14:00")


def _told(text: str) -> datetime | None:
    """A time as people write it; None when it is none."""
    if re.fullmatch(r".*(Z|[+-]\d\d:\d\d)", text):
        return datetime.fromisoformat(text).astimezone(SHANGHAI)
    day = _DAY.match(text)
    if day is None:
        return None
    rest = text[day.end() :].strip()
    clock = _CLOCK.fullmatch(rest)
    if rest and clock is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    year, month, number = map(int, day.groups())
    return datetime(year, month, number, hours, minutes, seconds, tzinfo=SHANGHAI)


def _put(value: dict[str, Any], field: str, found: Any) -> None:
    outer, dot, inner = field.partition(".")
    if dot:
        value.setdefault(outer, {})[inner] = found
    else:
        value[outer] = found


def _unknown(word: str, choices: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, choices, 1, 0.5)
    return f"不认识“{word[:50]}”" + (f",是不是“{near[0]}”?" if near else "")
