"""Reading the office's file of cadres: every row either understood, or explained column by column."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.accountability.domain.errors import InvalidError
from services.accountability.domain.registers import CadreCard, id_fault
from shared.contracts.areas import Areas
from shared.contracts.texts import UNKEEPABLE
from shared.contracts.vocabulary import Vocabulary

REQUIRED = ("id", "name", "position", "unit", "area", "identity", "duty", "duty_area", "duty_place_kind")
OPTIONAL = ("from", "to", "duty_category")
_DUTY_COLUMNS = ("duty", "duty_area", "duty_place_kind", *OPTIONAL)
MOST_ROWS = 10_000
_MANGLED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SHEET_DAY = re.compile(r"\d{5}")
# Day 0 of the spreadsheets' calendar.
_SHEET_EPOCH = date(1899, 12, 30)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class DutyCells:
    """The duty of a row; `optional` holds the columns that the file has, by the field they fill."""

    id: str
    role: str
    area: str
    place_kinds: tuple[str, ...]
    optional: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CadreRow:
    """A row that was understood; `line` is its line in the file, the header being line 1."""

    line: int
    id: str
    card: CadreCard
    duty: DutyCells | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not, by column."""

    line: int
    id: str
    errors: dict[str, list[str]]


class _Cells:
    """One row being read: values by column, errors as they are found."""

    def __init__(self, values: dict[str, str], vocabulary: Vocabulary, areas: Areas) -> None:
        self.values = values
        self.errors: dict[str, list[str]] = {}
        self._vocabulary = vocabulary
        self._areas = areas

    def refuse(self, column: str, message: str) -> None:
        self.errors.setdefault(column, []).append(message)

    def text(self, column: str) -> str:
        value = self.values[column]
        if not value:
            self.refuse(column, "is missing")
        elif len(value) > _LONGEST:
            self.refuse(column, f"is longer than {_LONGEST} characters")
        elif UNKEEPABLE.search(value):
            self.refuse(column, "contains characters that cannot be kept")
        return value

    def id(self) -> str:
        value = self.values["id"]
        if _MANGLED.fullmatch(value):
            self.refuse("id", _mend(value))
        elif fault := id_fault(value):
            self.refuse("id", fault)
        return value

    def area(self, column: str) -> str:
        value = self.values[column]
        if value in self._areas:
            return value
        named = [area.code for area in self._areas if area.name == value]
        if len(named) == 1:
            return named[0]
        if not value:
            self.refuse(column, "is missing")
        elif _MANGLED.fullmatch(value):
            self.refuse(column, _mend(value))
        else:
            self.refuse(column, "names several areas: enter the code" if named else "unknown area")
        return value

    def codes(self, column: str, kind: str) -> tuple[str, ...]:
        parts = [part.strip() for part in self.values[column].split("|")]
        found = [self._code(column, kind, part) for part in parts if part]
        return tuple(sorted(set(found)))

    def code(self, column: str, kind: str) -> str:
        return self._code(column, kind, self.text(column)) if self.values[column] else self.text(column)

    def _code(self, column: str, kind: str, value: str) -> str:
        known = self._vocabulary.codes(kind)
        if value in known:
            return value
        labelled = [code for code in known if self._vocabulary.label(kind, code) == value]
        if len(labelled) == 1:
            return labelled[0]
        self.refuse(column, f"{value[:50]!r} is neither a code nor a label of {kind}")
        return value

    def day(self, column: str) -> date | None:
        value = self.values[column]
        if not value:
            return None
        try:
            if match := _DATE.fullmatch(value.partition(" ")[0]):
                return date(*map(int, match.groups()))
            if _SHEET_DAY.fullmatch(value):
                return _SHEET_EPOCH + timedelta(days=int(value))
        except ValueError:
            pass  # no such day: refused below like any other text
        self.refuse(column, "not a day (YYYY-MM-DD)")
        return None


def _mend(value: str) -> str:
    return (
        f"a spreadsheet turned the code into {value}: format the column as text, enter the code again in full and "
        "save the file anew"
    )


def read(body: bytes, vocabulary: Vocabulary, areas: Areas) -> list[CadreRow | BadRow]:
    """Every row that is not empty, in the order of the file.

    Raises:
        InvalidError: the file as a whole cannot be read; says what and, where known, on which line.
    """
    rows: list[CadreRow | BadRow] = []
    cards: dict[str, tuple[int, CadreCard]] = {}
    duties: dict[str, int] = {}
    for line, values, excess in _lines(_decoded(body)):
        cells = _Cells(values, vocabulary, areas)
        if excess:
            cells.refuse("row", "has more values than the header has columns")
        cadre, card, duty = _understood(cells, duties)
        if not cells.errors:
            first, known = cards.setdefault(cadre, (line, card))
            for column in ("name", "position", "unit", "area", "identity"):
                if getattr(known, column) != getattr(card, column):
                    cells.refuse(column, f"differs from line {first} of the same id")
        rows.append(BadRow(line, cadre, cells.errors) if cells.errors else CadreRow(line, cadre, card, duty))
    return rows


def _understood(cells: _Cells, duties: dict[str, int]) -> tuple[str, CadreCard, DutyCells | None]:
    cadre = cells.id()
    card = CadreCard(
        name=cells.text("name"),
        position=cells.text("position"),
        unit=cells.text("unit"),
        area=cells.area("area"),
        identity=cells.codes("identity", "identity"),
    )
    if not any(cells.values.get(column) for column in _DUTY_COLUMNS):
        return cadre, card, None
    duties[cadre] = duties.get(cadre, 0) + 1
    return cadre, card, _duty(cells, f"{cadre}-{duties[cadre]}")


def _duty(cells: _Cells, duty_id: str) -> DutyCells:
    optional: dict[str, Any] = {}
    for column, name in (("from", "from_day"), ("to", "to_day")):
        if column in cells.values:
            optional[name] = cells.day(column)
    if "duty_category" in cells.values:
        optional["categories"] = cells.codes("duty_category", "category")
    begin, end = optional.get("from_day"), optional.get("to_day")
    if begin and end and end < begin:
        cells.refuse("to", "lies before from")
    return DutyCells(
        id=duty_id,
        role=cells.code("duty", "duty_role"),
        area=cells.area("duty_area"),
        place_kinds=cells.codes("duty_place_kind", "place_kind"),
        optional=optional,
    )


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = body.decode("gb18030")
        except UnicodeDecodeError:
            raise InvalidError({"file": ["is neither UTF-8 nor GB18030: save it as CSV UTF-8"]}) from None
    if "\x00" in text:
        raise InvalidError({"file": ["is no CSV text: save it as CSV UTF-8"]})
    return text


def _lines(text: str) -> Iterator[tuple[int, dict[str, str], bool]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        before = reader.line_num
        count = 0
        for row in reader:
            line, before = before + 1, reader.line_num
            values = [value.strip() for value in row]
            if not any(values):
                continue
            count += 1
            if count > MOST_ROWS:
                raise InvalidError({"file": [f"has more than {MOST_ROWS} rows"]})
            padded = values + [""] * (len(header) - len(values))
            yield line, dict(zip(header, padded, strict=False)), any(values[len(header) :])
    except csv.Error as exc:
        raise InvalidError({"file": [f"cannot be read as CSV near line {reader.line_num} ({exc})"]}) from None


def _check_header(header: Collection[str]) -> None:
    errors: list[str] = []
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in REQUIRED and name not in OPTIONAL]
    if missing:
        errors.append(f"lacks the columns {', '.join(missing)}")
    if any(unknown):
        errors.append(f"has unknown columns: {', '.join(name[:50] for name in unknown if name)}")
    if len(set(header)) < len(list(header)):
        errors.append("names a column twice")
    if errors:
        raise InvalidError({"header": errors})
