"""The contact of a recipient: by which channels he can be reached."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications.domain.policy import INBOX
from services.notifications.domain.quiet import QuietHours

LONGEST = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")

KINDS = (INBOX, "email", "sms", "wecom", "dingtalk", "webhook", "paper")


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to him. Only a verified address is used, and only where it was entered by an office of his own area or
    one above: whoever enters the contact of somebody not yet registered could otherwise read his mail elsewhere.

    `entered_in` is the area of that office; empty, it is above all.
    """

    kind: str
    address: str | None = None
    verified: bool = False
    entered_in: str = ""


_INBOX = Channel(INBOX, None, True)


@dataclass(slots=True)
class Contact:
    """`area` is the cadre's own once the register has told it, before that the area of the office that entered it."""

    id: str
    area: str
    created_at: datetime
    updated_at: datetime
    channels: tuple[Channel, ...] = ()
    quiet_hours: QuietHours | None = None
    digest: bool | None = None
    active: bool = True
    registered: bool = False
    version: int = 0

    @property
    def reachable(self) -> bool:
        """Whether any channel beside the inbox can be used."""
        return bool(self.outside)

    def address(self, kind: str) -> str | None:
        """The address to use on a channel, None when there is none that is verified."""
        return next((one.address for one in self.channels if one.kind == kind and self._is_usable(one)), None)

    @property
    def unverified(self) -> list[Channel]:
        """Addresses outside of the system that could be used once they are verified."""
        mine = (one for one in self.channels if one.kind != INBOX and one.address)
        return [one for one in mine if not one.verified and self.area.startswith(one.entered_in)]

    def address_to_verify(self, kind: str) -> str | None:
        """Where a code of this kind is sent: the first address that waits for one."""
        return next((one.address for one in self.unverified if one.kind == kind), None)

    def is_verified(self, kind: str, address: str | None) -> bool:
        """Whether it was verified before."""
        return any(one.verified for one in self.channels if (one.kind, one.address) == (kind, address))

    def verify(self, kind: str, address: str, at: datetime) -> None:
        """Its recipient has read out the code that was sent to it."""
        self.channels = tuple(
            replace(one, verified=True) if (one.kind, one.address) == (kind, address) else one
            for one in self.channels
        )
        self._change(at)

    @property
    def outside(self) -> list[str]:
        """The channels beside the inbox that can be used, in the order in which they were entered."""
        usable = (
            one.kind for one in self.channels if one.kind != INBOX and self._is_usable(one) and one.address
        )
        return list(dict.fromkeys(usable))

    def register(self, area: str, active: bool, at: datetime) -> bool:
        """The register knows the cadre: he has an inbox. Nothing else is touched. Whether anything changed."""
        channels = self.channels if self._has_inbox else (_INBOX, *self.channels)
        new = (area, active, True, channels)
        if new == (self.area, self.active, self.registered, self.channels):
            return False
        self.area, self.active, self.registered, self.channels = new
        self._change(at)
        return True

    def replace(
        self,
        channels: Sequence[Channel],
        quiet_hours: QuietHours | None,
        digest: bool | None,
        at: datetime,
    ) -> bool:
        """The office enters it anew. The inbox of a registered cadre stays. Whether anything changed."""
        given = tuple(_INBOX if one.kind == INBOX else one for one in channels)
        if self.registered and _INBOX not in given:
            given = (_INBOX, *given)
        if (given, quiet_hours, digest) == (self.channels, self.quiet_hours, self.digest):
            return False
        self.channels, self.quiet_hours, self.digest = given, quiet_hours, digest
        self._change(at)
        return True

    def enter(self, kind: str, addresses: Sequence[str], office: str, at: datetime) -> bool:
        """These are the addresses of one kind, verified by the office of that area. Whether anything changed."""
        if kind == INBOX:
            entered: tuple[Channel, ...] = (_INBOX,)
        else:
            entered = tuple(Channel(kind, address, True, office) for address in addresses)
        kept = tuple(one for one in self.channels if one.kind != kind)
        if entered == tuple(one for one in self.channels if one.kind == kind):
            return False
        self.channels = (*kept, *entered)
        self._change(at)
        return True

    def _is_usable(self, channel: Channel) -> bool:
        return channel.verified and self.area.startswith(channel.entered_in)

    @property
    def _has_inbox(self) -> bool:
        return any(one.kind == INBOX for one in self.channels)

    def _change(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at


def fault(kind: str, address: str | None) -> str | None:
    """What is wrong with an address of this kind, None when it can be used."""
    if kind == INBOX:
        return None if not address else "the inbox has no address"
    if not address or not address.strip():
        return "is missing"
    if len(address) > LONGEST or _CONTROL.search(address):
        return f"must be one line of at most {LONGEST} characters"
    if kind == "email" and not _EMAIL.fullmatch(address):
        return "is no e-mail address (ASCII only, without a name)"
    if kind == "sms" and not _TELEPHONE.fullmatch(address):
        return "is no telephone number"
    return None
