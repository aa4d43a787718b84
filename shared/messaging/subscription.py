"""The life of one queue's consumer: connect, take a batch, check, apply, acknowledge; wait out every outage.

Nothing is acknowledged before it is committed, or copied and confirmed. A batch that fails is taken one by one, so
that a bad message costs only itself.
"""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from shared.messaging import copies, meters
from shared.messaging.batch import Batch
from shared.messaging.connection import BROKER_ERRORS, told
from shared.messaging.copies import Copier
from shared.messaging.intake import Intake, PermanentError, Received
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from shared.messaging.reader import LostError, Reader
from shared.messaging.wire import Delivery
from shared.persistence.errors import UnavailableError
from shared.settings import BATCH_SIZE

log = structlog.get_logger("messaging")
GRACE = 12.0
"""Seconds after a stop in which work at hand is finished; then it is given back."""
DRAIN = 4.0
"""Seconds after a stop in which further batches that are already here are begun."""
HOLD_LIMIT = 300.0
"""Seconds a batch is held while the database is away; then it goes back to the broker until the database answers."""
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)
_ACK_EVERY = 1.0
_FLOWING = 0.1  # seconds after a batch in which the next message counts as part of a flow
_TOO_HEAVY = 8  # failures of a single event for want of the database; then it is asked whether that is why


class StoppingError(Exception):
    """The grace has passed: give everything back."""


class Subscription:
    """Consumes one queue. `run` returns after `stop`; nothing else ends it."""

    def __init__(
        self,
        *,
        queue: str,
        open_reader: Callable[[], Reader],
        publisher: ConfirmingPublisher,
        copier: Copier,
        intake: Intake,
        batch: Callable[[Callable[[], None]], Batch],
        tiers: int,
        batch_size: int = BATCH_SIZE,
        batch_wait: float = 0.02,
        database_answers: Callable[[], bool] = lambda: True,
    ) -> None:
        self._queue = queue
        self._open_reader = open_reader
        self._publisher = publisher
        self._copier = copier
        self._intake = intake
        self._batch = batch(self._alive)
        self._tiers = tiers
        self._batch_size = batch_size
        self._batch_wait = batch_wait
        self._database_answers = database_answers
        self._stopping = threading.Event()
        self._stopped_at = float("inf")
        self._done = threading.Event()
        self._reader: Reader | None = None
        self._failures = 0
        self._worked = float("-inf")

    @property
    def attached(self) -> bool:
        """Whether the broker delivers to it."""
        return self._reader is not None and self._reader.attached

    def stop(self) -> None:
        """Ask `run` to finish what is at hand and return."""
        if not self._stopping.is_set():
            self._stopped_at = time.monotonic()
            self._stopping.set()
        if self._reader is not None:
            self._reader.interrupt()

    def join(self, timeout: float) -> bool:
        """Wait for the end of `run`."""
        return self._done.wait(timeout)

    def run(self) -> None:
        """Consume until stopped."""
        try:
            while not self._stopping.is_set():
                try:
                    self._session()
                except StoppingError:
                    return
                except (*BROKER_ERRORS, LostError) as exc:
                    log.warning("the broker is away", queue=self._queue, error=told(exc))
                    self._pause()
                except Exception:
                    # A defect of ours: what was not acknowledged comes again, so nothing is lost by going on.
                    log.exception("consuming failed and begins anew", queue=self._queue)
                    self._pause()
        finally:
            self._publisher.close()
            self._done.set()

    def _session(self) -> None:
        reader = self._reader = self._open_reader()
        try:
            if self._stopping.is_set():
                return
            while not self._stopping.is_set():
                self._step(reader)
            reader.cancel()
            while time.monotonic() < self._stopped_at + DRAIN and self._step(reader):
                pass
        finally:
            reader.close()

    def _step(self, reader: Reader) -> bool:
        deliveries = reader.take(self._batch_size, self._gathering)
        if not deliveries:
            return False
        self._failures = 0
        good: list[Received] = []
        parked: list[Outgoing] = []
        for delivery in deliveries:
            try:
                good.append(self._intake.check(delivery))
            except PermanentError as exc:
                parked.append(self._park(delivery, exc.reason, exc.type))
        self._copy(reader, parked)
        if good:
            self._apply(reader, good)
        reader.ack(deliveries[-1].tag)
        self._worked = time.monotonic()
        return True

    def _gathering(self) -> float:
        """Seconds a first message waits for company: in a steady flow larger batches are worth a longer wait."""
        if self._stopping.is_set():
            return 0.0
        return self._batch_wait * (5 if time.monotonic() - self._worked < _FLOWING else 1)

    def _apply(self, reader: Reader, received: Sequence[Received]) -> None:
        """Apply all; returns when each is committed, or copied and confirmed."""
        size, done, outages, held = len(received), 0, 0, time.monotonic()
        failed: list[Outgoing] = []
        acked = time.monotonic()
        while done < len(received):
            chunk = received[done : done + size]
            try:
                outcomes = self._batch.apply(chunk)
            except UnavailableError as exc:
                outages += 1
                self._hold(reader, outages, held, exc)
                # A batch that is merely too slow for one transaction gets through in smaller ones.
                size = max(1, size // 2) if outages % 3 == 0 else size
                if len(chunk) > 1 or outages < _TOO_HEAVY or not self._database_answers():
                    continue
                # It answers others: this one event is more than a transaction can do.
                failed.append(self._failed(chunk[0], exc))
            except (StoppingError, LostError):
                raise
            except Exception as exc:  # noqa: BLE001 - a handler may raise anything; the message is kept in a copy
                if len(chunk) > 1:
                    kind = type(exc).__name__
                    log.warning(
                        "a batch failed, one by one now", queue=self._queue, size=len(chunk), error=kind
                    )
                    size = 1
                    continue
                failed.append(self._failed(chunk[0], exc))
            else:
                meters.dealt_with([one.event for one in chunk], outcomes)
            done += len(chunk)
            outages, held = 0, time.monotonic()
            if size == 1 and time.monotonic() - acked > _ACK_EVERY:
                self._copy(reader, failed)
                reader.ack(received[done - 1].delivery.tag)
                failed, acked = [], time.monotonic()
        self._copy(reader, failed)

    def _failed(self, one: Received, exc: Exception) -> Outgoing:
        attempt = one.attempts + 1
        where = f"{type(exc).__name__} in attempt {attempt}"
        told_of = {"queue": self._queue, "event_id": one.event.id, "type": one.event.type, "attempt": attempt}
        log.error("an event failed", **told_of, exc_info=exc)
        if attempt > self._tiers:
            return self._park(one.delivery, f"handler: {where}", one.event.type)
        meters.consumed(one.event.type, "retried")
        return self._copier.retry(one.delivery, self._queue, attempt)

    def _park(self, delivery: Delivery, reason: str, event_type: str) -> Outgoing:
        log.error("a message is parked", queue=self._queue, reason=reason)
        meters.consumed(meters.label(event_type), "parked")
        return self._copier.parked(delivery, self._queue, reason)

    def _copy(self, reader: Reader, messages: Sequence[Outgoing]) -> None:
        """Publish copies and stay until each is confirmed; only then may the originals be acknowledged."""
        left = list(messages)
        failures = 0
        while left:
            outcome = self._publisher.publish(left)
            if outcome.invalid:
                left = [copies.plain(one) if one.key in outcome.invalid else one for one in left]
            left = [one for one in left if one.key not in outcome.confirmed]
            if left:
                why = told(outcome.error) if outcome.error else "refused"
                log.error("copies are not confirmed yet", queue=self._queue, count=len(left), error=why)
                self._wait(reader, failures)
                failures += 1

    def _hold(self, reader: Reader, outages: int, since: float, exc: Exception) -> None:
        if outages in (1, 10) or outages % 100 == 0:
            log.warning(
                "the database is away, the batch is held", queue=self._queue, error=type(exc).__name__
            )
        if time.monotonic() - since > HOLD_LIMIT:
            self._give_back(reader)
        self._wait(reader, outages - 1)

    def _give_back(self, reader: Reader) -> None:
        """Too long to sit on messages: return them and come back when the database does."""
        log.warning("the database stays away, the messages go back to the broker", queue=self._queue)
        reader.close()
        while not self._stopping.wait(5.0):
            if self._database_answers():
                raise LostError("given back; the database answers again")
        raise StoppingError

    def _wait(self, reader: Reader, failures: int) -> None:
        reader.check()
        pause = _BACKOFF[min(failures, len(_BACKOFF) - 1)]
        if self._stopping.wait(pause):
            # No time for outages any more.
            raise StoppingError

    def _alive(self) -> None:
        if time.monotonic() > self._stopped_at + GRACE:
            raise StoppingError

    def _pause(self) -> None:
        pause = _BACKOFF[min(self._failures, len(_BACKOFF) - 1)]
        self._failures += 1
        self._stopping.wait(pause)
