"""Sheets sent to the findings service in memory, through the functions behind its routes."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from services.findings.entrypoints.batch import post_batch
from services.findings.entrypoints.move_lines import move_lines
from services.findings.entrypoints.moves import fields_of_moves
from services.findings.entrypoints.schemas import FindingsFilters
from services.findings.entrypoints.service import FindingsApi
from shared.contracts.claims import Claims
from shared.http import validation
from shared.http.tables import CSV, XLSX
from tests.unit.findings.evidence_world import OFFICE, World

NDJSON = "application/x-ndjson"
Row = dict[str, Any]


class CutOffError(Exception):
    """The connection or the process is gone in the middle."""


@dataclass
class Sent:
    """A request with a raw body; with `alive` it dies after so many transactions."""

    world: World
    claims: Claims
    content_type: str
    body: bytes
    query: Row
    alive: int | None = None
    done: int = field(default=0)

    def validate(self, schema: Any, value: Any) -> Any:
        app = self.world.app
        with validation.of_county(validation.County(app.vocabulary, app.areas)):
            return validation.load(schema, value)

    def transact(self, act: Any, part: Any = None, timeout: float = 5.0) -> Any:
        self.breathe()
        self.done += 1
        return self.world.app.transact(act)

    def breathe(self) -> None:
        if self.alive is not None and self.done >= self.alive:
            raise CutOffError


def ndjson(*lines: Any) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in lines)


def post_lines(
    world: World, *lines: Any, by: Claims = OFFICE, historical: bool = True, dry_run: bool = False
) -> Row:
    query = {"historical": historical, "dry_run": dry_run}
    return post_body(world, ndjson(*lines), NDJSON, by, query)


def post_body(world: World, body: bytes, kind: str, by: Claims, query: Row, alive: int | None = None) -> Row:
    sent: Any = Sent(world, by, kind, body, query, alive)
    return post_batch(world.app, sent, lambda: None)


def move_body(
    world: World,
    body: bytes,
    by: Claims,
    kind: str = NDJSON,
    *,
    dry_run: bool = False,
    alive: int | None = None,
) -> Row:
    api = FindingsApi()
    sent: Any = Sent(world, by, kind, body, {"dry_run": dry_run}, alive)

    def breathe() -> None:
        sent.breathe()
        sent.done += 1

    with of(api, world):
        return move_lines(api, sent, breathe)


@contextmanager
def of(api: Any, world: World) -> Iterator[None]:
    api.app = world.app
    yield


def move(world: World, by: Claims, *lines: Any, **rest: Any) -> Row:
    return move_body(world, ndjson(*lines), by, **rest)


def answers(world: World, by: Claims, **filters: Any) -> openpyxl.Workbook:
    """The sheet that `by` gets."""
    asked = {**FindingsFilters().load({}), **filters}
    items = world.app.ask.open_findings(asked, by, 1000)
    return openpyxl.load_workbook(io.BytesIO(world.app.workbooks.answers(items, by.role, fields_of_moves())))


def filled(book: openpyxl.Workbook, **by_number: dict[str, Any]) -> bytes:
    """The sheet as it comes back: cells by number of the finding and label of the column."""
    sheet = book["整改答复"]
    places = {str(cell.value).lstrip("*"): place for place, cell in enumerate(sheet[1], 1)}
    for row in range(2, sheet.max_row + 1):
        for label, value in by_number.get(str(sheet.cell(row, 1).value), {}).items():
            sheet.cell(row, places[label]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


__all__ = [
    "CSV",
    "NDJSON",
    "XLSX",
    "CutOffError",
    "answers",
    "filled",
    "move",
    "move_body",
    "post_body",
    "post_lines",
]
