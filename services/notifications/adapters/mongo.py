"""The unit of work over documents: notices, messages, contacts and names of one transaction.

The same classes work over a MongoDB transaction and over its in-memory twin (shared.persistence).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from services.notifications.adapters import documents
from services.notifications.adapters.channels import THROTTLES, ChannelRepository, ThrottleRepository
from services.notifications.adapters.documents import window_key
from services.notifications.adapters.receipts import (
    CODES_INDEX,
    LINKS_INDEX,
    CodeRepository,
    LinkRepository,
)
from services.notifications.adapters.repeats import REPEATS_INDEX, RepeatRepository
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.outgoing import CONTRACTS, state
from services.notifications.domain import recipients
from services.notifications.domain.contact import Contact
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.events import Queued, Signed
from services.notifications.domain.gathering import Window
from services.notifications.domain.notice import Notice
from shared.contracts import notifications as contracts
from shared.messaging import outbox
from shared.persistence.database import MongoDatabase
from shared.persistence.due import wake_index
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

T = TypeVar("T")
NOTICES, DISPATCHES, WINDOWS = "notices", "dispatches", "windows"
CONTACTS, NAMES, TOLD = "contacts", "names", "told"
UNSIGNED = ("queued", "sent", "read", "failed")
_QUEUED, _SIGNED = "notices_queued", "notices_signed"

INDEXES = (
    # One notice for each event and recipient, however often the event comes.
    Index(NOTICES, [("event", 1), ("recipient", 1)], unique=True),
    # Lists, newest first: `_id` is a UUIDv7.
    Index(NOTICES, [("recipient", 1), ("_id", -1)]),
    Index(NOTICES, [("area", 1), ("_id", -1)]),
    Index(NOTICES, [("finding", 1), ("_id", -1)]),
    Index(NOTICES, [("status", 1), ("_id", -1)]),
    Index(NOTICES, [("event_type", 1), ("_id", -1)]),
    Index(NOTICES, [("case", 1), ("_id", -1)], partial={"case": {"$gt": ""}}),
    Index(NOTICES, [("warning", 1)], partial={"warning": {"$gt": ""}}),
    Index(NOTICES, [("carried", 1), ("_id", 1)], partial={"carried": {"$gt": ""}}),
    Index(DISPATCHES, [("channel", 1), ("due_at", 1), ("lane", 1)], partial={"status": "pending"}),
    Index(DISPATCHES, [("area", 1), ("_id", -1)]),
    Index(DISPATCHES, [("recipient", 1), ("_id", -1)]),
    Index(DISPATCHES, [("attention", 1), ("_id", -1)], partial={"attention": True}),
    Index(THROTTLES, [("channel", 1)]),
    Index(DISPATCHES, [("lease_until", 1)], partial={"status": "sending"}),
    Index(DISPATCHES, [("unsettled", 1)], partial={"unsettled": True}),
    Index(CONTACTS, [("created_at", -1), ("_id", -1)]),
    Index(CONTACTS, [("sealed_with", 1), ("_id", 1)]),
    Index(TOLD, [("area", 1)]),
    REPEATS_INDEX,
    LINKS_INDEX,
    CODES_INDEX,
    wake_index(NOTICES),
)


class NoticeRepository:
    """Notices of one transaction; saving one tells the world of it."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, notice: str) -> Notice | None:
        document = self._tx.get(NOTICES, notice)
        return None if document is None else documents.to_notice(document)

    def add(self, notice: Notice) -> None:
        self._tell(notice)
        self._tx.insert(NOTICES, documents.of_notice(notice))

    def save(self, notice: Notice) -> None:
        self._tell(notice)
        self._tx.replace(NOTICES, documents.of_notice(notice))

    def told_of_warning(self, warning: str) -> Sequence[str]:
        found = self._tx.find(NOTICES, {"warning": warning})
        return list(dict.fromkeys(document["recipient"] for document in found))

    def carried_by(self, dispatch: str, limit: int) -> Sequence[Notice]:
        found = self._tx.find(NOTICES, {"carried": dispatch}, [("_id", 1)], limit)
        return [documents.to_notice(document) for document in found]

    def leaders_of(self, finding: str) -> Sequence[str]:
        found = self._tx.find(NOTICES, {"finding": finding, "leaders": {"$ne": []}}, [("_id", -1)], 1)
        return tuple(found[0].get("leaders", ())) if found else ()

    def unsigned_of(self, recipient: str, limit: int) -> Sequence[Notice]:
        whose: Any = recipient
        if recipient.startswith(recipients.UNIT):
            whose = {"$gte": recipient, "$lt": recipient + ":"}  # ":" comes after every digit
        where = {"recipient": whose, "status": {"$in": list(UNSIGNED)}}
        found = self._tx.find(NOTICES, where, [("_id", 1)], limit)
        return [documents.to_notice(document) for document in found]

    def _tell(self, notice: Notice) -> None:
        for event in notice.pending:
            contract = CONTRACTS.get(type(event))
            if contract is None:
                continue
            notice.sequence += 1
            outbox.publish(
                self._tx,
                source=contracts.PRODUCER,
                type=contract,
                subject=notice.id,
                sequence=notice.sequence,
                data=state(notice, event),
                now=event.at,
            )
            if isinstance(event, Queued):
                self._tx.memo.setdefault(_QUEUED, []).append(notice.id)
            if isinstance(event, Signed):
                # What was signed on paper may carry a time of that day before the notice was made.
                waited = ((notice.signed_at or event.at) - notice.queued_at).total_seconds()
                self._tx.memo.setdefault(_SIGNED, []).append(max(waited, 0.0))
        notice.pending.clear()


class DispatchRepository:
    """Messages on outside channels."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, dispatch: str) -> Dispatch | None:
        document = self._tx.get(DISPATCHES, dispatch)
        return None if document is None else documents.to_dispatch(document)

    def get_many(self, dispatches: Iterable[str]) -> Mapping[str, Dispatch]:
        found = self._tx.get_many(DISPATCHES, dispatches)
        return {key: documents.to_dispatch(document) for key, document in found.items()}

    def save(self, dispatch: Dispatch) -> None:
        dispatch.version += 1
        self._tx.replace(DISPATCHES, documents.of_dispatch(dispatch))


class WindowRepository:
    """What is gathered for whom. Nobody is known before the first message to him."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, recipient: str, channel: str) -> Window:
        document = self._tx.get(WINDOWS, window_key(recipient, channel))
        return Window(recipient, channel) if document is None else documents.to_window(document)

    def get_many(self, keys: Iterable[tuple[str, str]]) -> Sequence[Window]:
        found = self._tx.get_many(WINDOWS, [window_key(*key) for key in keys])
        return [documents.to_window(document) for document in found.values()]

    def save(self, window: Window) -> None:
        self._tx.replace(WINDOWS, documents.of_window(window))


class ContactRepository:
    """By which channels recipients can be reached."""

    def __init__(self, transaction: Transaction, vault: AddressVault) -> None:
        self._tx = transaction
        self._vault = vault

    def get(self, recipient: str) -> Contact | None:
        document = self._tx.get(CONTACTS, recipient)
        return None if document is None else documents.to_contact(document, self._vault)

    def get_many(self, recipients: Iterable[str]) -> Mapping[str, Contact]:
        found = self._tx.get_many(CONTACTS, recipients)
        return {key: documents.to_contact(document, self._vault) for key, document in found.items()}

    def save(self, contact: Contact) -> None:
        self._tx.replace(CONTACTS, documents.of_contact(contact, self._vault))

    def seal_anew(self, limit: int) -> int:
        where = {"sealed_with": {"$ne": self._vault.sealed_with}}
        found = self._tx.find(CONTACTS, where, [("_id", 1)], limit)
        for document in found:
            self.save(documents.to_contact(document, self._vault))
        return len(found)


class NameRepository:
    """The names of cadres, as registered."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, cadre: str) -> str | None:
        document = self._tx.get(NAMES, cadre)
        return None if document is None else str(document["name"])

    def get_many(self, cadres: Iterable[str]) -> Mapping[str, str]:
        return {key: document["name"] for key, document in self._tx.get_many(NAMES, cadres).items()}

    def save(self, cadre: str, name: str) -> None:
        self._tx.replace(NAMES, {"_id": cadre, "name": name})


class ToldRepository:
    """Who has a notice of the assignment of a finding."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, finding: str) -> frozenset[str]:
        document = self._tx.get(TOLD, finding)
        return frozenset() if document is None else frozenset(document["recipients"])

    def get_many(self, findings: Iterable[str]) -> Mapping[str, frozenset[str]]:
        found = self._tx.get_many(TOLD, findings)
        return {key: frozenset(document["recipients"]) for key, document in found.items()}

    def add(self, finding: str, area: str, recipients: Iterable[str], at: datetime) -> None:
        known = self._tx.get(TOLD, finding) or {"recipients": [], "at": at}
        everyone = sorted({*known["recipients"], *recipients})
        document = {"_id": finding, "area": area, "recipients": everyone, "at": known["at"]}
        self._tx.replace(TOLD, document)


class NotificationsWork:
    """The unit of work of this service."""

    def __init__(self, transaction: Transaction, vault: AddressVault) -> None:
        self.notices = NoticeRepository(transaction)
        self.dispatches = DispatchRepository(transaction)
        self.windows = WindowRepository(transaction)
        self.contacts = ContactRepository(transaction, vault)
        self.names = NameRepository(transaction)
        self.told = ToldRepository(transaction)
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
        super().__init__(client, name)
        self._count = count

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        last: dict[str, Transaction] = {}

        def attempt(transaction: Transaction) -> T:
            for name in (_QUEUED, _SIGNED):
                transaction.memo.pop(name, None)
            last["attempt"] = transaction
            return work(transaction)

        result = super().transact(attempt, timeout)
        memo = last["attempt"].memo
        self._count(len(memo.get(_QUEUED, ())), memo.get(_SIGNED, ()))
        return result
