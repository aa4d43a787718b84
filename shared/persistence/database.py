"""A service's database: runs work in transactions, in bounded time, and says plainly what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pymongo
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, ExecutionTimeout, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.persistence.client import Client
from shared.persistence.errors import DuplicateError, UnavailableError
from shared.persistence.mongo_transaction import MongoTransaction
from shared.persistence.transaction import Document, Transaction

T = TypeVar("T")
_DUPLICATE_KEY = 11000
_REPETITIONS = 2
_SAFE: dict[str, Any] = {
    "read_concern": ReadConcern("snapshot"),
    "write_concern": WriteConcern("majority", j=True),
}
"""Both are set at the transaction itself: only then are majority reads and writes promised."""


class Database(Protocol):
    """What runs a unit of work."""

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T: ...


class MongoDatabase:
    """One database on a replica set.

    `transact` may run `work` several times: it must do nothing but database work, and keep what may happen only
    once in `transaction.memo`.
    """

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self._database = client[name]

    def collection(self, name: str) -> Collection[Document]:
        """For reads outside of transactions."""
        return self._database[name]

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        """Run `work` in one transaction and commit it; `timeout` in seconds bounds all attempts together.

        Raises:
            DuplicateError: a unique key is taken, also after the work was run again on a new snapshot.
            UnavailableError: no answer in time, or a commit whose outcome is unknown.
        """
        memo: dict[str, Any] = {}
        for repetition in range(_REPETITIONS + 1):
            attempt = _Attempt()
            try:
                with pymongo.timeout(timeout):
                    return self._attempt(work, memo, attempt)
            except (DuplicateKeyError, BulkWriteError) as exc:
                if repetition == _REPETITIONS or not _is_duplicate(exc):
                    raise _translated(exc, attempt) from exc
            except PyMongoError as exc:
                raise _translated(exc, attempt) from exc
        raise AssertionError("the last repetition returns or raises")

    def snapshot(self, act: Callable[[ClientSession], T], timeout: float = 5.0) -> T:
        """What `act` makes of one moment with the session it is given: sums over whole collections, which a
        `Transaction` has no words for. Run again on a new moment where another has written in between.

        Raises:
            UnavailableError: no answer in time, or a commit whose outcome is unknown.
        """
        try:
            with pymongo.timeout(timeout), self.client.start_session() as session:
                return session.with_transaction(act, **_SAFE)
        except PyMongoError as exc:
            raise _translated(exc, _Attempt(committing=True)) from exc

    def _attempt(self, work: Callable[[Transaction], T], memo: dict[str, Any], attempt: "_Attempt") -> T:
        def callback(session: ClientSession) -> T:
            attempt.committing = False
            transaction = MongoTransaction(self._database, session, memo)
            result = work(transaction)
            transaction.flush()
            attempt.committing = True
            return result

        with self.client.start_session() as session:
            return session.with_transaction(callback, **_SAFE)


@dataclass(slots=True)
class _Attempt:
    """How far a transaction has come: what fails before its commit was asked for has left nothing."""

    committing: bool = False


def _is_duplicate(exc: PyMongoError) -> bool:
    if isinstance(exc, BulkWriteError):
        errors = (exc.details or {}).get("writeErrors", [])
        return bool(errors) and all(error.get("code") == _DUPLICATE_KEY for error in errors)
    return isinstance(exc, DuplicateKeyError)


def _translated(exc: PyMongoError, attempt: _Attempt) -> Exception:
    if _is_duplicate(exc):
        return DuplicateError(*_where(exc))
    permanent = isinstance(exc, OperationFailure) and not (
        exc.timeout
        or isinstance(exc, ExecutionTimeout)
        or exc.has_error_label("TransientTransactionError")
        or exc.has_error_label("UnknownTransactionCommitResult")
    )
    # A refused operation is a defect of ours and must show as one; everything else passes with time.
    return (
        exc
        if permanent
        else UnavailableError(
            f"the database did not answer as needed ({type(exc).__name__})", undone=not attempt.committing
        )
    )


def _where(exc: PyMongoError) -> tuple[str, str]:
    """Collection and index out of the server's text; the key's value in it is left behind (personal data)."""
    if isinstance(exc, BulkWriteError):
        message = str((exc.details or {})["writeErrors"][0].get("errmsg", ""))
    else:
        message = str(exc)
    collection = message.partition("collection: ")[2].partition(" ")[0].rpartition(".")[2]
    index = message.partition("index: ")[2].partition(" ")[0]
    return collection or "unknown", index or "unknown"
