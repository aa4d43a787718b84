"""Reading notices and contacts outside of transactions: majority reads, served by indexes, in cursor pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.notifications.adapters import documents
from services.notifications.adapters.dispatches import DISPATCHES
from services.notifications.adapters.documents import Document
from services.notifications.adapters.notices import NOTICES, UNSIGNED
from services.notifications.adapters.people import CONTACTS, TOLD
from services.notifications.adapters.vault import AddressVault
from services.notifications.application.queries import NoticeFilters
from services.notifications.domain import recipients
from services.notifications.domain.contact import Contact
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.notice import Notice
from shared.messaging.outbox import OUTBOX
from shared.persistence.counts import Counts
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page

_PENDING = [("next_at", 1), ("_id", 1)]


class MongoNoticeStore:
    """Notices, messages and contacts as they were last committed."""

    def __init__(self, database: MongoDatabase, vault: AddressVault) -> None:
        self._vault = vault
        self._notices = database.collection(NOTICES)
        self._dispatches = database.collection(DISPATCHES)
        self._contacts = database.collection(CONTACTS)
        self._counts = Counts(database)
        self._outbox = database.collection(OUTBOX)

    def get(self, notice: str) -> Notice | None:
        document = self._notices.find_one({"_id": notice})
        return None if document is None else documents.to_notice(document)

    def find(
        self, filters: NoticeFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Notice], str | None]:
        found, following = page(self._notices, _where(filters), [("_id", -1)], limit, cursor)
        return [documents.to_notice(document) for document in found], following

    def dispatches(self, keys: Sequence[str]) -> Mapping[str, Dispatch]:
        if not keys:
            return {}
        found = self._dispatches.find({"_id": {"$in": list(keys)}})
        return {document["_id"]: documents.to_dispatch(document) for document in found}

    def contact(self, recipient: str) -> Contact | None:
        document = self._contacts.find_one({"_id": recipient})
        return None if document is None else documents.to_contact(document, self._vault)

    def contacts(
        self, area: str, unreachable: bool | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Contact], str | None]:
        where: Document = {"area": _subtree(area)}
        if unreachable is not None:
            where["reachable"] = not unreachable
        found, following = page(self._contacts, where, [("created_at", -1), ("_id", -1)], limit, cursor)
        return [documents.to_contact(document, self._vault) for document in found], following

    def noticed(self, area: str) -> int:
        """Findings of an area whose assignment is told in the inbox."""
        return self._counts.number(TOLD, lambda kind: str(kind[0]).startswith(area))

    def unsigned(self) -> int:
        """Notices that wait for a signature."""
        return self._counts.number(NOTICES, lambda kind: kind[0] in UNSIGNED)

    def outbox_pending(self) -> int:
        return self._outbox.count_documents({"state": "pending"}, hint=_PENDING)


def _where(filters: NoticeFilters) -> Document:
    return {"$and": [_reach(filters), *_asked(filters)]}


def _reach(filters: NoticeFilters) -> Document:
    """Everything of an area, or what is addressed to the caller."""
    if filters.own is None:
        reach: Document = {"area": _subtree(filters.within)}
        if filters.handler is not None:
            reach["$or"] = [{"handlers": None}, {"handlers": filters.handler}]
        return reach
    if filters.own.startswith(recipients.UNIT):
        return {"recipient": {"$gte": filters.own, "$lt": filters.own + ":"}}
    return {"recipient": filters.own}


def _asked(filters: NoticeFilters) -> Iterator[Document]:
    for name in ("recipient", "status", "event_type", "finding", "case"):
        value: Any = getattr(filters, name)
        if value is not None:
            yield {name: value}
    if filters.unsigned is not None:
        yield {"status": {"$in" if filters.unsigned else "$nin": list(UNSIGNED)}}
    if filters.area is not None:
        yield {"area": _subtree(filters.area)}


def _subtree(area: str) -> Document:
    return {"$gte": area, "$lt": area + ":"}  # ":" comes after every digit
