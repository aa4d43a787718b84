"""The in-memory twin: the same unit of work over dictionaries, and a channel that keeps what it is given."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from services.notifications.adapters import documents
from services.notifications.adapters.mongo import DISPATCHES, NotificationsWork
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.ports import Letter, UnreachableError
from services.notifications.domain.dispatch import Dispatch
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

T = TypeVar("T")


class MemoryDispatchFinder:
    """Finds messages as MongoDispatchFinder does."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    def due(self, channel: str, now: datetime, limit: int) -> Sequence[str]:
        return self._find(lambda one: one.channel == channel and one.is_due(now), limit)

    def lost(self, now: datetime, limit: int) -> Sequence[str]:
        return self._find(lambda one: one.is_lost(now), limit)

    def unsettled(self, limit: int) -> Sequence[str]:
        return self._find(lambda one: one.ended and not one.settled, limit)

    def _find(self, wanted: Callable[[Dispatch], bool], limit: int) -> list[str]:
        def read(transaction: Transaction) -> list[Any]:
            return transaction.find(DISPATCHES, {})

        found = sorted(map(documents.to_dispatch, self._database.transact(read)), key=lambda one: one.due_at)
        return [one.id for one in found if wanted(one)][:limit]


class RecordingSender:
    """A channel whose other side takes everything, unless `answer` raises; with an `outage` it does not answer."""

    def __init__(self, answer: Callable[[Letter], None] = lambda letter: None) -> None:
        self.letters: list[Letter] = []
        self.outage: str | None = None
        self._answer = answer

    @contextmanager
    def connect(self) -> Iterator["RecordingSender"]:
        if self.outage is not None:
            raise UnreachableError(self.outage)
        yield self

    def send(self, letter: Letter) -> None:
        self._answer(letter)
        self.letters.append(letter)


def transactor(database: Any, vault: AddressVault) -> Callable[[Callable[[NotificationsWork], T]], T]:
    """Runs work in a transaction of its own on either database."""
    return lambda act: database.transact(lambda transaction: act(NotificationsWork(transaction, vault)))
