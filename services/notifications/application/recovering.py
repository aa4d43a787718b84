"""What processes that are gone have begun gets an end: asked of the provider, sent again, or left to a person."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from services.notifications.application.lines import (
    AskingLine,
    BusyError,
    LostError,
    NoticeSender,
    Recovery,
    Speeds,
    Standing,
    TemporaryError,
    UnreachableError,
    Word,
)
from services.notifications.application.ports import Clock, DispatchFinder, Meters, Transact, Work
from services.notifications.application.settling import Settling
from services.notifications.domain.delivery import DeliveryStatus
from services.notifications.domain.dispatch import PATIENCE, Dispatch

BATCH = 50
ASK_AGAIN = timedelta(minutes=1)
_GONE = "the process that was sending it is gone: whether it left is not known"
_ABSENT = "the provider has not got it"
_REFUSED = "the provider has refused it"
End = Callable[[Dispatch, datetime], str]


class Recovering:
    """Gives messages an end whose sending was interrupted."""

    def __init__(
        self,
        transact: Transact,
        finder: DispatchFinder,
        senders: Mapping[str, NoticeSender],
        speeds: Speeds,
        settling: Settling,
        meters: Meters,
        clock: Clock,
    ) -> None:
        self._transact = transact
        self._finder = finder
        self._senders = senders
        self._speeds = speeds
        self._settling = settling
        self._meters = meters
        self._clock = clock

    def tidy(self) -> None:
        """One round; what it does not reach is done in the next one."""
        for key in self._finder.lost(self._clock(), BATCH):
            self._recover(key)
        for key in self._finder.unsettled(BATCH):
            self._settling.rest(key)

    def _recover(self, key: str) -> None:
        dispatch = self._transact(lambda work: work.dispatches.get(key))
        if dispatch is None:
            return
        end = self._end_of(dispatch)
        channel, outcome = dispatch.channel, self._transact(lambda work: self._keep(work, key, end))
        if outcome is not None:
            self._settling.rest(key)
            self._meters.delivered(channel, outcome)

    def _keep(self, work: Work, key: str, end: End) -> str | None:
        """What it came to; None when its end was known meanwhile or is still being asked for."""
        now, dispatch = self._clock(), work.dispatches.get(key)
        if dispatch is None or not dispatch.is_lost(now):
            return None
        outcome = end(dispatch, now)
        self._settling.keep(work, dispatch)
        return outcome or None

    def _end_of(self, dispatch: Dispatch) -> End:
        sender = self._senders.get(dispatch.channel)
        if sender is not None and sender.recovery is Recovery.ASK:
            return self._asked(sender, dispatch)
        if sender is not None and sender.recovery is Recovery.RESEND:
            return self._again(_GONE, DeliveryStatus.UNKNOWN)
        return _unknown

    def _asked(self, sender: NoticeSender, dispatch: Dispatch) -> End:
        """Asked outside of every transaction. Who cannot be asked for days leaves it to a person."""
        try:
            with sender.connect() as line:
                assert isinstance(line, AskingLine), "who says that it can be asked has such a line"
                word = line.ask(dispatch.id)
        except (UnreachableError, TemporaryError, BusyError, LostError):
            word = Word(Standing.UNDECIDED)
        match word.standing:
            case Standing.TAKEN:
                return _taken(word.provider_id)
            case Standing.REFUSED:
                return _refused
            case Standing.ABSENT:
                return self._again(_ABSENT)
        return _undecided

    def _again(self, reason: str, last: DeliveryStatus = DeliveryStatus.FAILED) -> End:
        """It waits for its next attempt, with the same id."""

        def end(dispatch: Dispatch, now: datetime) -> str:
            dispatch.put_off(reason, now, self._speeds.retry_after(dispatch.channel), last)
            return dispatch.status.value if dispatch.ended else "retried"

        return end


def _taken(provider_id: str | None) -> End:
    def end(dispatch: Dispatch, now: datetime) -> str:
        dispatch.sent(now, provider_id)
        return "sent"

    return end


def _refused(dispatch: Dispatch, now: datetime) -> str:
    dispatch.refused(_REFUSED, now)
    return "failed"


def _undecided(dispatch: Dispatch, now: datetime) -> str:
    if dispatch.at is not None and dispatch.at + PATIENCE <= now:
        return _unknown(dispatch, now)
    dispatch.doubt("the provider cannot say yet whether it has it", now + ASK_AGAIN)
    return ""


def _unknown(dispatch: Dispatch, now: datetime) -> str:
    dispatch.lost(_GONE, now)
    return "unknown"
