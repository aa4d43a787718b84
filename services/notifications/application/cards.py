"""Signing by the button of a card in WeCom 企业微信: as by a signing link, by the member that the card was sent to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notifications.application.ports import Clock, Transact, Work
from services.notifications.application.signing import CARD, Signing
from services.notifications.domain.errors import (
    AlreadyRefusedError,
    ExpiredLinkError,
    NoCallbackError,
    UnknownLinkError,
    UsedLinkError,
)

CHANNEL = "wecom"
_SIGNED, _EXPIRED, _REFUSED, _INVALID = "已签收", "已过期,请登录签收", "已登记拒签", "无效"


@dataclass(frozen=True, slots=True)
class Press:
    """A member has pressed a button; `key` is what the button carries: the token of a signing link."""

    member: str
    key: str


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands in the query of a callback, as WeCom names it."""

    msg_signature: str
    timestamp: str
    nonce: str


class CallbackReader(Protocol):
    """Reads what WeCom tells the application. What is forged or too old raises ForgedCallbackError."""

    def echo(self, signature: Signature, sealed: str, now: datetime) -> str:
        """The text that proves that the address is ours."""
        ...

    def press(self, signature: Signature, body: bytes, now: datetime) -> Press | None:
        """Whose pressing of which button is told; None when it is about something else."""
        ...

    def relabel(self, press: Press, words: str, now: datetime) -> bytes:
        """The answer that puts other words on the button."""
        ...


class WecomCallbacks:
    """What the callback's routes do; without a `reader` there is no callback."""

    def __init__(
        self, reader: CallbackReader | None, cards: "Cards", transact: Transact, clock: Clock
    ) -> None:
        self._reader = reader
        self._cards = cards
        self._transact = transact
        self._clock = clock

    def echo(self, echostr: str, **signature: str) -> str:
        """WeCom makes sure that the address is ours."""
        return self._known().echo(Signature(**signature), echostr, self._clock())

    def take(self, body: bytes, **signature: str) -> bytes:
        """WeCom tells of something; what is answered: nothing where it was no button of a card."""
        reader, now = self._known(), self._clock()
        press = reader.press(Signature(**signature), body, now)
        if press is None:
            return b""
        return reader.relabel(press, self._transact(lambda work: self._cards.press(work, press)), now)

    def _known(self) -> CallbackReader:
        if self._reader is None:
            raise NoCallbackError
        return self._reader


class Cards:
    """What pressing a button does."""

    def __init__(self, signing: Signing) -> None:
        self._signing = signing

    def press(self, work: Work, press: Press) -> str:
        """Sign what the button is for; what the button says then. Pressed again, or told again, it says the same."""
        if not self._is_his(work, press):
            return _INVALID
        try:
            self._signing.sign(work, press.key, way=CARD)
        except ExpiredLinkError:
            return _EXPIRED
        except AlreadyRefusedError:
            return _REFUSED
        except UsedLinkError:
            return _SIGNED
        return _SIGNED

    def _is_his(self, work: Work, press: Press) -> bool:
        """Whether the card was sent to this member, and he is still the one whom its notice is for."""
        try:
            link, notices = self._signing.found(work, press.key)
        except UnknownLinkError:
            return False
        contact = work.contacts.get(notices[0].recipient)
        # A card of several notices has no button that would say which of them is signed.
        if len(link.notices) != 1:
            return False
        return link.channel == CHANNEL and contact is not None and contact.address(CHANNEL) == press.member
