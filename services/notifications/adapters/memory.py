"""The in-memory twin: the same unit of work over dictionaries, and a channel that keeps what it is given."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from services.notifications.adapters import documents
from services.notifications.adapters.channels import CHANNELS, THROTTLES, to_throttle
from services.notifications.adapters.dispatches import DISPATCHES
from services.notifications.adapters.mongo import NotificationsWork
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.lines import Letter, Recovery, Standing, UnreachableError, Word
from services.notifications.domain.dispatch import Dispatch
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

T = TypeVar("T")


class MemoryDispatchFinder:
    """Finds messages as MongoDispatchFinder does."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    def any_due(self, channels: Collection[str], now: datetime) -> bool:
        return bool(self._find(lambda one: one.channel in channels and one.is_due(now), 1))

    def paused(self) -> frozenset[str]:
        return frozenset(one["_id"] for one in self._all(CHANNELS) if one["paused"])

    def due(self, channel: str, now: datetime, limit: int) -> Sequence[str]:
        throttles = map(to_throttle, self._all(THROTTLES))
        closed = {one.lane for one in throttles if one.channel == channel and not one.is_open(now)}
        return self._find(
            lambda one: one.channel == channel and one.is_due(now) and one.lane not in closed, limit
        )

    def lost(self, now: datetime, limit: int) -> Sequence[str]:
        return self._find(lambda one: one.is_lost(now), limit)

    def unsettled(self, limit: int) -> Sequence[str]:
        return self._find(lambda one: one.ended and not one.settled, limit)

    def _find(self, wanted: Callable[[Dispatch], bool], limit: int) -> list[str]:
        found = sorted(map(documents.to_dispatch, self._all(DISPATCHES)), key=lambda one: one.due_at)
        return [one.id for one in found if wanted(one)][:limit]

    def _all(self, collection: str) -> list[Any]:
        def read(transaction: Transaction) -> list[Any]:
            return transaction.find(collection, {})

        return self._database.transact(read)


class RecordingSender:
    """A channel whose other side takes everything, unless `answer` raises; with an `outage` it does not answer. What
    it says when it is asked is its `word`."""

    def __init__(
        self, answer: Callable[[Letter], None] = lambda letter: None, recovery: Recovery = Recovery.PERSON
    ) -> None:
        self.recovery = recovery
        self.word = Word(Standing.UNDECIDED)
        self.letters: list[Letter] = []
        self.outage: str | None = None
        self._answer = answer

    @contextmanager
    def connect(self) -> Iterator["RecordingSender"]:
        if self.outage is not None:
            raise UnreachableError(self.outage)
        yield self

    def send(self, letter: Letter) -> str | None:
        self._answer(letter)
        self.letters.append(letter)
        return f"theirs-{letter.id}"

    def ask(self, message: str) -> Word:
        return self.word


def transactor(database: Any, vault: AddressVault) -> Callable[[Callable[[NotificationsWork], T]], T]:
    """Runs work in a transaction of its own on either database."""
    return lambda act: database.transact(lambda transaction: act(NotificationsWork(transaction, vault)))
