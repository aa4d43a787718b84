"""Dead letters: drained from the broker into the `quarantine` collection, where people see them and decide.

A message that only died of dropped connections (`delivery_limit`) is sent back once by itself, one at a time, since
its neighbour may be what killed the process; the second time it stays.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from bson import Binary
from bson.errors import BSONError
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DocumentTooLarge, PyMongoError

from shared.contracts.envelope import decode
from shared.contracts.errors import ContractError
from shared.messaging import copies
from shared.messaging.connection import BROKER_ERRORS
from shared.messaging.reader import LostError, Reader
from shared.messaging.topology import dead_letters
from shared.messaging.wire import Delivery, UnreadablePropertiesError
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Document

log = structlog.get_logger("messaging")

QUARANTINE = "quarantine"
DELIVERY_LIMIT = "delivery_limit"
LARGEST = 15 * 1024 * 1024
"""Bytes of a body that fit into a document; a larger one stays in the broker's queue, and its row says so."""
_BATCH = 100
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)
_INT64 = 1 << 63
_DEEPEST = 30


def key_of(queue: str, body: bytes) -> str:
    """A dead letter is one row, however often it comes."""
    return f"{queue}:{hashlib.sha256(body).hexdigest()}"


# What a row itself may be refused for, here or by the server; anything else passes with time.
_UNKEEPABLE = (BSONError, DocumentTooLarge, BulkWriteError, ValueError, OverflowError, RecursionError)


class Drainer:
    """Moves every dead letter of a service into the quarantine. `run` returns after `stop`."""

    def __init__(self, *, reader: Any, quarantine: Collection[Document]) -> None:
        self._open_reader = reader
        self._quarantine = quarantine
        self._reader: Reader | None = None
        self._stopping = threading.Event()
        self._failures = 0

    @property
    def attached(self) -> bool:
        """Whether dead letters are delivered to it."""
        return self._reader is not None and self._reader.attached

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()
        if self._reader is not None:
            self._reader.interrupt()

    def run(self) -> None:
        """Drain until stopped."""
        while not self._stopping.is_set():
            try:
                self._session()
            except (*BROKER_ERRORS, LostError, PyMongoError) as exc:
                log.warning("draining dead letters pauses", error=type(exc).__name__)
                self._pause()
            except Exception:
                # Nothing is acknowledged before it is kept: everything comes again.
                log.exception("draining dead letters failed and begins anew")
                self._pause()

    def _session(self) -> None:
        reader: Reader = self._open_reader()
        self._reader = reader
        try:
            while not self._stopping.is_set():
                deliveries = reader.take(_BATCH, lambda: 0.02)
                if deliveries:
                    self._hold(reader, deliveries)
                    for delivery in deliveries:
                        if len(delivery.body) <= LARGEST:
                            reader.ack(delivery.tag, multiple=False)
        finally:
            reader.close()

    def _hold(self, reader: Reader, deliveries: Sequence[Delivery]) -> None:
        """Stay with them until they are kept: given back each time, the broker would count it against them."""
        while True:
            try:
                self._keep(deliveries)
            except PyMongoError as exc:
                log.warning("the quarantine cannot be written to", error=type(exc).__name__)
                self._pause()
                reader.check()
                if self._stopping.is_set():
                    raise
            else:
                self._failures = 0
                return

    def _keep(self, deliveries: Sequence[Delivery]) -> None:
        rows = [row_of(delivery, utc_now()) for delivery in deliveries]
        try:
            self._quarantine.bulk_write([_upsert(row) for row in rows], ordered=False)
        except _UNKEEPABLE as exc:
            for place in _refused(exc, len(rows)):
                rows[place] = self._keep_one(rows[place])
        died = [row["_id"] for row in rows if row["reason"] == DELIVERY_LIMIT]
        if died:
            self._quarantine.update_many(
                {"_id": {"$in": died}, "state": "open", "redrives": 0},
                {"$set": {"state": "redriving", "auto": True}, "$unset": {"sent_at": ""}},
            )

    def _keep_one(self, row: Document) -> Document:
        """Keep one row; if it cannot be written as it is, then the body without what surrounds it."""
        try:
            self._quarantine.bulk_write([_upsert(row)])
        except _UNKEEPABLE as exc:
            _refused(exc, 1)
            log.warning("a dead letter is kept without its headers", error=type(exc).__name__)
            bare: dict[str, Any] = {"type": None, "event_id": None, "headers": {}, "properties": {}}
            row = {**row, **bare, "error": "the headers could not be kept"}
            self._quarantine.bulk_write([_upsert(row)])
        return row

    def _pause(self) -> None:
        pause = _BACKOFF[min(self._failures, len(_BACKOFF) - 1)]
        self._failures += 1
        self._stopping.wait(pause)


def _refused(exc: Exception, count: int) -> list[int]:
    """Places of the rows that were not written; raises again what is no row's own fault."""
    if not isinstance(exc, BulkWriteError):
        return list(range(count))
    errors = (exc.details or {}).get("writeErrors", [])
    if not errors:
        raise exc
    return [int(error["index"]) for error in errors]


def _upsert(row: Document) -> UpdateOne:
    rest = {key: value for key, value in row.items() if key != "_id"}
    return UpdateOne(
        {"_id": row["_id"]},
        {
            "$set": {**rest, "state": "open", "auto": False},
            "$setOnInsert": {"first_at": row["at"], "redrives": 0},
            "$inc": {"times": 1},
        },
        upsert=True,
    )


def row_of(delivery: Delivery, now: datetime) -> Document:
    """The quarantine row of a dead letter; the body byte for byte."""
    queue = delivery.consumer.removesuffix(dead_letters(""))
    try:
        properties = dict(delivery.properties)
    except UnreadablePropertiesError:
        properties = {"application_headers": {copies.UNREADABLE: delivery.header.hex()}}
    headers = copies.headers_of(properties)
    properties.pop("application_headers", None)
    event_type, event_id = _named(delivery.body, properties)
    kept = len(delivery.body) <= LARGEST
    return {
        "_id": key_of(queue, delivery.body),
        "queue": queue,
        "reason": _reason(headers),
        "type": event_type,
        "event_id": event_id,
        "body": Binary(delivery.body) if kept else None,
        "size": len(delivery.body),
        "body_in": "quarantine" if kept else delivery.consumer,
        "headers": storable(headers),
        "properties": storable(properties),
        "at": now,
    }


def _reason(headers: Mapping[str, Any]) -> str:
    said = headers.get(copies.REASON)
    if isinstance(said, str) and said:
        return _text(said)[:500]
    deaths = headers.get("x-death")
    if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict):
        return _text(deaths[0].get("reason", "unknown"))
    return _text(headers.get("x-first-death-reason", "unknown"))


def _named(body: bytes, properties: Mapping[str, Any]) -> tuple[str | None, str | None]:
    try:
        event = decode(body)
    except ContractError:
        found = (properties.get("type"), properties.get("message_id"))
    else:
        found = (event.type, event.id)
    event_type, event_id = (_text(value)[:256] if value else None for value in found)
    return event_type, event_id


def storable(value: Any, depth: int = 0) -> Any:
    """An AMQP value as MongoDB can keep it; what has no equal, or lies too deep, becomes text."""
    if depth > _DEEPEST and isinstance(value, dict | list | tuple):
        return "nested too deeply"
    if isinstance(value, dict):
        return {_text(key).replace("\0", "\\0"): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return Binary(bytes(value))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -_INT64 <= value < _INT64:
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, bool | int | float | datetime | None) else repr(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).encode("utf-8", "replace").decode("utf-8")
