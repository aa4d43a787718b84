"""Sending: takes messages that are due, one after the other, and keeps what became of each.

A message is marked `sending` and committed before the first byte leaves; it is sent outside of every transaction; its
end is committed together with what its notices learn of it. So no crash can make it leave twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.application.ports import (
    Clock,
    DispatchFinder,
    Letter,
    Line,
    LostError,
    Meters,
    NewId,
    NoticeSender,
    PermanentError,
    TemporaryError,
    Trace,
    Transact,
    UnreachableError,
    Work,
)
from services.notifications.domain.dispatch import PATIENCE, Dispatch
from services.notifications.domain.gathering import Timing, must_wait_until
from services.notifications.domain.letter import IN_FULL, compose
from services.notifications.domain.notice import DeliveryStatus, ended

BATCH = 50
SETTLED_AT_ONCE = 200
_OUTAGE_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60))
End = Callable[[Dispatch, datetime], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one attempt; kept until it has been committed."""

    dispatch: str
    attempt: str
    name: str
    end: End


class Sending:
    """The sender of all outside channels. One turn at a time; what it does not reach is done in the next one."""

    def __init__(
        self,
        transact: Transact,
        finder: DispatchFinder,
        senders: Mapping[str, NoticeSender],
        timing: Timing,
        meters: Meters,
        trace: Trace,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._transact = transact
        self._finder = finder
        self._senders = senders
        self._timing = timing
        self._meters = meters
        self._trace = trace
        self._new_id = new_id
        self._clock = clock
        self._unkept: list[_Outcome] = []
        self._outages: dict[str, tuple[int, datetime]] = {}

    @property
    def outages(self) -> frozenset[str]:
        """Channels whose server did not answer last time."""
        return frozenset(self._outages)

    def turn(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Send what is due; whether there may be more of it already."""
        for outcome in list(self._unkept):
            self._keep(outcome)
        more = False
        for channel, sender in self._senders.items():
            due = self._finder.due(channel, self._clock(), BATCH) if self._may_try(channel) else ()
            if due and not stopping():
                more |= self._send_all(channel, sender, list(due), stopping) and len(due) == BATCH
        return more

    def tidy(self) -> None:
        """Give an end to what a process that is gone was sending, and tell notices of ends they do not know."""
        for dispatch in self._finder.lost(self._clock(), BATCH):
            self._transact(lambda work, key=dispatch: self._lose(work, key))  # type: ignore[misc]
        for dispatch in self._finder.unsettled(BATCH):
            self._settle_rest(dispatch)

    def _may_try(self, channel: str) -> bool:
        outage = self._outages.get(channel)
        return outage is None or outage[1] <= self._clock()

    def _send_all(
        self, channel: str, sender: NoticeSender, due: list[str], stopping: Callable[[], bool]
    ) -> bool:
        """Whether the channel answers."""
        try:
            with sender.connect() as line:
                self._outages.pop(channel, None)
                for dispatch in due:
                    if stopping():
                        break
                    self._send(line, dispatch)
        except UnreachableError as exc:
            self._unreachable(channel, str(exc), due)
            return False
        return True

    def _send(self, line: Line, dispatch: str) -> None:
        attempt = self._new_id()
        letter = self._transact(lambda work: self._take(work, dispatch, attempt))
        if letter is None:
            return
        outcome = _attempted(line, letter, attempt)
        self._unkept.append(outcome)
        self._keep(outcome)

    def _take(self, work: Work, key: str, attempt: str) -> Letter | None:
        """The message, marked as being sent; None when it is not to be sent now."""
        now, dispatch = self._clock(), work.dispatches.get(key)
        if dispatch is None or not dispatch.is_due(now):
            return None
        window = work.windows.get(dispatch.recipient, dispatch.channel)
        wait = must_wait_until(dispatch, window, self._timing, now)
        if wait is not None:
            dispatch.postpone(wait)
            work.dispatches.save(dispatch)
            return None
        contact = work.contacts.get(dispatch.recipient)
        address = contact.address(dispatch.channel) if contact else None
        if address is None:
            dispatch.refused("no verified address any more", now)
            self._settle(work, dispatch)
            return None
        texts = [notice.text for notice in work.notices.carried_by(dispatch.id, IN_FULL)]
        dispatch.start(attempt, now)
        window.left(dispatch, now)
        work.dispatches.save(dispatch)
        work.windows.save(window)
        return Letter(dispatch.id, address, compose(texts, dispatch.notices))

    def _keep(self, outcome: _Outcome) -> None:
        """Commit the end of an attempt. If that fails it is tried again in the next turn."""
        self._transact(lambda work: self._end(work, outcome))
        self._unkept.remove(outcome)
        channel_outcome = self._settle_rest(outcome.dispatch)
        self._meters.delivered(*channel_outcome or ("unknown", outcome.name))

    def _end(self, work: Work, outcome: _Outcome) -> None:
        dispatch = work.dispatches.get(outcome.dispatch)
        if dispatch is None or not dispatch.is_at(outcome.attempt):
            return
        outcome.end(dispatch, self._clock())
        self._settle(work, dispatch)
