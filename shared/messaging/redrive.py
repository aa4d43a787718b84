"""Sends messages back from the quarantine: those a person asked for at once, those that go by themselves singly."""

import threading
from datetime import datetime, timedelta
from typing import Any

import structlog
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from shared.messaging.connection import told
from shared.messaging.copies import Copier
from shared.messaging.publisher import ConfirmingPublisher, Outcome
from shared.persistence.ids import utc_now
from shared.persistence.transaction import Document

log = structlog.get_logger("messaging")

POLL = 1.0
_BUSY_POLL = 0.2
_BATCH = 100
PATIENCE = timedelta(minutes=10)
"""How long one message that was sent back by itself is waited for before the next one goes."""


class Redriver:
    """Publishes rows in state `redriving` to the queue they came from. `run` returns after `stop`.

    A row asked for ends `redriven` with the confirm; one that went by itself stays `redriving` until the consumer
    has settled it or it has died again (then the drainer opens it).
    """

    def __init__(
        self, *, quarantine: Collection[Document], copier: Copier, publisher: ConfirmingPublisher
    ) -> None:
        self._quarantine = quarantine
        self._copier = copier
        self._publisher = publisher
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def run(self) -> None:
        """Look every second until stopped."""
        pause = POLL
        while not self._stopping.wait(pause):
            try:
                pause = self._turn()
            except PyMongoError as exc:
                log.warning("the quarantine cannot be read", error=type(exc).__name__)
                pause = 5.0
            except Exception:
                # The rows keep their state: they are tried again.
                log.exception("sending back from the quarantine failed and goes on")
                pause = 5.0
        self._publisher.close()

    def _turn(self) -> float:
        if self._quarantine.find_one({"state": "redriving"}, {"_id": 1}) is None:
            return POLL
        asked = list(self._quarantine.find({"state": "redriving", "auto": {"$ne": True}}, limit=_BATCH))
        if asked:
            return self._send(asked, {"state": "redriven"})
        return self._next()

    def _next(self) -> float:
        now = utc_now()
        row = self._quarantine.find_one(
            {"state": "redriving", "auto": True}, sort=[("sent_at", -1), ("at", 1)]
        )
        if row is None:
            return _BUSY_POLL
        sent: datetime | None = row.get("sent_at")
        if sent is None:
            return self._send([row], {"sent_at": now})
        if now - sent > PATIENCE:
            log.warning("nothing was heard of a message that was sent back, the next one goes")
            self._change([row["_id"]], {"$set": {"state": "redriven", "auto": False}})
        return _BUSY_POLL

    def _send(self, rows: list[Document], change: dict[str, Any]) -> float:
        whole = [row for row in rows if row.get("body") is not None]
        lost = {
            row["_id"]: "the body is too large to be sent back from here" for row in rows if row not in whole
        }
        outcome = self._publisher.publish([self._copier.back(row) for row in whole]) if whole else Outcome()
        if outcome.confirmed:
            done = {"$set": {**change, "redriven_at": utc_now()}, "$inc": {"redrives": 1}}
            self._change(list(outcome.confirmed), done)
        for key, why in {**lost, **outcome.invalid}.items():
            self._change([key], {"$set": {"state": "open", "auto": False, "error": str(why)}})
        if len(outcome.confirmed) + len(outcome.invalid) == len(whole):
            return _BUSY_POLL
        why = told(outcome.error) if outcome.error else "no queue takes them"
        log.error("messages could not be sent back yet", count=len(rows), error=why)
        return 5.0

    def _change(self, keys: list[Any], change: dict[str, Any]) -> None:
        # The consumer may have settled it already: its word stands.
        self._quarantine.update_many({"_id": {"$in": keys}, "state": "redriving"}, change)
