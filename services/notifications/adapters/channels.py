"""Outside channels as documents: their state, what has lately left by each lane, and the messages on them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.notifications.adapters import documents
from services.notifications.adapters.dispatches import DISPATCHES
from services.notifications.adapters.documents import Document
from services.notifications.application.deliveries import DeliveryFilters
from services.notifications.domain.channel import ChannelState, Throttle
from services.notifications.domain.dispatch import Dispatch
from shared.persistence.database import MongoDatabase
from shared.persistence.paging import page
from shared.persistence.transaction import Transaction

CHANNELS, THROTTLES = "channels", "throttles"
_ATTENTION = ("failed", "unknown")
_STATE = ("paused", "paused_by", "paused_at", "fault", "fault_since", "version")


class ThrottleRepository:
    """What has lately left by each lane."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, channel: str, lane: str) -> Throttle:
        document = self._tx.get(THROTTLES, _key(channel, lane))
        return Throttle(channel, lane) if document is None else to_throttle(document)

    def save(self, throttle: Throttle) -> None:
        document = {
            "_id": _key(throttle.channel, throttle.lane),
            "channel": throttle.channel,
            "lane": throttle.lane,
            "recent": list(throttle.recent),
            "open_at": throttle.open_at,
        }
        self._tx.replace(THROTTLES, document)


class ChannelRepository:
    """The state of each channel."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, kind: str) -> ChannelState:
        document = self._tx.get(CHANNELS, kind)
        return ChannelState(kind) if document is None else _to_state(document)

    def save(self, state: ChannelState) -> None:
        self._tx.replace(CHANNELS, {"_id": state.kind, **{name: getattr(state, name) for name in _STATE}})


class MongoDeliveryStore:
    """Messages and channels as they were last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._dispatches = database.collection(DISPATCHES)
        self._channels = database.collection(CHANNELS)

    def find(
        self, filters: DeliveryFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Dispatch], str | None]:
        where = {"$and": list(_asked(filters))}
        found, following = page(self._dispatches, where, [("_id", -1)], limit, cursor)
        return [documents.to_dispatch(document) for document in found], following

    def states(self) -> Sequence[ChannelState]:
        return [_to_state(document) for document in self._channels.find({})]

    def waiting(self, kind: str) -> int:
        """Messages that have not left yet."""
        return self._dispatches.count_documents({"status": "pending", "channel": kind})


class MongoDispatchFinder:
    """Finds messages that need something done."""

    def __init__(self, database: MongoDatabase) -> None:
        self._dispatches = database.collection(DISPATCHES)
        self._throttles = database.collection(THROTTLES)
        self._channels = database.collection(CHANNELS)

    def any_due(self, channels: Collection[str], now: datetime) -> bool:
        where = {"status": "pending", "channel": {"$in": sorted(channels)}, "due_at": {"$lte": now}}
        return self._dispatches.find_one(where, {"_id": 1}) is not None

    def paused(self) -> frozenset[str]:
        return frozenset(one["_id"] for one in self._channels.find({"paused": True}, {"_id": 1}))

    def due(self, channel: str, now: datetime, limit: int) -> Sequence[str]:
        where: Document = {"status": "pending", "channel": channel, "due_at": {"$lte": now}}
        throttles = self._throttles.find({"channel": channel, "open_at": {"$gt": now}}, {"lane": 1})
        closed = [one["lane"] for one in throttles]
        if closed:
            where["lane"] = {"$nin": closed}
        return self._ids(where, "due_at", limit)

    def lost(self, now: datetime, limit: int) -> Sequence[str]:
        return self._ids({"status": "sending", "lease_until": {"$lte": now}}, "lease_until", limit)

    def unsettled(self, limit: int) -> Sequence[str]:
        return self._ids({"unsettled": True}, "unsettled", limit)

    def _ids(self, where: Document, order: str, limit: int) -> list[str]:
        return [one["_id"] for one in self._dispatches.find(where, {"_id": 1}).sort(order, 1).limit(limit)]


def to_throttle(document: Document) -> Throttle:
    names = ("channel", "lane", "open_at")
    return Throttle(**{name: document[name] for name in names}, recent=tuple(document["recent"]))


def _to_state(document: Document) -> ChannelState:
    return ChannelState(document["_id"], **{name: document[name] for name in _STATE})


def _asked(filters: DeliveryFilters) -> Iterator[Document]:
    yield {"area": {"$gte": filters.within, "$lt": filters.within + ":"}}  # ":" comes after every digit
    for name in ("channel", "status", "recipient"):
        value: Any = getattr(filters, name)
        if value is not None:
            yield {name: value}
    if filters.status in _ATTENTION:
        yield {"attention": True}
    for test, moment in (("$gte", filters.from_), ("$lt", filters.to)):
        if moment is not None:
            yield {"opened_at": {test: moment}}


def _key(channel: str, lane: str) -> str:
    return f"{channel}:{lane}"
