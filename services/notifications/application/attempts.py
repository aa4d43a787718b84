"""One attempt to send a message, and what it led to as a step of the message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.application.lines import (
    BusyError,
    Letter,
    Line,
    LostError,
    NoticeSender,
    PermanentError,
    Recovery,
    Speeds,
    TemporaryError,
    UnreachableError,
)
from services.notifications.domain.delivery import DeliveryStatus
from services.notifications.domain.dispatch import Dispatch

ASK_AFTER = timedelta(seconds=10)
End = Callable[[Dispatch, datetime], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; kept until it has been committed. `away` says why the channel itself does not
    answer, `rests` for how many seconds its lane takes no more."""

    channel: str
    dispatch: str
    attempt: str
    name: str
    end: End
    away: str | None = None
    rests: float = 0


class Attempts:
    """Makes attempts. Nothing that an adapter raises goes through."""

    def __init__(self, speeds: Speeds) -> None:
        self._speeds = speeds

    def make(self, channel: str, sender: NoticeSender, line: Line, letter: Letter, attempt: str) -> Outcome:
        """Send it, once."""

        def outcome(name: str, end: End, away: str | None = None, rests: float = 0) -> Outcome:
            return Outcome(channel, letter.id, attempt, name, end, away, rests)

        try:
            provider_id = line.send(letter)
        except PermanentError as exc:
            reason = str(exc)
            return outcome("failed", lambda dispatch, now: dispatch.refused(reason, now))
        except TemporaryError as exc:
            return outcome("retried", self._put_off(channel, str(exc)))
        except BusyError as exc:
            return outcome("retried", _returned(str(exc), exc.seconds), rests=exc.seconds)
        except UnreachableError as exc:
            return outcome("retried", _returned(str(exc), 0), away=str(exc))
        except LostError as exc:
            return outcome(*self._lost(channel, sender.recovery, str(exc)))
        return outcome("sent", lambda dispatch, now: dispatch.sent(now, provider_id))

    def _put_off(self, channel: str, reason: str, last: DeliveryStatus = DeliveryStatus.FAILED) -> End:
        pauses = self._speeds.retry_after(channel)
        return lambda dispatch, now: dispatch.put_off(reason, now, pauses, last)

    def _lost(self, channel: str, recovery: Recovery, reason: str) -> tuple[str, End]:
        """What is done about a message that may have been taken or not."""
        match recovery:
            case Recovery.ASK:
                return "asked", lambda dispatch, now: dispatch.doubt(reason, now + ASK_AFTER)
            case Recovery.RESEND:
                return "retried", self._put_off(channel, reason, DeliveryStatus.UNKNOWN)
        return "unknown", lambda dispatch, now: dispatch.lost(reason, now)


def _returned(reason: str, seconds: float) -> End:
    return lambda dispatch, now: dispatch.returned(reason, now, now + timedelta(seconds=seconds))
