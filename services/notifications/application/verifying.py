"""Addresses that were entered by hand are verified by a code before their first use.

The code is made when its message leaves, stands nowhere but there, and works for half an hour and five attempts. A
wrong attempt counts although it is refused: so it is answered as a value and raised once it has been kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notifications.application import answers
from services.notifications.application.answers import Answer
from services.notifications.application.days import moment_of
from services.notifications.application.ports import Clock, NoticeWriter, Work
from services.notifications.application.posting import Postbox
from services.notifications.domain.contact import Contact
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.errors import (
    ChannelOffError,
    InvalidError,
    NothingToVerifyError,
    NotificationsError,
    NoValidCodeError,
    UnknownContactError,
)
from services.notifications.domain.notice import Text
from services.notifications.domain.verification import ATTEMPTS, LASTS, Verification
from shared.contracts.claims import Claims

TEMPLATE = "contact_code"


@dataclass(frozen=True, slots=True)
class VerifyContact:
    """The office enters the code that the recipient has read out; without one a new code is sent."""

    cadre: str
    kind: str
    code: str | None
    by: Claims


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes codes, and the texts they are sent in."""

    writer: NoticeWriter
    new_code: Callable[[], str]
    new_salt: Callable[[], str]

    def text(self, work: Work, dispatch: Dispatch, address: str, now: datetime) -> Text:
        """The text of a message with a new code; those before it do not work any more."""
        code = self.new_code()
        recipient, kind = dispatch.recipient, dispatch.channel
        work.codes.save(Verification.of(recipient, kind, address, code, self.new_salt(), now))
        return self.writer.write(TEMPLATE, {"code": code, "code_until": moment_of(now + LASTS)})


def send_codes(work: Work, postbox: Postbox, contact: Contact, now: datetime) -> None:
    """A code to each address that waits to be verified."""
    for kind in dict.fromkeys(one.kind for one in contact.unverified):
        if kind in postbox.sendable:
            _send(work, postbox, contact, kind, now)


def _send(work: Work, postbox: Postbox, contact: Contact, kind: str, now: datetime) -> Dispatch:
    dispatch = postbox.by_hand(contact, kind, Kind.CODE, now)
    work.dispatches.save(dispatch)
    return dispatch


class Verifying:
    """Sends codes and takes them."""

    def __init__(self, postbox: Postbox, clock: Clock) -> None:
        self._postbox = postbox
        self._clock = clock

    def verify(self, work: Work, command: VerifyContact) -> Answer | NotificationsError:
        """The contact; or why the code is refused, to be raised after the commit."""
        contact, now = self._contact(work, command), self._clock()
        if command.code is None:
            if command.kind not in self._postbox.sendable:
                raise ChannelOffError
            _send(work, self._postbox, contact, command.kind, now)
            return answers.contact(contact)
        known = work.codes.get(command.cadre, command.kind)
        if known is None or not known.is_open(now):
            raise NoValidCodeError
        known.attempts += 1
        addresses = [one.address for one in contact.unverified if one.kind == command.kind]
        right = next((one for one in addresses if one and known.try_code(command.code, one)), None)
        if right is None:
            work.codes.save(known)
            left = ATTEMPTS - known.attempts
            return InvalidError({"code": [f"is not the code that was sent; {left} attempts are left"]})
        known.attempts = ATTEMPTS  # it works once
        work.codes.save(known)
        contact.verify(command.kind, right, now)
        work.contacts.save(contact)
        return answers.contact(contact)

    def _contact(self, work: Work, command: VerifyContact) -> Contact:
        contact = work.contacts.get(command.cadre)
        if contact is None or not command.by.covers(contact.area):
            raise UnknownContactError
        if not any(one.kind == command.kind for one in contact.unverified):
            raise NothingToVerifyError
        return contact
