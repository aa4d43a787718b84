"""A message to one recipient on one outside channel, carrying one or more notices: pending → sending → an end.

Whether what was begun has been taken is asked where the provider can be asked; where it cannot, the message is
`unknown`: a person looks after it, and it is never sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifications.domain.contact import Contact
from services.notifications.domain.delivery import DeliveryStatus
from services.notifications.domain.notice import Text

LEASE = timedelta(minutes=3)
"""Longer than the slowest attempt: an attempt that is older belongs to a process that is gone."""
PATIENCE = timedelta(days=2)
"""How long a message waits for a channel that cannot be reached at all."""


class Kind(StrEnum):
    """At once (as far as gathering allows), with the daily digest, or by a person's hand: those wait for nothing."""

    URGENT = "urgent"
    DIGEST = "digest"
    RESEND = "resend"
    TEST = "test"
    CODE = "code"
    """To an address that is to be verified by it."""


@dataclass(slots=True)
class Dispatch:
    """One message. `attempt` names the attempt that is being made; `settled` once its notices know its end.

    `area` is where the recipient's contact belongs; `text` is what a message says that carries no notice.
    """

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
    area: str = ""
    lane: str = ""
    provider_id: str | None = None
    text: Text | None = None
    version: int = 0

    @property
    def begun(self) -> bool:
        """Whether anybody has tried to send it."""
        return self.at is not None

    @property
    def can_be_joined(self) -> bool:
        """Whether it takes further notices: not once somebody has tried to send it."""
        return self.status is DeliveryStatus.PENDING and not self.begun

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)

    def address_of(self, contact: Contact) -> str | None:
        """Where it goes: to a verified address, or as a code to one that is to be verified."""
        if self.kind is Kind.CODE:
            return contact.address_to_verify(self.channel)
        return contact.address(self.channel)

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

    def sent(self, now: datetime, provider_id: str | None = None) -> None:
        """The other side has taken it; `provider_id` is what it calls it."""
        self.provider_id = provider_id
        self._end(DeliveryStatus.SENT, None, now)

    def refused(self, reason: str, now: datetime) -> None:
        """The other side will never take it."""
        self._end(DeliveryStatus.FAILED, reason, now)

    def put_off(
        self,
        reason: str,
        now: datetime,
        pauses: Sequence[float],
        last: DeliveryStatus = DeliveryStatus.FAILED,
    ) -> None:
        """The other side does not take it now: tried again after so many seconds, so many times; `last` is its end
        after that."""
        if self.attempts > len(pauses):
            self._end(last, reason, now)
            return
        self._wait(reason, now, now + timedelta(seconds=pauses[self.attempts - 1]))

    def returned(self, reason: str, now: datetime, until: datetime) -> None:
        """It did not come to be sent, through no fault of its own: the attempt does not count."""
        self.attempts -= 1
        self._wait(reason, now, until)

    def doubt(self, reason: str, until: datetime) -> None:
        """Whether the other side has it is not known yet: it is asked from then on."""
        self.last_error, self.lease_until = reason, until

    def lost(self, reason: str, now: datetime) -> None:
        """Whether the other side has it cannot be known."""
        self._end(DeliveryStatus.UNKNOWN, reason, now)

    def _wait(self, reason: str, now: datetime, until: datetime) -> None:
        self.status, self.attempt, self.lease_until = DeliveryStatus.PENDING, None, None
        self.due_at, self.last_error, self.at = until, reason, now

    def _end(self, status: DeliveryStatus, reason: str | None, now: datetime) -> None:
        self.status, self.last_error, self.at, self.lease_until = status, reason, now, None
        self.settled = False
