"""The twin without a database: the same unit of work over the in-memory transaction, for tests and trials."""

from collections.abc import Callable
from typing import TypeVar

from services.accountability.adapters.indexes import INDEXES
from services.accountability.adapters.mongo import RegistersCache, UnitOfWork
from services.accountability.application.clocks import Clocks
from shared.persistence.memory import MemoryDatabase

T = TypeVar("T")


class MemoryStore:
    """A database in memory that runs work in transactions."""

    def __init__(self, clocks: Clocks | None = None) -> None:
        self.database = MemoryDatabase(INDEXES)
        self._clocks = clocks
        self._cache = RegistersCache()

    def work(self, act: Callable[[UnitOfWork], T]) -> T:
        """Run `act` on a unit of work and commit it."""
        return self.database.transact(
            lambda transaction: act(UnitOfWork(transaction, self._cache, self._clocks))
        )

    def all(self, collection: str) -> list[dict[str, object]]:
        """Every document of a collection, as stored."""
        return list(self.database.collections.get(collection, {}).values())
