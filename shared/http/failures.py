"""Every exception as an answer: refusals say what to do about them, defects only where to find them in the log."""

from collections.abc import Mapping

import structlog
from marshmallow import ValidationError
from pymongo.errors import ConnectionFailure, PyMongoError

from shared.http import answers, validation
from shared.http.answers import Answer
from shared.http.problems import PROBLEM_JSON, Problem
from shared.persistence.errors import CursorError, DuplicateError, UnavailableError

ErrorTable = Mapping[type[Exception], tuple[int, str]]
_RETRY_AFTER = {"Retry-After": "1"}
_log = structlog.get_logger("http")


def answer_to(exc: Exception, table: ErrorTable, reference: str) -> Answer:
    """The answer to an exception; `table` holds the service's own errors, `reference` names the request."""
    problem = _as_problem(exc, table)
    if problem is None:
        # The text may hold personal data: the log's processors keep the class and the places in the code only.
        _log.error("request failed", reference=reference, exc_info=exc)
        problem = Problem(
            500,
            "internal_error",
            f"an error on our side; quote the reference {reference}",
            extra={"reference": reference},
        )
    return of(problem)


def of(problem: Problem) -> Answer:
    """A problem as an answer."""
    return answers.document(
        problem.status, problem.document(), headers=problem.headers, content_type=PROBLEM_JSON
    )


def _as_problem(exc: Exception, table: ErrorTable) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    for kind in type(exc).__mro__:
        if kind in table:
            status, code = table[kind]
            return Problem(
                status,
                code,
                str(exc),
                errors=getattr(exc, "errors", None),
                extra=getattr(exc, "extra", None),
                headers=_RETRY_AFTER if status == 503 else None,
            )
    return _kernel_problem(exc)


def _kernel_problem(exc: Exception) -> Problem | None:
    if isinstance(exc, ValidationError):
        return Problem(422, "invalid", "the request does not have the right shape",
                       errors=validation.flatten(exc.messages))  # fmt: skip
    if isinstance(exc, CursorError):
        return Problem(400, "invalid_cursor", str(exc))
    if isinstance(exc, DuplicateError):
        return Problem(409, "conflict", "a document with the same unique key exists")
    away = isinstance(exc, ConnectionFailure) or (isinstance(exc, PyMongoError) and exc.timeout)
    if isinstance(exc, UnavailableError) or away:
        return Problem(
            503,
            "database_unavailable",
            "the database did not answer; whether the change was made is found out by sending the same again "
            "with the same Idempotency-Key",
            headers=_RETRY_AFTER,
        )
    return None
