"""When a message may leave: at once or with the digest, and never two to one recipient on one channel in a short time.

The first message goes at once. What follows while the time of gathering runs is gathered in one message, which goes
when that time ends. The notices themselves stay one per event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from services.notifications.domain.calendar import Calendar
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.quiet import QuietHours, after_quiet

GATHERED = frozenset({Kind.URGENT, Kind.DIGEST})


@dataclass(frozen=True, slots=True)
class Timing:
    """The county's numbers: how long is gathered; when, on which days, the digest leaves; in which hours only what is
    urgent does; and how long the same is not sent a second time."""

    gather: timedelta
    digest_at: time
    digest_days: Calendar = field(default_factory=Calendar)
    quiet: QuietHours | None = None
    repeat: timedelta = timedelta(0)


@dataclass(slots=True)
class Window:
    """One recipient on one channel: the messages that may still be joined, and when the last one left."""

    recipient: str
    channel: str
    open: dict[Kind, str] = field(default_factory=dict)
    last_at: datetime | None = None

    def free_at(self, timing: Timing, now: datetime) -> datetime:
        """The first moment from now on at which a message may leave."""
        return now if self.last_at is None else max(now, self.last_at + timing.gather)

    def left(self, dispatch: Dispatch, now: datetime) -> None:
        """A message leaves: a time of gathering begins, and nobody joins it any more."""
        self.last_at = now
        if self.open.get(dispatch.kind) == dispatch.id:
            del self.open[dispatch.kind]


def due(
    kind: Kind, window: Window, timing: Timing, now: datetime, quiet: Sequence[QuietHours | None] = ()
) -> datetime:
    """When a message that is begun now shall leave; `quiet` are the hours in which it waits."""
    wanted = timing.digest_days.next_at(timing.digest_at, now) if kind is Kind.DIGEST else now
    return after_quiet(quiet, max(wanted, window.free_at(timing, now)))


def must_wait_until(dispatch: Dispatch, window: Window, timing: Timing, now: datetime) -> datetime | None:
    """The moment a due message must wait for, None when it may leave. A repeated attempt has waited already, and what a
    person sends waits for nothing."""
    free = window.free_at(timing, now)
    return free if dispatch.kind in GATHERED and not dispatch.begun and free > now else None
