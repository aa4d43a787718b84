"""The relay: sends what lies in the outbox, in batches, until the broker has confirmed each row.

Rows are found by state, never by position: client-made ids are not in commit order. A row is marked only after its
confirm, so a crash in between sends it twice, and the inbox of each consumer makes that harmless.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import pymongo
import structlog
from amqp.exceptions import ChannelError
from pymongo.collection import Collection
from pymongo.errors import OperationFailure, PyMongoError

from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging import meters, topology
from shared.messaging.connection import told
from shared.messaging.outbox import OUTBOX
from shared.messaging.publisher import PERSISTENT, ConfirmingPublisher, Outcome, Outgoing
from shared.persistence.ids import utc_now
from shared.persistence.lease import Lease
from shared.persistence.transaction import Document

log = structlog.get_logger("messaging")

BATCH = 500
KEPT = timedelta(days=30)
RENEW_EVERY = 5.0
_LONGEST_BACKOFF = 60
_MARKING = 10.0
_LINGERS, _LINGER = 2, 0.05
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
_INSERTS: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]

Collections = Callable[[str], Collection[Document]]


class Relay:
    """Sends one service's outbox. `run` returns after `stop`; nothing else ends it."""

    def __init__(
        self,
        *,
        service: str,
        user: str,
        collection: Collections,
        publisher: ConfirmingPublisher,
        owner: str,
        poll_ms: int = 1000,
    ) -> None:
        self._service = service
        self._user = user
        self._outbox = collection(OUTBOX)
        self._lease = Lease(collection("leases"), "relay", owner)
        self._publisher = publisher
        self._poll_ms = min(poll_ms, 1000)
        self._stopping = threading.Event()
        self._leased_at = float("-inf")
        self._limit = BATCH
        self._failures = 0
        self._lingers = 0
        self._unroutable: set[str] = set()

    def stop(self) -> None:
        """Ask `run` to return after the batch it is at."""
        self._stopping.set()

    def fault(self) -> str | None:
        """Why the worker is not ready on the relay's account; None when all is well."""
        if self._unroutable:
            return f"no queue takes {', '.join(sorted(self._unroutable))} (topology)"
        return "the broker or the database does not answer the relay" if self._failures else None

    def run(self) -> None:
        """Send until stopped. Every failure is logged, waited out and tried again; rows are never given up."""
        while not self._stopping.is_set():
            try:
                self._turn()
            except PyMongoError as exc:
                self._pause("the outbox cannot be read or marked", exc)
            except Exception:
                # Whatever it is, the rows are still pending: an event may come twice, never not at all.
                log.exception("the relay failed and goes on")
                self._publisher.drop()
                self._pause("the relay starts again")
        self._finish()

    def _finish(self) -> None:
        self._publisher.close()
        try:
            self._lease.release()
        except PyMongoError as exc:
            log.info("the relay's lease runs out by itself", error=type(exc).__name__)

    def _turn(self) -> None:
        if not self._leading():
            self._unroutable.clear()  # whoever leads will find out
            self._publisher.tick()
            self._stopping.wait(2.0)
            return
        rows = self._due(self._limit)
        if rows:
            self._send(rows)
            self._lingers = _LINGERS
        elif self._lingers:
            # More is likely to follow; looking again is cheaper than a new stream.
            self._lingers -= 1
            self._stopping.wait(_LINGER)
        else:
            self._failures = 0
            self._idle()

    def _leading(self) -> bool:
        now = time.monotonic()
        if now - self._leased_at < RENEW_EVERY:
            return True
        if not self._lease.acquire():
            self._leased_at = float("-inf")
            return False
        self._leased_at = now
        return True

    def _due(self, limit: int) -> list[Document]:
        wanted = {"state": "pending", "next_at": {"$lte": utc_now()}}
        fields = {"type": 1, "body": 1}
        return list(self._outbox.find(wanted, fields, limit=limit, sort=[("next_at", 1), ("_id", 1)]))

    def _idle(self) -> None:
        """Wait for an insert. The stream only wakes; the rows are then read by state."""
        try:
            with self._outbox.watch(_INSERTS, max_await_time_ms=self._poll_ms, batch_size=1) as stream:
                # Rows committed before the stream was open, then those whose back-off ends meanwhile.
                while not self._stopping.is_set() and self._leading() and not self._due(1):
                    if stream.try_next() is not None:
                        return
                    self._publisher.tick()
        except OperationFailure as exc:
            log.warning("no change stream on the outbox, polling instead", code=exc.code)
            self._stopping.wait(self._poll_ms / 1000)

    def _send(self, rows: Sequence[Document]) -> None:
        messages = [self._message(row) for row in rows]
        outcome = self._publisher.publish(messages)
        types = {row["_id"]: row["type"] for row in rows}
        if outcome.confirmed:
            self._mark(outcome.confirmed)
            self._unroutable -= {types[key] for key in outcome.confirmed}
            meters.published(types[key] for key in outcome.confirmed)
        self._refused(outcome, types)
        if outcome.error is None:
            self._failures = 0
            self._limit = min(BATCH, 2 * self._limit)
        elif isinstance(outcome.error, ChannelError):
            self._narrow(rows, outcome)
        else:
            if isinstance(outcome.error, TimeoutError):
                # A slow link may never get so much across in time.
                self._limit = max(1, len(rows) // 2)
            self._pause("publishing failed", outcome.error)

    def _message(self, row: Document) -> Outgoing:
        properties: dict[str, Any] = {
            "content_type": CONTENT_TYPE,
            "delivery_mode": PERSISTENT,
            "message_id": row["_id"],
            "type": row["type"],
            "user_id": self._user,
        }
        return Outgoing(row["_id"], topology.exchange(self._service), row["type"], row["body"], properties)

    def _mark(self, keys: Iterable[Any]) -> None:
        now = utc_now()
        change = {"state": "published", "published_at": now, "expire_at": now + KEPT}
        rows = {"_id": {"$in": list(keys)}}
        # In one transaction the server logs and syncs all rows at once: half the cost of one by one (measured).
        with pymongo.timeout(_MARKING), self._outbox.database.client.start_session() as session:
            session.with_transaction(
                lambda open_: self._outbox.update_many(rows, {"$set": change}, session=open_)
            )

    def _refused(self, outcome: Outcome, types: dict[Any, str]) -> None:
        if outcome.returned:
            unroutable = {types[key] for key in outcome.returned}
            self._unroutable |= unroutable
            meters.returned(types[key] for key in outcome.returned)
            log.error("events without a queue, kept until the topology is mended", types=sorted(unroutable))
        if outcome.nacked:
            log.warning("the broker refused events, kept for later", count=len(outcome.nacked))
        if outcome.invalid:
            kinds = sorted(set(outcome.invalid.values()))
            log.error("events cannot be sent as they are", count=len(outcome.invalid), error=kinds)
        self._postpone([*outcome.returned, *outcome.nacked, *outcome.invalid])

    def _postpone(self, keys: Sequence[Any]) -> None:
        """Back-off of 1, 2, 4 … 60 seconds for each row by its own count."""
        if not keys:
            return
        seconds = {"$min": [_LONGEST_BACKOFF, {"$pow": [2, {"$min": ["$attempts", 6]}]}]}
        later = {"$add": [utc_now(), {"$multiply": [1000, seconds]}]}
        change = [{"$set": {"next_at": later, "attempts": {"$add": ["$attempts", 1]}}}]
        self._outbox.update_many({"_id": {"$in": list(keys)}, "state": "pending"}, change)

    def _narrow(self, rows: Sequence[Document], outcome: Outcome) -> None:
        """The broker closed the channel over something in the batch: find it by halves, and put it off alone."""
        unknown = [row["_id"] for row in rows if row["_id"] not in outcome.confirmed]
        if len(rows) == 1:
            self._unroutable.add(str(rows[0]["type"]))
            self._postpone(unknown)
        self._limit = max(1, len(rows) // 2)
        self._pause("the broker closed the channel", outcome.error)

    def _pause(self, message: str, exc: Exception | None = None) -> None:
        log.warning(message, error=told(exc) if exc else None)
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        self._stopping.wait(pause)
