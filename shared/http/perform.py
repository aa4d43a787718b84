"""Running a handler: context, transaction, idempotency record and audit row around it, and no exception out of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pymongo
from structlog.contextvars import bound_contextvars

from shared.audit.rows import row_of
from shared.http import failures, idempotency, validation
from shared.http.answers import Answer, no_content, ok
from shared.http.grouping import Member
from shared.http.request import Request
from shared.messaging import outbox
from shared.observability import context
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Transaction

if TYPE_CHECKING:
    from shared.http.kernel import Kernel

T = TypeVar("T")
Handler = Callable[[Any, Request], Any]
READ_SECONDS = 5.0
WRITE_SECONDS = 5.0
_PAGING = frozenset({"limit", "cursor"})


class _RefusedError(Exception):
    """Carries a handler's own refusal out of the transaction, which must not be committed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def perform(handler: Handler, service: Any, request: Request) -> Answer:
    """The answer of a handler, whatever happens in it."""
    kernel, route = request.kernel, request.route
    with _scope(request):
        try:
            if route.transactional:
                return _in_transaction(handler, service, request)
            if route.writes:
                return _in_parts(handler, service, request)
            with pymongo.timeout(route.patience):
                answer = as_answer(handler(service, request))
            if route.audited is not None and _kept(answer):
                _record(request, _subject(request))
            return answer
        except _RefusedError as exc:
            return exc.answer
        except Exception as exc:  # noqa: BLE001 - the last place before nameko, which would end the process
            return failures.answer_to(exc, kernel.app.errors, request.id)


@contextmanager
def _scope(request: Request) -> Iterator[None]:
    """All within is done in the name of this request."""
    action = f"{request.route.method} {request.route.path}"
    current = context.Context(correlationid=request.id, actor=request.claims_or_none, action=action)
    with (
        context.bind(current),
        bound_contextvars(request_id=request.id, route=action),
        validation.of_county(request.kernel.county),
    ):
        yield


def as_answer(result: Any) -> Answer:
    """A handler may also return a plain document, or nothing."""
    if isinstance(result, Answer):
        return result
    return no_content() if result is None else ok(result)


def _slot(request: Request, part: str | int | None = None) -> str | None:
    if request.idempotency_key is None:
        return None
    path = request.route.path_of(request.path)
    return idempotency.slot(request.claims.sub, request.route.method, path, request.idempotency_key, part)


def _in_transaction(handler: Handler, service: Any, request: Request) -> Answer:
    kernel, where, asked = request.kernel, _slot(request), request.fingerprint

    def work(tx: Transaction, unit: Any) -> Answer:
        tx.memo.pop("audited", None)
        if where is not None and (record := tx.get(idempotency.COLLECTION, where)) is not None:
            return idempotency.replayed(record, asked)
        request.tx, request.work = tx, unit
        answer = as_answer(handler(service, request))
        if not _kept(answer):
            raise _RefusedError(answer)
        if where is not None and (kept := idempotency.kept(where, asked, answer, utc_now())) is not None:
            tx.insert(idempotency.COLLECTION, kept)
        tx.before_commit(lambda: _audit(tx, request, answer))
        return answer

    with kernel.in_progress.hold(where, asked):
        if (group := kernel.group_of(request.route)) is not None:
            return group.run(Member(request, where, lambda: _scope(request), work), WRITE_SECONDS)
        return kernel.app.database.transact(
            lambda tx: work(tx, kernel.app.unit_of_work(tx)), timeout=WRITE_SECONDS
        )


def _in_parts(handler: Handler, service: Any, request: Request) -> Answer:
    """A writing route that opens its own transactions; its whole answer is kept after the last of them."""
    kernel, where, asked = request.kernel, _slot(request), request.fingerprint
    with kernel.in_progress.hold(where, asked):
        if where is None:
            return _told(request, as_answer(handler(service, request)))
        record = kernel.app.database.transact(lambda tx: tx.get(idempotency.COLLECTION, where))
        if record is not None:
            return idempotency.replayed(record, asked)
        answer = _told(request, as_answer(handler(service, request)))
        kept = idempotency.kept(where, asked, answer, utc_now())
        if 200 <= answer.status < 300 and kept is not None:
            kernel.app.database.transact(lambda tx: tx.replace(idempotency.COLLECTION, kept))
        return answer


def in_part(
    kernel: "Kernel", request: Request, act: Callable[[Any], T], part: str | int | None, timeout: float
) -> T:
    """One transaction of a request that has several; see Request.transact."""
    where = None if part is None else _slot(request, part)

    def work(tx: Transaction) -> T:
        tx.memo.pop("audited", None)
        if where is not None and (record := tx.get(idempotency.COLLECTION, where)) is not None:
            idempotency.check_same(record["asked"], request.fingerprint)
            result: T = record["result"]
            return result
        result = act(kernel.app.unit_of_work(tx))
        tx.before_commit(lambda: _note_told(tx, request))
        if where is not None:
            tx.insert(
                idempotency.COLLECTION, idempotency.kept_part(where, request.fingerprint, result, utc_now())
            )
        return result

    return kernel.app.database.transact(work, timeout=timeout)


def _kept(answer: Answer) -> bool:
    """Whether something was done or shown; 304 tells that the caller has the same already."""
    return 200 <= answer.status < 300 or answer.status == 304


def _audit(tx: Transaction, request: Request, answer: Answer) -> None:
    """Who did what, where no event of the same transaction has told it already."""
    if tx.memo.get("audited"):
        return
    action = request.route.audited or f"{request.route.method} {request.route.path}"
    outbox.record(tx, action=action, subject=_subject(request, answer), now=utc_now())


def _note_told(tx: Transaction, request: Request) -> None:
    request.told = request.told or bool(tx.memo.get("audited"))


def _told(request: Request, answer: Answer) -> Answer:
    """A request in several transactions of which none has told what is done leaves its row before its answer."""
    if not request.told and _kept(answer):
        _record(request, _subject(request, answer))
    return answer


def _record(request: Request, subject: str) -> None:
    """One row outside of a transaction of the state: safe when this returns."""
    current, route = context.current(), request.route
    if current is None or current.actor is None:
        return
    asked = {name: value for name, value in (request.query or {}).items() if name not in _PAGING}
    action = route.audited or f"{route.method} {route.path}"
    row = row_of(current, current.actor, action=action, subject=subject, at=utc_now(), asked=asked)
    request.kernel.readings.keep(row)


def _subject(request: Request, answer: Answer | None = None) -> str:
    """What it is about: what the path names, or what was made."""
    named = next(iter(request.path.values()), "")
    made = answer.headers.get("Location", "") if answer is not None else ""
    return named or made.rpartition("/")[2]
