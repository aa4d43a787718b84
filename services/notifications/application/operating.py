"""What operators order: a channel stopped or let go on, a notice sent once more, a test message to oneself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from services.notifications.application import answers, deliveries, scope
from services.notifications.application.answers import Answer
from services.notifications.application.commands import RequireVersion, any_version
from services.notifications.application.ports import Clock, NoticeWriter, Work
from services.notifications.application.posting import Postbox
from services.notifications.domain.channel import ChannelState
from services.notifications.domain.delivery import under_way
from services.notifications.domain.dispatch import Kind
from services.notifications.domain.errors import (
    ChannelOffError,
    NoAddressError,
    NothingToResendError,
    UnknownChannelError,
)
from shared.contracts.claims import Claims

TEST_TEMPLATE = "channel_test"


@dataclass(frozen=True, slots=True)
class OperateChannel:
    """Somebody stops a channel, lets it go on or tries it."""

    kind: str
    by: Claims
    require_version: RequireVersion = field(default=any_version)


@dataclass(frozen=True, slots=True)
class ResendNotice:
    """The office has a notice sent once more."""

    notice: str
    by: Claims
    require_version: RequireVersion = field(default=any_version)


class Operating:
    """One method per command. `channels` are the kinds there are, each with whether it is set up."""

    def __init__(
        self, postbox: Postbox, writer: NoticeWriter, channels: Mapping[str, bool], clock: Clock
    ) -> None:
        self._postbox = postbox
        self._writer = writer
        self._channels = channels
        self._clock = clock

    def pause(self, work: Work, command: OperateChannel) -> Answer:
        """Nothing leaves by it any more; what waits, waits."""
        state = self._state(work, command)
        if state.pause(command.by.sub, self._clock()):
            work.channels.save(state)
        return self._shown(state)

    def resume(self, work: Work, command: OperateChannel) -> Answer:
        """What waits leaves."""
        state = self._state(work, command)
        if state.resume():
            work.channels.save(state)
        return self._shown(state)

    def test(self, work: Work, command: OperateChannel) -> Answer:
        """A message to the caller himself, by the address of his own contact."""
        if command.kind not in self._channels:
            raise UnknownChannelError
        if command.kind not in self._postbox.channels:
            raise ChannelOffError
        recipient = scope.recipient_of(command.by)
        contact = work.contacts.get(recipient) if recipient else None
        if contact is None or contact.address(command.kind) is None:
            raise NoAddressError(command.kind)
        now = self._clock()
        dispatch = self._postbox.by_hand(contact, command.kind, Kind.TEST, now)
        dispatch.text = self._writer.write(TEST_TEMPLATE, {})
        work.dispatches.save(dispatch)
        return deliveries.delivery(dispatch, masked=False)

    def resend(self, work: Work, command: ResendNotice) -> Answer:
        """Once more where it has failed, or where nobody knows; at once, and by the address of today."""
        notice = scope.readable(work, command.notice, command.by)
        command.require_version(notice.version)
        wanted = [one.channel for one in notice.resendable]
        if not wanted:
            raise NothingToResendError
        contact, now = work.contacts.get(notice.recipient), self._clock()
        usable = self._usable(contact.outside if contact else (), wanted)
        if contact is None or not usable:
            raise NoAddressError(", ".join(wanted))
        again = []
        for channel in usable:
            dispatch = self._postbox.by_hand(contact, channel, Kind.RESEND, now)
            dispatch.join(now)
            work.dispatches.save(dispatch)
            again.append(under_way(channel, dispatch.id, now))
        notice.resend(again, now)
        work.notices.save(notice)
        return answers.as_it_stands(work, notice)

    def _usable(self, outside: Collection[str], wanted: list[str]) -> list[str]:
        return [one for one in dict.fromkeys(wanted) if one in outside and one in self._postbox.channels]

    def _state(self, work: Work, command: OperateChannel) -> ChannelState:
        if command.kind not in self._channels:
            raise UnknownChannelError
        state = work.channels.get(command.kind)
        command.require_version(state.version)
        return state

    def _shown(self, state: ChannelState) -> Answer:
        return deliveries.channel(state, self._channels[state.kind])
