"""Moves line by line, as a sheet of answers comes back: each goes through the handler of its single move.

Some lines share a transaction, in which each is judged and made by itself: one that is refused is taken back alone. A
sheet that was cut off in the middle is sent again, and the lines that were carried out are known as such
(docs/decisions/0015 and 0024).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.findings.application.answered import Answered
from services.findings.application.columns import Sheet
from services.findings.application.sheet_messages import in_chinese
from services.findings.domain.errors import FindingsError, InvalidTransitionError
from services.findings.entrypoints import lines
from services.findings.entrypoints.asked_lines import Asked, LineReader, RefusedError, Row
from shared.contracts.claims import Claims
from shared.http import etags
from shared.http.problems import Errors, Problem
from shared.http.request import Request
from shared.messaging import outbox
from shared.persistence.errors import DuplicateError, UnavailableError
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Transaction

MOST_LINES = 1_000
AT_ONCE = 25
"""So many lines share a transaction. A cut costs them the work, no more."""
_SECONDS = 15.0
OK = 200
REPORT = "report"
"""The move that asks most."""


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
    sheet = service.app.sheets.answers
    reader = LineReader(request, sheet)
    mover = _Mover(service, request.claims, sheet, table=reader.table)
    # A table has its header beside the lines.
    found = lines.read(request.content_type, request.body, sheet, breathe, MOST_LINES + 1)
    answered = [line for line in found if not reader.empty(line)]
    if len(answered) > MOST_LINES:
        raise lines.too_many(MOST_LINES)
    read = _read(reader, answered, breathe)
    if request.query["dry_run"]:
        every = list(read)
        rows: list[Row] = service.app.rehearse(lambda work, tx: mover.carry_out(work, tx, every))
    else:
        rows = [row for some in lines.chunks(read, AT_ONCE) for row in mover.keep(some)]
    replayed = sum("replayed" in row for row in rows)
    accepted = sum(row["status"] == OK for row in rows) - replayed
    rejected = len(rows) - accepted - replayed
    return {"accepted": accepted, "replayed": replayed, "rejected": rejected, "results": rows}


Read = tuple[lines.Line, Asked | RefusedError]


def _read(reader: LineReader, answered: Sequence[lines.Line], breathe: Callable[[], None]) -> Iterator[Read]:
    for line in answered:
        breathe()
        try:
            yield line, reader.read(line)
        except RefusedError as refusal:
            yield line, refusal


class _Mover:
    """Carries out lines for one caller."""

    def __init__(self, service: Any, by: Claims, sheet: Sheet, *, table: bool) -> None:
        self._service = service
        self._app = service.app
        self._by = by
        self._sheet = sheet
        self._table = table

    def keep(self, read: Sequence[Read]) -> list[Row]:
        """Carry out some lines in one transaction; where that fails as a whole, each in one of its own, so that a line
        others quarrel about does not stop the rest."""
        try:
            rows: list[Row] = self._app.database.transact(
                lambda tx: self.carry_out(self._app.unit_of_work(tx), tx, read), _SECONDS
            )
        except (DuplicateError, UnavailableError):
            if len(read) == 1:
                raise
            return [row for one in read for row in self.keep([one])]
        return rows

    def carry_out(self, work: Any, tx: Transaction, read: Sequence[Read]) -> list[Row]:
        """What becomes of the lines, one after the other."""
        by_number = self._prefetch(work, [asked for _, asked in read if isinstance(asked, Asked)])
        rows = []
        for line, asked in read:
            back = tx.savepoint()
            try:
                if isinstance(asked, RefusedError):
                    raise asked
                found = self._move(work, tx, asked, asked.find(by_number))
            except RefusedError as refusal:
                back()
                found = refusal.row
            rows.append({"line": line.number, **found})
        return rows

    def _prefetch(self, work: Any, asked: Sequence[Asked]) -> dict[str, str]:
        """The ids by number; findings, and which lines were carried out, are at hand afterwards."""
        by_number: dict[str, str] = work.findings.by_number([one.number for one in asked if one.number])
        named = [(one, by_number.get(one.number) if one.number else one.id) for one in asked]
        known = [(one, finding) for one, finding in named if finding is not None]
        work.findings.get_many({finding for _, finding in known})
        work.answered_lines.expect([self._answered(one, finding) for one, finding in known])
        self._prefetch_reports(work, [one for one in known if one[0].move == REPORT])
        return by_number

    def _prefetch_reports(self, work: Any, reports: Sequence[tuple[Asked, str]]) -> None:
        photos = [photo for asked, _ in reports for photo in asked.body.get("attachments", ())]
        self._app.do.expect_reports(work, [finding for _, finding in reports], photos)

    def _answered(self, asked: Asked, finding: str) -> Answered:
        return Answered.of(finding, asked.move, {**asked.body, "version": asked.version}, self._by)

    def _move(self, work: Any, tx: Transaction, asked: Asked, finding: str) -> Row:
        """Judge a line as the route of its move would, and make it."""
        answered = self._answered(asked, finding)
        request = LineRequest({"id": finding}, self._by, asked.body, work, asked.version)
        try:
            if work.answered_lines.holds(answered):
                return {"status": OK, **_shown(work.findings.get(finding)), "replayed": True}
            tx.memo.pop("audited", None)
            document = asked.route.handler(self._service, request)
        except (FindingsError, Problem) as exc:
            raise self._refusal(exc, asked.line) from None
        now = utc_now()
        work.answered_lines.add(answered, document["version"], now)
        if not tx.memo.get("audited"):
            # Not everything that is done is told to the world; who did it is on record all the same.
            outbox.record(tx, action=f"POST /findings/{{id}}/{asked.move}", subject=finding, now=now)
        return {"status": OK, "id": finding, "number": document["number"], "now": document["status"]}

    def _refusal(self, exc: FindingsError | Problem, line: lines.Line) -> RefusedError:
        if isinstance(exc, Problem):
            said = line.said({"version": [exc.detail]})
            return RefusedError(exc.status, exc.code, said, **exc.extra)
        status, code = self._app.errors[type(exc)]
        more = getattr(exc, "extra", {})
        if self._table and isinstance(exc, InvalidTransitionError):
            return RefusedError(status, code, line.said({"move": [self._not_open(exc)]}), **more)
        told: Errors = getattr(exc, "errors", {"line": [str(exc)]})
        return RefusedError(status, code, line.said(told), **more)

    def _not_open(self, exc: InvalidTransitionError) -> str:
        """Why a move is not open, for those who fill in sheets."""
        label = self._sheet.vocabulary.label
        status = label("finding_status", exc.extra["current_status"])
        moves = "、".join(label("move", move) for move in exc.extra["allowed_moves"]) or "无"
        why = in_chinese(exc.reason or "")
        return f"现在不能这样办理:{why}{';' if why else ''}该问题现为“{status}”,你可以办理:{moves}"


def _shown(finding: Any) -> Row:
    return {"id": finding.id, "number": finding.number.text, "now": finding.status.value}
