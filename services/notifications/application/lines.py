"""The port of the outside channels: how a message leaves the house, and what can be known of it afterwards."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from services.notifications.domain.notice import Text


class UnreachableError(Exception):
    """The channel itself does not answer or does not know us: nothing was sent, and no message is at fault."""


class TemporaryError(Exception):
    """Not taken now; the text says why, without the address."""


class BusyError(Exception):
    """Not taken because too much was sent: the lane rests for `seconds`, and the message is not at fault."""

    def __init__(self, reason: str, seconds: float = 60.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class PermanentError(Exception):
    """Never taken; the text says why, without the address."""


class LostError(Exception):
    """It may have been taken or not."""


class Recovery(StrEnum):
    """What is done about a message of which nobody knows whether it was taken."""

    PERSON = "person"
    """A person looks after it: the provider has no key by which it would know it again."""
    ASK = "ask"
    """The provider is asked by the message's id."""
    RESEND = "resend"
    """It is sent again: the other side takes the same id once."""


class Standing(StrEnum):
    """What a provider says of a message."""

    TAKEN = "taken"
    REFUSED = "refused"
    ABSENT = "absent"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Word:
    """A provider's answer about a message."""

    standing: Standing
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it leaves the house; `id` is the same at every attempt. `link` is the page on which its
    notices are signed; `plain` is what it says where its only notice is signed by a button beside it."""

    id: str
    address: str
    text: Text
    link: str | None = None
    plain: Text | None = None


class Line(Protocol):
    """An open connection to a channel's server."""

    def send(self, letter: Letter) -> str | None:
        """Returns when the other side has taken it: its id there, where it has one.

        Raises:
            UnreachableError, TemporaryError, BusyError, PermanentError, LostError: as they say; anything else means
                that nothing left the house.
        """
        ...


@runtime_checkable
class AskingLine(Line, Protocol):
    """A line of a channel whose recovery is to ask."""

    def ask(self, message: str) -> Word:
        """What became of a message.

        Raises:
            UnreachableError, TemporaryError, BusyError, LostError: no answer.
        """
        ...


class NoticeSender(Protocol):
    """One outside channel."""

    recovery: Recovery

    def connect(self) -> AbstractContextManager[Line]:
        """Raises UnreachableError when it does not answer."""
        ...


class Speeds(Protocol):
    """How much may leave by a lane, and what is waited after each refusal for now: the county's rules."""

    def per_minute(self, channel: str, address: str) -> int | None: ...

    def retry_after(self, channel: str) -> Sequence[float]: ...
