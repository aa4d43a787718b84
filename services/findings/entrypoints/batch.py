"""A batch of findings: chunks of lines, one transaction each; every line gets its own answer, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from services.findings.application.commands import PostFinding
from services.findings.application.intake import Outcome
from services.findings.entrypoints import lines
from services.findings.entrypoints.schemas import PostFindingRequest
from shared.http.problems import Errors
from shared.http.request import Request

CHUNK = 100
_CREATED, _KNOWN, _INVALID = 201, 200, 422
# A line, and the command it holds or what is wrong with it.
Read = tuple[lines.Line, PostFinding | Errors]
Row = dict[str, Any]


def post_batch(app: Any, request: Request, breathe: Callable[[], None]) -> Row:
    """Post every good line. A repeat with the same Idempotency-Key finds the chunks that were kept before.

    With `dry_run` nothing is kept: each line is told what it would be answered, without id and number.
    """
    rows: list[Row] = []
    keep = _try if request.query["dry_run"] else _keep
    found = lines.read(request.content_type, request.body, app.sheet, breathe)
    for part, chunk in enumerate(_chunks(found)):
        read = [_command(app, request, line) for line in chunk]
        breathe()
        rows += request.transact(partial(keep, app, read), part)
    statuses = [row["status"] for row in rows]
    return {
        "accepted": statuses.count(_CREATED),
        "replayed": statuses.count(_KNOWN),
        "rejected": len(rows) - statuses.count(_CREATED) - statuses.count(_KNOWN),
        "results": rows,
    }


def _chunks(found: Iterable[lines.Line]) -> Iterator[list[lines.Line]]:
    left = iter(found)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _command(app: Any, request: Request, line: lines.Line) -> Read:
    if line.errors:
        return line, line.errors
    body, errors = request.validate(PostFindingRequest, line.value)
    if errors:
        return line, line.said(errors)
    return line, PostFinding.from_request(body, request.claims, app.areas.township_of)


def _keep(app: Any, read: list[Read], work: Any) -> list[Row]:
    """One chunk, in its transaction; plain values, since they are kept for a repeat."""
    return _answered(app, read, app.do.post_findings(work, _postings(read)))


def _try(app: Any, read: list[Read], work: Any) -> list[Row]:
    """The same without keeping anything; no number is taken."""
    return _answered(app, read, app.do.try_findings(work, _postings(read)))


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
