"""The database of this service, which tells what was posted once it is committed."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from services.findings.adapters.mongo import POSTED
from shared.persistence.client import Client
from shared.persistence.database import MongoDatabase
from shared.persistence.transaction import Transaction

T = TypeVar("T")
Posted = tuple[str, str, str]


class CountingDatabase(MongoDatabase):
    """Tells `count` the category, severity and method of each finding posted: after the commit, and once.

    A commit whose outcome is unknown is not counted.
    """

    def __init__(self, client: Client, name: str, count: Callable[[Iterable[Posted]], None]) -> None:
        super().__init__(client, name)
        self._count = count

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        last: dict[str, Transaction] = {}

        def attempt(transaction: Transaction) -> T:
            transaction.memo.pop(POSTED, None)
            last["attempt"] = transaction
            return work(transaction)

        result = super().transact(attempt, timeout)
        self._count(last["attempt"].memo.get(POSTED, ()))
        return result
