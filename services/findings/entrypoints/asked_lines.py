"""Lines that ask for moves, as they are read: which move of which finding, or why that cannot be told."""

import re
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from services.findings.application.columns import Sheet
from services.findings.entrypoints import lines
from services.findings.entrypoints.moves import MOVES, MoveRoute
from services.findings.entrypoints.schemas import LineTarget
from shared.http import tables
from shared.http.problems import Errors
from shared.http.request import Request

_TARGET = frozenset(LineTarget().fields)
_ADDRESS = frozenset({"id", "number"})
_OPENING, _CLOSING = re.compile(r"[\[((【﹝［]"), re.compile(r"[\]))】﹞］]")
Row = dict[str, Any]


class RefusedError(Exception):
    """A line is refused: nothing that it did so far is kept."""

    def __init__(self, status: int, code: str, errors: Errors, **more: Any) -> None:
        super().__init__(code)
        self.row = {"status": status, "code": code, "errors": dict(errors), **more}


class _NoBody(Schema):
    """A move that takes nothing beside the finding."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for: a move by its route, with what that takes, of the finding with this id or number."""

    line: lines.Line
    move: str
    route: MoveRoute
    body: Row
    id: str | None
    number: str | None
    version: int | None

    def find(self, by_number: dict[str, str]) -> str:
        """The id of the finding, which `by_number` gives for a number that there is."""
        if self.number is None:
            return str(self.id)
        found = by_number.get(self.number)
        if found is None:
            raise RefusedError(404, "not_found", self.line.said({"number": ["no finding has this number"]}))
        if self.id not in (None, found):
            said = {"number": ["id and number name two findings"]}
            raise RefusedError(422, "invalid", self.line.said(said))
        return found


class LineReader:
    """Reads the lines of one request."""

    def __init__(self, request: Request, sheet: Sheet) -> None:
        self._request = request
        self._sheet = sheet
        self.table = request.content_type in (tables.CSV, tables.XLSX)

    def empty(self, line: lines.Line) -> bool:
        """A row of the sheet on which nobody has answered."""
        if not self.table or line.value.keys() - _ADDRESS:
            return False
        return set(line.errors or ()) <= self._sheet.labelled({"move": []}).keys()

    def read(self, line: lines.Line) -> Asked:
        """In the order in which the route of the move would refuse.

        Raises:
            RefusedError: the line does not say what the move needs, or the move is not for this role.
        """
        if line.errors:
            raise RefusedError(422, "invalid", line.errors)
        target, errors = self._request.validate(LineTarget, line.value)
        if errors:
            raise RefusedError(422, "invalid", line.said(errors))
        route = MOVES.get(target["move"])
        if route is None:
            said = f"no move of a finding; one of {', '.join(MOVES)}"
            raise RefusedError(422, "invalid", line.said({"move": [said]}))
        if self._request.claims.role not in route.roles:
            raise RefusedError(403, "forbidden", line.said({"move": ["this role may not do that"]}))
        rest = {name: value for name, value in line.value.items() if name not in _TARGET}
        body, errors = self._request.validate(route.body or _NoBody, rest)
        if errors:
            raise RefusedError(422, "invalid", line.said(errors))
        number = None if target["number"] is None else _as_written(target["number"])
        return Asked(line, target["move"], route, body, target["id"], number, target["version"])


def _as_written(number: str) -> str:
    """A number counts with any brackets, as people type them."""
    return "".join(_OPENING.sub("〔", _CLOSING.sub("〕", number)).split())
