"""A message to one recipient on one outside channel, carrying one or more notices: pending → sending → an end.

What was begun and has no end is `unknown`: a person looks after it, and it is never sent again by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifications.domain.notice import DeliveryStatus

RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200))
"""Pauses after the first, second … temporary refusal; after one more the message has failed."""
LEASE = timedelta(minutes=3)
"""Longer than the slowest attempt: an attempt that is older belongs to a process that is gone."""
PATIENCE = timedelta(days=2)
"""How long a message waits for a channel that cannot be reached at all."""


class Kind(StrEnum):
    """At once (as far as gathering allows), or with the daily digest."""

    URGENT = "urgent"
    DIGEST = "digest"


@dataclass(slots=True)
class Dispatch:
    """One message. `attempt` names the attempt that is being made; `settled` once its notices know its end."""

    id: str
    recipient: str
    channel: str
    kind: Kind
    due_at: datetime
    opened_at: datetime
    notices: int = 0
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    attempt: str | None = None
    lease_until: datetime | None = None
    last_error: str | None = None
    at: datetime | None = None
    settled: bool = False

    @property
    def can_be_joined(self) -> bool:
        """Whether it takes further notices: not once somebody has tried to send it."""
        return self.status is DeliveryStatus.PENDING and self.attempts == 0

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)

    def join(self, due_at: datetime) -> None:
        """It carries one notice more, and leaves as soon as that one would."""
        self.notices += 1
        self.due_at = min(self.due_at, due_at)

    def is_due(self, now: datetime) -> bool:
        """Whether it may be sent now."""
        return self.status is DeliveryStatus.PENDING and self.due_at <= now

    def postpone(self, until: datetime) -> None:
        """It waits for the end of the time in which messages are gathered."""
        self.due_at = until

    def start(self, attempt: str, now: datetime) -> None:
        """From here on it may have left the house."""
        self.status, self.attempt = DeliveryStatus.SENDING, attempt
        self.lease_until, self.at = now + LEASE, now
        self.attempts += 1

    def is_at(self, attempt: str) -> bool:
        """Whether this attempt still has a say: nobody has begun another one."""
        return self.attempt == attempt and self.status in (DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN)

    def is_lost(self, now: datetime) -> bool:
        """Whether whoever was sending it is gone."""
        return self.status is DeliveryStatus.SENDING and (self.lease_until or now) <= now

    def sent(self, now: datetime) -> None:
        """The other side has taken it."""
        self._end(DeliveryStatus.SENT, None, now)

    def refused(self, reason: str, now: datetime) -> None:
        """The other side will never take it."""
        self._end(DeliveryStatus.FAILED, reason, now)

    def put_off(self, reason: str, now: datetime) -> None:
        """The other side does not take it now: tried again later, so many times."""
        if self.attempts > len(RETRY_AFTER):
            self._end(DeliveryStatus.FAILED, reason, now)
            return
        self.status, self.attempt, self.lease_until = DeliveryStatus.PENDING, None, None
        self.due_at, self.last_error, self.at = now + RETRY_AFTER[self.attempts - 1], reason, now

    def lost(self, reason: str, now: datetime) -> None:
        """Whether the other side has it cannot be known."""
        self._end(DeliveryStatus.UNKNOWN, reason, now)

    def _end(self, status: DeliveryStatus, reason: str | None, now: datetime) -> None:
        self.status, self.last_error, self.at, self.lease_until = status, reason, now, None
        self.settled = False
