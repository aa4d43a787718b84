"""The unit of work over documents: everything that one transaction of this service may touch.

The same classes work over a MongoDB transaction and over its in-memory twin (shared.persistence).
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from services.notifications.adapters.cases import CaseRepository
from services.notifications.adapters.channels import THROTTLES, ChannelRepository, ThrottleRepository
from services.notifications.adapters.dispatches import (
    DISPATCH_INDEXES,
    DispatchRepository,
    WindowRepository,
)
from services.notifications.adapters.notices import (
    NOTICE_INDEXES,
    NOTICES,
    QUEUED_NOW,
    SIGNED_NOW,
    NoticeRepository,
)
from services.notifications.adapters.people import (
    PEOPLE_INDEXES,
    TOLD,
    ContactRepository,
    NameRepository,
    ToldRepository,
)
from services.notifications.adapters.receipts import (
    CODES_INDEX,
    LINKS_INDEX,
    CodeRepository,
    LinkRepository,
)
from services.notifications.adapters.repeats import REPEATS_INDEX, RepeatRepository
from services.notifications.adapters.vault import AddressVault
from shared.persistence.database import MongoDatabase
from shared.persistence.derived import Derivation
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

T = TypeVar("T")

DERIVATION = Derivation(counted={NOTICES: ("status",), TOLD: ("area",)})

INDEXES = (
    *NOTICE_INDEXES,
    *DISPATCH_INDEXES,
    *PEOPLE_INDEXES,
    Index(THROTTLES, [("channel", 1)]),
    REPEATS_INDEX,
    LINKS_INDEX,
    CODES_INDEX,
)


class NotificationsWork:
    """The unit of work of this service."""

    def __init__(self, transaction: Transaction, vault: AddressVault) -> None:
        self.notices = NoticeRepository(transaction)
        self.dispatches = DispatchRepository(transaction)
        self.windows = WindowRepository(transaction)
        self.contacts = ContactRepository(transaction, vault)
        self.names = NameRepository(transaction)
        self.told = ToldRepository(transaction)
        self.cases = CaseRepository(transaction)
        self.throttles = ThrottleRepository(transaction)
        self.channels = ChannelRepository(transaction)
        self.repeats = RepeatRepository(transaction)
        self.links = LinkRepository(transaction)
        self.codes = CodeRepository(transaction)


class CountingDatabase(MongoDatabase):
    """Tells `count` how many notices were queued and how long the signed ones waited: after the commit, and once.

    A commit whose outcome is unknown is not counted.
    """

    def __init__(self, client: Any, name: str, count: Callable[[int, Sequence[float]], None]) -> None:
        super().__init__(client, name, DERIVATION)
        self._count = count

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        last: dict[str, Transaction] = {}

        def attempt(transaction: Transaction) -> T:
            for name in (QUEUED_NOW, SIGNED_NOW):
                transaction.memo.pop(name, None)
            last["attempt"] = transaction
            return work(transaction)

        result = super().transact(attempt, timeout)
        memo = last["attempt"].memo
        self._count(len(memo.get(QUEUED_NOW, ())), memo.get(SIGNED_NOW, ()))
        return result
