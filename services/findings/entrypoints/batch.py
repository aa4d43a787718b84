"""A batch of findings: chunks of lines, one transaction each; every line gets its own answer, in order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from services.findings.application import scope
from services.findings.application.commands import PostFinding
from services.findings.application.intake import Outcome, Tried
from services.findings.entrypoints import lines
from services.findings.entrypoints.schemas import PastFindingRequest, PostFindingRequest
from shared.http.problems import Errors, Problem
from shared.http.request import Request

CHUNK = 100
_CREATED, _KNOWN, _INVALID = 201, 200, 422
# A line, and the command it holds or what is wrong with it.
Read = tuple[lines.Line, PostFinding | Errors]
Row = dict[str, Any]


def post_batch(app: Any, request: Request, breathe: Callable[[], None]) -> Row:
    """Post every good line. A repeat with the same Idempotency-Key finds the chunks that were kept before.

    With `dry_run` nothing is kept: each line is told what it would be answered, without id and number. With
    `historical` the lines are those of an old ledger.

    Raises:
        Problem: 403 where a team takes over a ledger, or the office posts what is new.
    """
    historical = request.query["historical"]
    if historical != (request.claims.role == scope.TAKES_LEDGERS):
        raise Problem(403, "forbidden", "teams post what they found; only the office takes old ledgers over")
    rows: list[Row] = []
    keep = _DryRun(app) if request.query["dry_run"] else _Keep(app)
    schema, sheet = (
        (PastFindingRequest, app.sheets.ledger) if historical else (PostFindingRequest, app.sheets.findings)
    )
    found = lines.read(request.content_type, request.body, sheet, breathe)
    for part, chunk in enumerate(lines.chunks(found, CHUNK)):
        read = [_command(app, request, schema, line) for line in chunk]
        breathe()
        rows += keep(request, read, part)
    statuses = [row["status"] for row in rows]
    return {
        "accepted": statuses.count(_CREATED),
        "replayed": statuses.count(_KNOWN),
        "rejected": len(rows) - statuses.count(_CREATED) - statuses.count(_KNOWN),
        "results": rows,
    }


def _command(app: Any, request: Request, schema: type[PostFindingRequest], line: lines.Line) -> Read:
    if line.errors:
        return line, line.errors
    body, errors = request.validate(schema, line.value)
    if errors:
        return line, line.said(errors)
    return line, PostFinding.from_request(body, request.claims, app.areas.township_of)


@dataclass
class _Keep:
    """Each chunk in its transaction; its rows are plain values, since they are kept for a repeat."""

    app: Any

    def __call__(self, request: Request, read: list[Read], part: int) -> list[Row]:
        return request.transact(partial(self._chunk, read), part)

    def _chunk(self, read: list[Read], work: Any) -> list[Row]:
        return _answered(self.app, read, self.app.do.post_findings(work, _postings(read)))


@dataclass
class _DryRun:
    """The same without keeping anything; what stands in two lines is known by what the chunks before have met."""

    app: Any
    met: Tried = field(default_factory=Tried)

    def __call__(self, request: Request, read: list[Read], _part: int) -> list[Row]:
        # A transaction may run twice: only what its last run has met counts.
        outcomes, self.met = request.transact(
            lambda work: self.app.do.try_findings(work, _postings(read), self.met)
        )
        return _answered(self.app, read, outcomes)


def _postings(read: list[Read]) -> list[PostFinding]:
    return [one for _, one in read if isinstance(one, PostFinding)]


def _answered(app: Any, read: list[Read], settled: Iterable[Outcome]) -> list[Row]:
    outcomes = iter(settled)
    return [
        _settled(line, next(outcomes), app.errors)
        if isinstance(one, PostFinding)
        else _refused(line.number, _INVALID, "invalid", one)
        for line, one in read
    ]


def _settled(line: lines.Line, outcome: Outcome, table: Mapping[type[Exception], tuple[int, str]]) -> Row:
    finding, refusal = outcome.finding, outcome.refusal
    if refusal is not None:
        errors = line.said(getattr(refusal, "errors", {"line": [str(refusal)]}))
        return _refused(line.number, *table[type(refusal)], errors)
    status = _CREATED if outcome.new else _KNOWN
    if finding is None:
        return {"line": line.number, "status": status}
    return {"line": line.number, "status": status, "id": finding.id, "number": finding.number.text}


def _refused(number: int, status: int, code: str, errors: Errors) -> Row:
    return {"line": number, "status": status, "code": code, "errors": dict(errors)}
