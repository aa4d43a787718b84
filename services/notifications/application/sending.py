"""Sending: takes messages that are due, one after the other, and keeps what became of each.

A message is marked `sending` and committed before the first byte leaves; it is sent outside of every transaction; its
end is committed together with what its notices learn of it. So no crash can make it leave twice.
"""

from collections.abc import Callable, Mapping, Sequence
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
from services.notifications.domain.notice import Notice, ended

BATCH = 50
SETTLED_AT_ONCE = 200
_OUTAGE_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60))
End = Callable[[Dispatch, datetime], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one attempt; kept until it has been committed."""

    channel: str
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

    def has_work(self) -> bool:
        """Whether a turn would do anything: something is due, or the end of an attempt has not been committed."""
        now = self._clock()
        return bool(self._unkept) or any(
            self._may_try(channel) and self._finder.due(channel, now, 1) for channel in self._senders
        )

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
            channel = self._transact(lambda work, key=dispatch: self._lose(work, key))  # type: ignore[misc]
            if channel is not None:
                self._meters.delivered(channel, "unknown")
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
                    self._send(channel, line, dispatch)
        except UnreachableError as exc:
            self._unreachable(channel, str(exc), due)
            return False
        return True

    def _send(self, channel: str, line: Line, dispatch: str) -> None:
        attempt = self._new_id()
        letter = self._transact(lambda work: self._take(work, dispatch, attempt))
        if letter is None:
            return
        outcome = _attempted(channel, line, letter, attempt)
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
        self._settle_rest(outcome.dispatch)
        self._meters.delivered(outcome.channel, outcome.name)

    def _end(self, work: Work, outcome: _Outcome) -> None:
        dispatch = work.dispatches.get(outcome.dispatch)
        if dispatch is None or not dispatch.is_at(outcome.attempt):
            return
        outcome.end(dispatch, self._clock())
        self._settle(work, dispatch)

    def _lose(self, work: Work, key: str) -> str | None:
        """The channel of the message that was given up; None when its end was known meanwhile."""
        now, dispatch = self._clock(), work.dispatches.get(key)
        if dispatch is None or not dispatch.is_lost(now):
            return None
        dispatch.lost("the process that was sending it is gone: whether it left is not known", now)
        self._settle(work, dispatch)
        return dispatch.channel

    def _settle(self, work: Work, dispatch: Dispatch) -> None:
        """Keep the message; once it has ended its notices learn of it, so many in one transaction."""
        if dispatch.ended:
            carried = work.notices.carried_by(dispatch.id, SETTLED_AT_ONCE)
            for notice in carried:
                self._tell_end(work, notice, dispatch)
            dispatch.settled = len(carried) < SETTLED_AT_ONCE
        work.dispatches.save(dispatch)

    def _tell_end(self, work: Work, notice: Notice, dispatch: Dispatch) -> None:
        (delivery,) = [one for one in notice.deliveries if one.dispatch == dispatch.id]
        notice.settle(
            ended(
                delivery,
                status=dispatch.status,
                attempts=dispatch.attempts,
                last_error=dispatch.last_error,
                at=dispatch.at or self._clock(),
            )
        )
        with self._trace(notice.about.correlationid, notice.about.event):
            work.notices.save(notice)

    def _settle_rest(self, key: str) -> None:
        """Go on until every notice of an ended message knows its end."""
        while not self._transact(lambda work: self._settled(work, key)):
            pass

    def _settled(self, work: Work, key: str) -> bool:
        dispatch = work.dispatches.get(key)
        if dispatch is None or not dispatch.ended or dispatch.settled:
            return True
        self._settle(work, dispatch)
        return dispatch.settled

    def _unreachable(self, channel: str, reason: str, due: Sequence[str]) -> None:
        """Wait longer each time; what has waited for days has failed, so that a person learns of it."""
        count, _ = self._outages.get(channel, (0, self._clock()))
        pause = _OUTAGE_PAUSES[min(count, len(_OUTAGE_PAUSES) - 1)]
        self._outages[channel] = (count + 1, self._clock() + pause)
        for dispatch in due:
            self._transact(lambda work, key=dispatch: self._give_up(work, key, reason))  # type: ignore[misc]

    def _give_up(self, work: Work, key: str, reason: str) -> None:
        now, dispatch = self._clock(), work.dispatches.get(key)
        if dispatch is not None and dispatch.is_due(now) and dispatch.due_at + PATIENCE <= now:
            dispatch.refused(reason, now)
            self._settle(work, dispatch)


def _attempted(channel: str, line: Line, letter: Letter, attempt: str) -> _Outcome:
    """Send it; what that led to, as a step of the message."""

    def outcome(name: str, end: End) -> _Outcome:
        return _Outcome(channel, letter.id, attempt, name, end)

    try:
        line.send(letter)
    except PermanentError as exc:
        reason = str(exc)
        return outcome("failed", lambda dispatch, now: dispatch.refused(reason, now))
    except TemporaryError as exc:
        reason = str(exc)
        return outcome("retried", lambda dispatch, now: dispatch.put_off(reason, now))
    except LostError as exc:
        reason = str(exc)
        return outcome("unknown", lambda dispatch, now: dispatch.lost(reason, now))
    return outcome("sent", lambda dispatch, now: dispatch.sent(now))
