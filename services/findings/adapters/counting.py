"""The database of this service, which tells the metrics what was posted and mended once it is committed."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from services.findings.adapters.indexes import DERIVATION
from services.findings.adapters.mongo import MENDED, POSTED
from shared.persistence.client import Client
from shared.persistence.database import MongoDatabase
from shared.persistence.transaction import Transaction

T = TypeVar("T")
Posted = tuple[str, str, str]


class CountingDatabase(MongoDatabase):
    """After the commit, and once: tells `posted` the category, severity and method of each finding posted, and
    `mended` the seconds from its posting to the report that passed of each finding closed.

    A commit whose outcome is unknown is not counted.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        posted: Callable[[Iterable[Posted]], None],
        mended: Callable[[Iterable[float]], None],
    ) -> None:
        super().__init__(client, name, DERIVATION)
        self._posted = posted
        self._mended = mended

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        last: dict[str, Transaction] = {}

        def attempt(transaction: Transaction) -> T:
            transaction.memo.pop(POSTED, None)
            transaction.memo.pop(MENDED, None)
            last["attempt"] = transaction
            return work(transaction)

        result = super().transact(attempt, timeout)
        memo = last["attempt"].memo
        self._posted(memo.get(POSTED, ()))
        self._mended(memo.get(MENDED, ()))
        return result
