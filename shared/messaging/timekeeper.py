"""The timekeeper: lets one worker at a time do what has become due, whatever number of them run.

The lease limits double work; that nothing happens twice is for the transactions to see to, which read what is due
and mark it done at once. So a process that dies, or whose lease is taken over in the middle, loses and repeats nothing.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import pymongo
import structlog
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from shared.persistence.errors import UnavailableError
from shared.persistence.lease import Lease
from shared.persistence.transaction import Document

log = structlog.get_logger("timekeeper")

RENEW_EVERY = 5.0
_ANSWER = 5.0
_PAUSES = (1.0, 2.0, 5.0, 10.0)

Act = Callable[[datetime], bool]
"""Does one bounded batch of what is due at this moment; whether more may be."""


class Timekeeper:
    """Asks `act` every `every` seconds. `run` returns after `stop`; nothing else ends it."""

    def __init__(
        self,
        *,
        act: Act,
        clock: Callable[[], datetime],
        leases: Collection[Document],
        owner: str,
        every: float = 2.0,
        name: str = "timekeeper",
    ) -> None:
        self._act = act
        self._clock = clock
        self._lease = Lease(leases, name, owner)
        self._every = every
        self._stopping = threading.Event()
        self._leased_at = float("-inf")
        self._failures = 0

    def stop(self) -> None:
        """Ask `run` to return after the batch it is at."""
        self._stopping.set()

    def fault(self) -> str | None:
        """Why what is due does not happen; None when all is well."""
        return "what is due cannot be done" if self._failures > len(_PAUSES) else None

    def run(self) -> None:
        """Act until stopped. Every failure is logged, waited out and tried again: what is due stays due."""
        while not self._stopping.is_set():
            try:
                again = self._leading() and self._act(self._clock())
                self._failures = 0
            except (PyMongoError, UnavailableError) as exc:
                log.warning("what is due waits for the database", error=type(exc).__name__)
                self._pause()
                continue
            except Exception:
                # Another turn, or another release, may be able to; the thread must not be lost over it.
                log.exception("what is due could not be done")
                self._pause()
                continue
            if not again:
                self._stopping.wait(self._every)
        self._finish()

    def _leading(self) -> bool:
        now = time.monotonic()
        if now - self._leased_at < RENEW_EVERY:
            return True
        self._leased_at = float("-inf")
        with pymongo.timeout(_ANSWER):
            if not self._lease.acquire():
                return False
        self._leased_at = now
        return True

    def _pause(self) -> None:
        # Another worker may do better: it can take over once the lease has run out.
        self._leased_at = float("-inf")
        self._stopping.wait(_PAUSES[min(self._failures, len(_PAUSES) - 1)])
        self._failures += 1

    def _finish(self) -> None:
        try:
            with pymongo.timeout(2):
                self._lease.release()
        except PyMongoError as exc:
            log.info("the timekeeper's lease runs out by itself", error=type(exc).__name__)
