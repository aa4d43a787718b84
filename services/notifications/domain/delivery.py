"""How a notice fares on one channel."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the notice fares on one channel. On outside channels `dispatch` names the message that carries it; while
    that is under way its own state is newer than this one."""

    channel: str
    status: DeliveryStatus
    attempts: int
    last_error: str | None
    at: datetime
    dispatch: str | None = None

    @property
    def under_way(self) -> bool:
        """Whether the message that carries it has not ended yet."""
        return self.dispatch is not None and self.status in (DeliveryStatus.PENDING, DeliveryStatus.SENDING)


def under_way(channel: str, dispatch: str, at: datetime) -> Delivery:
    """A delivery that waits in a message."""
    return Delivery(channel, DeliveryStatus.PENDING, 0, None, at, dispatch)


def ended(
    delivery: Delivery, *, status: DeliveryStatus, attempts: int, last_error: str | None, at: datetime
) -> Delivery:
    """The same delivery once its message has ended."""
    return replace(delivery, status=status, attempts=attempts, last_error=last_error, at=at)
