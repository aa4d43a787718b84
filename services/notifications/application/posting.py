"""Handing a notice over to the outside channels: it joins a message that has not left, or begins one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.notifications.application.ports import NewId, Work
from services.notifications.domain.channel import lane_of
from services.notifications.domain.contact import Contact
from services.notifications.domain.delivery import Delivery, under_way
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.gathering import Timing, due
from services.notifications.domain.notice import Notice
from services.notifications.domain.policy import INBOX, Telling
from services.notifications.domain.quiet import QuietHours
from services.notifications.domain.receipt import PAPER


class Postbox:
    """Outgoing messages. `channels` are the outside channels this installation can send on."""

    def __init__(self, channels: Collection[str], timing: Timing, new_id: NewId) -> None:
        self.channels = frozenset(channels)
        self.sendable = self.channels - {PAPER}
        self._timing = timing
        self._new_id = new_id

    def hand_over(self, work: Work, telling: Telling, now: datetime) -> list[Delivery]:
        """A message on each channel that the policy names and the recipient has a verified address for; where there
        is none of these, on the first one by which he can be reached at all."""
        contact = work.contacts.get(telling.recipient)
        at_once = telling.urgent or (contact is not None and contact.digest is False)
        kind = Kind.URGENT if at_once else Kind.DIGEST
        own = contact.quiet_hours if contact is not None else None
        quiet = () if telling.urgent else (self._timing.quiet, own)
        return [
            under_way(channel, self._join(work, telling.recipient, channel, kind, now, quiet).id, now)
            for channel in self._usable(work, telling)
        ]

    def fall_back(self, work: Work, notice: Notice, failed: str, now: datetime) -> Delivery | None:
        """A message on the recipient's next channel, in the order of his contact, after the message `failed`; none
        when he has read it, or when another channel has told him or still may."""
        tried = {one.channel for one in notice.deliveries}
        contact = work.contacts.get(notice.recipient)
        if contact is None or notice.read_at is not None or notice.is_told_beside(failed):
            return None
        channel = next((one for one in contact.outside if one in self.channels and one not in tried), None)
        if channel is None:
            return None
        dispatch = self._join(work, notice.recipient, channel, Kind.URGENT, now)
        return under_way(channel, dispatch.id, now)

    def again(
        self, work: Work, recipient: str, channels: Collection[str], waiting: Collection[str], now: datetime
    ) -> list[Delivery]:
        """Once more on these channels, not in quiet hours; where one is `waiting` it has not left even once. On none
        of them any more: on the first one by which he can be reached."""
        contact = work.contacts.get(recipient)
        if contact is None:
            return []
        possible = [one for one in contact.outside if one in self.channels]
        wanted = [one for one in possible if one in channels] or possible[:1]
        quiet = (self._timing.quiet, contact.quiet_hours)
        return [
            under_way(one, self._join(work, recipient, one, Kind.URGENT, now, quiet).id, now)
            for one in wanted
            if one not in waiting
        ]

    def by_hand(self, contact: Contact, channel: str, kind: Kind, now: datetime) -> Dispatch:
        """A message of its own that leaves at once. It is not saved yet."""
        return self._new(contact, contact.id, channel, kind, now, now)

    def prefetch(self, work: Work, told: Sequence[Telling]) -> None:
        """Contacts, what is gathered for them, and the messages that are open."""
        work.contacts.get_many({one.recipient for one in told})
        keys = {(one.recipient, channel) for one in told for channel in self._usable(work, one)}
        windows = work.windows.get_many(keys)
        work.dispatches.get_many({dispatch for window in windows for dispatch in window.open.values()})

    def _usable(self, work: Work, telling: Telling) -> list[str]:
        contact, wanted = work.contacts.get(telling.recipient), [*telling.channels]
        if contact is None or not set(wanted) - {INBOX}:
            return []
        possible = [one for one in contact.outside if one in self.channels]
        return [one for one in wanted if one in possible] or possible[:1]

    def _join(
        self,
        work: Work,
        recipient: str,
        channel: str,
        kind: Kind,
        now: datetime,
        quiet: Sequence[QuietHours | None] = (),
    ) -> Dispatch:
        """Saved even when it is joined only: so a sender that takes it up meanwhile and this transaction collide."""
        window = work.windows.get(recipient, channel)
        dispatch = work.dispatches.get(window.open[kind]) if kind in window.open else None
        when = due(kind, window, self._timing, now, quiet)
        if dispatch is None or not dispatch.can_be_joined:
            dispatch = self._new(work.contacts.get(recipient), recipient, channel, kind, when, now)
            window.open[kind] = dispatch.id
            work.windows.save(window)
        dispatch.join(when)
        work.dispatches.save(dispatch)
        return dispatch

    def _new(
        self,
        contact: Contact | None,
        recipient: str,
        channel: str,
        kind: Kind,
        due_at: datetime,
        now: datetime,
    ) -> Dispatch:
        dispatch = Dispatch(self._new_id(), recipient, channel, kind, due_at, now)
        dispatch.area = contact.area if contact else ""
        address = dispatch.address_of(contact) if contact else None
        dispatch.lane = lane_of(channel, address or "")
        return dispatch
