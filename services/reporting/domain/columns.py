"""The columns of the ledger as a sheet: what stands in a cell, as people read it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.domain.calendar import SHANGHAI

KINDS = ("text", "code", "areas", "people", "texts", "moment", "day", "whole", "flag")
FIELDS = frozenset({
    "id", "number", "status", "source_ref", "team", "method", "found_at", "posted_at", "area", "area_name",
    "place.name", "place.kind", "category", "severity", "description", "suggestion", "immediate", "deadline",
    "due_at", "count", "group", "campaign", "units", "named_responsible", "responsible", "flags.overdue",
    "flags.supervised", "flags.referred", "returned_count", "extensions", "evidence", "similar", "recurrence_of",
    "historical",
    "reported_at", "closed_at", "assigned_at", "notified_at", "signed_at", "version", "created_at", "updated_at",
})  # fmt: skip
"""What a row of the ledger has: each of them is in a column."""
_BETWEEN = "、"
Cell = str | int | datetime | date | None
Row = Mapping[str, Any]
Label = Callable[[str, str], str]
"""The label of a kind's code."""


@dataclass(frozen=True, slots=True)
class Column:
    """`of` is the vocabulary of its codes; `width` in characters."""

    field: str
    label: str
    kind: str
    of: str | None
    width: int


@dataclass(frozen=True, slots=True)
class Words:
    """How codes are said."""

    label: Label
    area: Callable[[str], str]


def cells(columns: Sequence[Column], row: Row, words: Words) -> Iterator[Cell]:
    """What stands in each column of a row of the ledger. Moments are those of the county's clock, without offset."""
    for column in columns:
        yield _cell(column, _at(row, column.field), words)


def _cell(column: Column, value: Any, words: Words) -> Cell:
    if value is None:
        return None
    kind, of = column.kind, column.of or ""
    if kind == "moment":
        return datetime.replace(value.astimezone(SHANGHAI), tzinfo=None)
    if kind == "day":
        return (
            date.fromisoformat(value) if isinstance(value, str) else date(value.year, value.month, value.day)
        )
    if kind == "whole":
        return int(value)
    return _TEXTS[kind](of, value, words) or None


def _people(of: str, value: Sequence[Row], words: Words) -> str:
    return _BETWEEN.join(f"{one['cadre']}({words.label(of, one['role'])})" for one in value)


_TEXTS: dict[str, Callable[[str, Any, Words], str]] = {
    "text": lambda of, value, words: str(value),
    "code": lambda of, value, words: words.label(of, value),
    "areas": lambda of, value, words: _BETWEEN.join(words.area(one) for one in value),
    "people": _people,
    "texts": lambda of, value, words: _BETWEEN.join(value),
    "flag": lambda of, value, words: "是" if value else "否",
}


def _at(row: Row, path: str) -> Any:
    outer, dot, inner = path.partition(".")
    value = row[outer]
    return value[inner] if dot and value is not None else value
