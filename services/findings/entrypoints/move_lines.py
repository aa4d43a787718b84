"""Moves line by line, as a sheet of answers comes back: each goes through the route of its single move.

A transaction of its own for each line: one that is refused costs itself only, and where a sheet was cut off in the
middle, the lines that were carried out are known as such when it is sent again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from services.findings.application.answered import Answered
from services.findings.application.columns import Sheet
from services.findings.application.sheet_messages import in_chinese
from services.findings.domain.errors import FindingsError, InvalidTransitionError
from services.findings.entrypoints import lines
from services.findings.entrypoints.moves import MOVES, MoveRoute
from services.findings.entrypoints.schemas import LineTarget
from shared.contracts.claims import Claims
from shared.http import etags, tables
from shared.http.problems import Errors, Problem
from shared.http.request import Request
from shared.messaging import outbox
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Transaction

MOST_LINES = 1_000
_TARGET = frozenset(LineTarget().fields)
_ADDRESS = frozenset({"id", "number"})
_OPENING, _CLOSING = re.compile(r"[\[((【﹝［]"), re.compile(r"[\]))】﹞］]")
_SECONDS = 15.0
OK = 200
Row = dict[str, Any]


class _NoBody(Schema):
    """A move that takes nothing beside the finding."""


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A line as the handler of its move sees it: like a request of its own."""

    path: Mapping[str, str]
    claims: Claims
    body: Mapping[str, Any]
    work: Any
    version: int | None

    def require_version(self, version: int) -> None:
        """Refuse when the line was written for another version of the finding."""
        etags.require(None if self.version is None else etags.IfMatch(f'"{self.version}"'), version)


def move_lines(service: Any, request: Request, breathe: Callable[[], None]) -> Row:
    """What became of each line, in order. A line that was carried out before is `replayed`: nothing is done twice.

    With `dry_run` all are tried one after the other, each seeing what those before it would have done.
    """
    mover = _Mover(service, request)
    # A table has its header beside the lines.
    found = lines.read(
        request.content_type, request.body, service.app.sheets.answers, breathe, MOST_LINES + 1
    )
    answered = [line for line in found if not mover.empty(line)]
    if len(answered) > MOST_LINES:
        raise lines.too_many(MOST_LINES)
    if request.query["dry_run"]:
        rows: list[Row] = service.app.rehearse(lambda work, tx: mover.try_all(work, tx, answered))
    else:
        rows = []
        for line in answered:
            breathe()
            rows.append(mover.keep(line))
    replayed = sum("replayed" in row for row in rows)
    accepted = sum(row["status"] == OK for row in rows) - replayed
    rejected = len(rows) - accepted - replayed
    return {"accepted": accepted, "replayed": replayed, "rejected": rejected, "results": rows}


class _RefusedError(Exception):
    """A line is refused: nothing that it did so far is kept."""

    def __init__(self, status: int, code: str, errors: Errors, **more: Any) -> None:
        super().__init__(code)
        self.row = {"status": status, "code": code, "errors": dict(errors), **more}


class _Mover:
    """Carries out lines for one caller."""

    def __init__(self, service: Any, request: Request) -> None:
        self._service = service
        self._app = service.app
        self._request = request
        self._sheet: Sheet = service.app.sheets.answers
        self._table = request.content_type in (tables.CSV, tables.XLSX)

    def empty(self, line: lines.Line) -> bool:
        """A row of the sheet on which nobody has answered."""
        if not self._table or line.value.keys() - _ADDRESS:
            return False
        return set(line.errors or ()) <= self._sheet.labelled({"move": []}).keys()

    def keep(self, line: lines.Line) -> Row:
        """Carry out a line in a transaction of its own."""
        try:
            found = self._app.database.transact(
                lambda tx: self._carry_out(self._app.unit_of_work(tx), tx, line), _SECONDS
            )
        except _RefusedError as refusal:
            found = refusal.row
        return {"line": line.number, **found}

    def try_all(self, work: Any, tx: Transaction, answered: Sequence[lines.Line]) -> list[Row]:
        """What would become of the lines, one after the other."""
        rows = []
        for line in answered:
            back = tx.savepoint()
            try:
                found = self._carry_out(work, tx, line)
            except _RefusedError as refusal:
                back()
                found = refusal.row
            rows.append({"line": line.number, **found})
        return rows

    def _carry_out(self, work: Any, tx: Transaction, line: lines.Line) -> Row:
        """Judge a line as the route of its move would, and make it."""
        route, target, body = self._read(line)
        finding = self._find(work, target, line)
        by, move, version = self._request.claims, target["move"], target["version"]
        answered = Answered.of(finding, move, {**body, "version": version}, by)
        try:
            if work.answered_lines.holds(answered):
                return {"status": OK, **_shown(work.findings.get(finding)), "replayed": True}
            tx.memo.pop("audited", None)
            document = route.handler(self._service, LineRequest({"id": finding}, by, body, work, version))
        except (FindingsError, Problem) as exc:
            raise self._refusal(exc, line) from None
        now = utc_now()
        work.answered_lines.add(answered, document["version"], now)
        if not tx.memo.get("audited"):
            # Not everything that is done is told to the world; who did it is on record all the same.
            outbox.record(tx, action=f"POST /findings/{{id}}/{move}", subject=finding, now=now)
        return {"status": OK, "id": finding, "number": document["number"], "now": document["status"]}

    def _read(self, line: lines.Line) -> tuple[MoveRoute, Row, Row]:
        """The route, whom the line is about, and what the route takes."""
        if line.errors:
            raise _RefusedError(422, "invalid", line.errors)
        target, errors = self._request.validate(LineTarget, line.value)
        if errors:
            raise _RefusedError(422, "invalid", line.said(errors))
        route = MOVES.get(target["move"])
        if route is None:
            said = f"no move of a finding; one of {', '.join(MOVES)}"
            raise _RefusedError(422, "invalid", line.said({"move": [said]}))
        if self._request.claims.role not in route.roles:
            raise _RefusedError(403, "forbidden", line.said({"move": ["this role may not do that"]}))
        rest = {name: value for name, value in line.value.items() if name not in _TARGET}
        body, errors = self._request.validate(route.body or _NoBody, rest)
        if errors:
            raise _RefusedError(422, "invalid", line.said(errors))
        return route, target, body

    def _find(self, work: Any, target: Row, line: lines.Line) -> str:
        """The id of the finding that a line is about. A number counts with any brackets, as people type them."""
        given, number = target["id"], target["number"]
        if number is None:
            return str(given)
        wanted = "".join(_OPENING.sub("〔", _CLOSING.sub("〕", number)).split())
        found = work.findings.by_number([wanted]).get(wanted)
        if found is None:
            raise _RefusedError(404, "not_found", line.said({"number": ["no finding has this number"]}))
        if given not in (None, found):
            said = "id and number name two findings"
            raise _RefusedError(422, "invalid", line.said({"number": [said]}))
        return str(found)

    def _refusal(self, exc: FindingsError | Problem, line: lines.Line) -> _RefusedError:
        if isinstance(exc, Problem):
            said = line.said({"version": [exc.detail]})
            return _RefusedError(exc.status, exc.code, said, **exc.extra)
        status, code = self._app.errors[type(exc)]
        more = getattr(exc, "extra", {})
        if self._table and isinstance(exc, InvalidTransitionError):
            return _RefusedError(status, code, line.said({"move": [self._not_open(exc)]}), **more)
        told: Errors = getattr(exc, "errors", {"line": [str(exc)]})
        return _RefusedError(status, code, line.said(told), **more)

    def _not_open(self, exc: InvalidTransitionError) -> str:
        """Why a move is not open, for those who fill in sheets."""
        label = self._sheet.vocabulary.label
        status = label("finding_status", exc.extra["current_status"])
        moves = "、".join(label("move", move) for move in exc.extra["allowed_moves"]) or "无"
        why = in_chinese(exc.reason or "")
        return f"现在不能这样办理:{why}{';' if why else ''}该问题现为“{status}”,你可以办理:{moves}"


def _shown(finding: Any) -> Row:
    return {"id": finding.id, "number": finding.number.text, "now": finding.status.value}
