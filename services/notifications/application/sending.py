"""Sending: takes messages that are due, one after the other, and keeps what became of each.

A message is marked `sending` and committed before the first byte leaves; it is sent outside of every transaction; its
end is committed together with what its notices learn of it. So no crash can make it leave twice.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from services.notifications.application.attempts import Attempts, Outcome
from services.notifications.application.lines import Letter, Line, NoticeSender, Speeds, UnreachableError
from services.notifications.application.ports import (
    Clock,
    DispatchFinder,
    Meters,
    NewId,
    Transact,
    Work,
)
from services.notifications.application.settling import Settling
from services.notifications.application.signing import Letters
from services.notifications.domain.channel import lane_of
from services.notifications.domain.dispatch import PATIENCE
from services.notifications.domain.gathering import Timing, must_wait_until
from services.notifications.domain.notice import Text

BATCH = 50
_OUTAGE_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60))


_CLOSED = ("", Letter("", "", Text("", "")))


class _LaneClosedError(Exception):
    """What is left of a batch is looked for anew: without the messages of a lane that has closed meanwhile."""


class Sending:
    """The sender of all outside channels. Each has turns of its own, which may be taken beside those of the others.
    What a turn does not reach is done in the next one."""

    def __init__(
        self,
        transact: Transact,
        finder: DispatchFinder,
        senders: Mapping[str, NoticeSender],
        speeds: Speeds,
        settling: Settling,
        timing: Timing,
        meters: Meters,
        new_id: NewId,
        clock: Clock,
        letters: Letters,
    ) -> None:
        self._letters = letters
        self._transact = transact
        self._finder = finder
        self._senders = senders
        self._speeds = speeds
        self._settling = settling
        self._timing = timing
        self._meters = meters
        self._new_id = new_id
        self._clock = clock
        self._attempts = Attempts(speeds)
        self._unkept: list[Outcome] = []
        self._outages: dict[str, tuple[int, datetime]] = {}
        self._well: set[str] = set()

    def has_work(self) -> bool:
        """Whether a turn of any channel may do anything: something is due, or the end of an attempt has not been
        committed. One question for all of them."""
        channels = [channel for channel in self._senders if self._answers(channel)]
        return bool(self._unkept) or self._finder.any_due(channels, self._clock())

    def turn(self, channel: str, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Send what is due on a channel; whether there may be more of it already."""
        for outcome in [one for one in self._unkept if one.channel == channel]:
            self._keep(outcome)
        if stopping() or not self._answers(channel) or channel in self._finder.paused():
            return False
        due = self._finder.due(channel, self._clock(), BATCH)
        return bool(due) and self._send_all(channel, self._senders[channel], due, stopping)

    def _answers(self, channel: str) -> bool:
        outage = self._outages.get(channel)
        return outage is None or outage[1] <= self._clock()

    def _send_all(
        self, channel: str, sender: NoticeSender, due: Sequence[str], stopping: Callable[[], bool]
    ) -> bool:
        """Whether there may be more to send on this channel already."""
        try:
            with sender.connect() as line:
                for dispatch in due:
                    if stopping():
                        return False
                    self._send(sender, line, dispatch)
        except _LaneClosedError:
            self._reachable(channel)
            return True
        except UnreachableError as exc:
            self._unreachable(channel, str(exc), due)
            return False
        self._reachable(channel)
        return len(due) == BATCH

    def _send(self, sender: NoticeSender, line: Line, dispatch: str) -> None:
        attempt = self._new_id()
        taken = self._transact(lambda work: self._take(work, dispatch, attempt))
        if taken is None:
            return
        if taken is _CLOSED:
            raise _LaneClosedError
        channel, letter = taken
        outcome = self._attempts.make(channel, sender, line, letter, attempt)
        self._unkept.append(outcome)
        self._keep(outcome)
        if outcome.away is not None:
            raise UnreachableError(outcome.away)
        if outcome.rests:
            raise _LaneClosedError

    def _take(self, work: Work, key: str, attempt: str) -> tuple[str, Letter] | None:
        """The channel and the message, marked as being sent; None when it is not to be sent now, `_CLOSED` when its
        lane takes no more."""
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
        address = dispatch.address_of(contact) if contact else None
        if address is None:
            dispatch.refused("no verified address any more", now)
            self._settling.keep(work, dispatch)
            return None
        dispatch.lane = lane_of(dispatch.channel, address)
        throttle = work.throttles.get(dispatch.channel, dispatch.lane)
        if not throttle.is_open(now):
            # Saved, so that it is not found again before its lane opens: the address may have changed since.
            work.dispatches.save(dispatch)
            return _CLOSED
        letter = self._letters.write(work, dispatch, address, now)
        dispatch.start(attempt, now)
        window.left(dispatch, now)
        if throttle.took(self._speeds.per_minute(dispatch.channel, address), now):
            work.throttles.save(throttle)
        work.dispatches.save(dispatch)
        work.windows.save(window)
        return dispatch.channel, letter

    def _keep(self, outcome: Outcome) -> None:
        """Commit the end of an attempt. If that fails it is tried again in the next turn."""
        self._transact(lambda work: self._end(work, outcome))
        self._unkept.remove(outcome)
        self._settling.rest(outcome.dispatch)
        self._meters.delivered(outcome.channel, outcome.name)

    def _end(self, work: Work, outcome: Outcome) -> None:
        dispatch = work.dispatches.get(outcome.dispatch)
        if dispatch is None or not dispatch.is_at(outcome.attempt):
            return
        now = self._clock()
        outcome.end(dispatch, now)
        if outcome.rests:
            throttle = work.throttles.get(dispatch.channel, dispatch.lane)
            throttle.rest(now + timedelta(seconds=outcome.rests))
            work.throttles.save(throttle)
        self._settling.keep(work, dispatch)

    def _reachable(self, channel: str) -> None:
        """A channel answers that was away, for this process or for the one before it."""
        if self._outages.pop(channel, None) is not None or channel not in self._well:
            self._well.add(channel)
            self._transact(lambda work: _answered(work, channel))

    def _unreachable(self, channel: str, reason: str, due: Sequence[str]) -> None:
        """Wait longer each time; what has waited for days has failed, so that a person learns of it."""
        now = self._clock()
        count, _ = self._outages.get(channel, (0, now))
        pause = _OUTAGE_PAUSES[min(count, len(_OUTAGE_PAUSES) - 1)]
        self._outages[channel] = (count + 1, now + pause)
        self._transact(lambda work: _away(work, channel, reason, now))
        for dispatch in due:
            self._transact(lambda work, key=dispatch: self._give_up(work, key, reason))  # type: ignore[misc]

    def _give_up(self, work: Work, key: str, reason: str) -> None:
        now, dispatch = self._clock(), work.dispatches.get(key)
        if dispatch is not None and dispatch.is_due(now) and dispatch.due_at + PATIENCE <= now:
            dispatch.refused(reason, now)
            self._settling.keep(work, dispatch)


def _answered(work: Work, channel: str) -> None:
    state = work.channels.get(channel)
    if state.answers():
        work.channels.save(state)


def _away(work: Work, channel: str, reason: str, now: datetime) -> None:
    state = work.channels.get(channel)
    if state.fails(reason, now):
        work.channels.save(state)
