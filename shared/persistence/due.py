"""What time alone brings: documents whose moment has come, each acted on once, whatever the number of workers.

What is due stands in the documents. Whoever looks reads them in the transaction that also acts on them, so that of two
who act at once one is run again and finds nothing left to do; a process that dies loses and repeats nothing.

One that cannot be acted on costs only itself: it is put off, longer each time, and the others go on. That stands in its
`put_off`, a field that no repository knows: whoever saves the document otherwise removes it, and it is tried at once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

import structlog

from shared.observability import metrics
from shared.persistence.database import Database
from shared.persistence.errors import UnavailableError
from shared.persistence.indexes import Index
from shared.persistence.transaction import Document, Transaction, Where

log = structlog.get_logger("due")

W = TypeVar("W")
BATCH = 100
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long it is put off the first time, the second, and each time after that."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WAITS: Where = {"wake_at": {"$gt": _LONG_AGO}}


def wake_index(collection: str) -> Index:
    """Serves `woken_by`; documents of which nothing is ahead are not in it."""
    return Index(collection, [("wake_at", 1)], partial=_WAITS)


def woken_by(now: datetime) -> Where:
    """Documents whose `wake_at` has come; the lower bound lets the partial index serve it."""
    return {"wake_at": {"$gt": _LONG_AGO, "$lte": now}}


@dataclass(frozen=True)
class Due(Generic[W]):
    """The documents of `collection` that are due at a moment, by `where`, in the order of the field `by`.

    `act(work, key, now)` does what is to be done of one of them, after which it must not be due any more.
    """

    collection: str
    act: Callable[[W, str, datetime], None]
    where: Callable[[datetime], Where] = woken_by
    by: str = "wake_at"


class DueTurns(Generic[W]):
    """Acts on what is due in `database`, up to `batch` documents of each kind in one transaction."""

    def __init__(
        self,
        database: Database,
        unit_of_work: Callable[[Transaction], W],
        kinds: Sequence[Due[W]],
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._kinds = kinds
        self._batch = batch
        self._size = batch

    def turn(self, now: datetime) -> bool:
        """One batch of each kind; whether more may wait.

        Raises:
            UnavailableError: the database did not answer; what was committed before stays.
        """
        more = [self._batch_of(kind, now) for kind in self._kinds]
        return any(more)

    def _batch_of(self, kind: Due[W], now: datetime) -> bool:
        size = self._size
        try:
            done = self._act(kind, now)
        except UnavailableError:
            # On a slow machine a whole batch may never fit into the time of a transaction.
            self._size = max(1, size // 4)
            raise
        except Exception:
            # One of them cannot be acted on, and the others must not wait for it. The batch was rolled back whole.
            log.exception("what is due is done one by one", collection=kind.collection)
            done = self._one_by_one(kind, now)
        else:
            self._size = min(self._batch, size * 2)
        return done == size

    def _one_by_one(self, kind: Due[W], now: datetime) -> int:
        keys = self._database.transact(lambda tx: [one["_id"] for one in self._find(tx, kind, now)])
        for key in keys:
            try:
                self._act(kind, now, key)
            except UnavailableError:
                raise
            except Exception:
                # Its own transaction was rolled back: it stays due, and is tried again, until the cause is mended.
                log.exception(
                    "what is due cannot be done and is put off", collection=kind.collection, key=key
                )
                self._database.transact(partial(self._put_off, kind, now, [key]))
                _count(kind, 1)
        return len(keys)

    def _act(self, kind: Due[W], now: datetime, key: str | None = None) -> int:
        """One transaction for the next batch, or for the one document; how many were due."""

        def act(transaction: Transaction) -> tuple[int, list[str]]:
            keys = [one["_id"] for one in self._find(transaction, kind, now, key)]
            work = self._unit_of_work(transaction)
            for one in keys:
                kind.act(work, one, now)
            # A batch of those that stay due for ever would keep all others from their turn.
            return len(keys), self._put_off(kind, now, keys, transaction)

        done, stuck = self._database.transact(act)
        if stuck:
            log.error("what is due stays due and is put off", collection=kind.collection, keys=stuck)
            _count(kind, len(stuck))
        return done

    def _find(
        self, transaction: Transaction, kind: Due[W], now: datetime, key: str | None = None
    ) -> list[Document]:
        where: dict[str, Any] = {**kind.where(now), "put_off.until": {"$not": {"$gt": now}}}
        if key is not None:
            where["_id"] = key
        return transaction.find(kind.collection, where, [(kind.by, 1)], self._size)

    @staticmethod
    def _put_off(kind: Due[W], now: datetime, keys: Iterable[str], transaction: Transaction) -> list[str]:
        """Those of `keys` that are still due, put off."""
        keys = list(keys)
        if not keys:
            return []
        still = transaction.find(kind.collection, {**kind.where(now), "_id": {"$in": keys}})
        for document in still:
            times = document.get("put_off", {}).get("times", 0)
            until = now + PAUSES[min(times, len(PAUSES) - 1)]
            put_off = {"until": until, "times": times + 1}
            transaction.replace(kind.collection, {**document, "put_off": put_off})
        return [one["_id"] for one in still]


def _count(kind: Due[W], number: int) -> None:
    metrics.PUT_OFF.labels(kind.collection).inc(number)
