"""What the use cases need of the world around them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from services.notifications.domain.case_access import CaseAccess
from services.notifications.domain.channel import ChannelState, Throttle
from services.notifications.domain.contact import Contact
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.gathering import Window
from services.notifications.domain.notice import Notice, Text
from services.notifications.domain.signing import Link
from services.notifications.domain.verification import Verification
from shared.contracts.claims import Claims

Clock = Callable[[], datetime]
NewId = Callable[[], str]
T = TypeVar("T")
MessageKey = tuple[str, str, str]
"""Finding, event type and recipient."""


class NoticeRepository(Protocol):
    """The notices of one transaction. What is saved is told to the world in the same transaction."""

    def get(self, notice: str) -> Notice | None: ...

    def add(self, notice: Notice) -> None: ...

    def save(self, notice: Notice) -> None: ...

    def told_of_warning(self, warning: str) -> Sequence[str]:
        """The recipients of every notice about a warning."""
        ...

    def carried_by(self, dispatch: str, limit: int) -> Sequence[Notice]:
        """The first notices that do not know the end of the message that carries them."""
        ...

    def leaders_of(self, finding: str) -> Sequence[str]:
        """The leaders of a finding's chain, as the newest notice that knows them has them."""
        ...

    def load_cases(self, cases: Iterable[str]) -> None:
        """Have at hand what was told of these cases."""

    def of_case(self, case: str) -> Sequence[Notice]:
        """Every notice about a case."""
        ...

    def unsigned_of(self, recipient: str, limit: int) -> Sequence[Notice]:
        """The oldest that wait for a recipient's signature; of a unit also those of the units below it."""
        ...


class LinkRepository(Protocol):
    """Signing links, by the digest of their token."""

    def get(self, digest: str) -> Link | None: ...

    def save(self, link: Link) -> None: ...


class CodeRepository(Protocol):
    """The newest code of each recipient and kind of address."""

    def get(self, cadre: str, kind: str) -> Verification | None: ...

    def save(self, verification: Verification) -> None: ...


class DispatchRepository(Protocol):
    """Messages on outside channels."""

    def get(self, dispatch: str) -> Dispatch | None: ...

    def get_many(self, dispatches: Iterable[str]) -> Mapping[str, Dispatch]: ...

    def save(self, dispatch: Dispatch) -> None: ...


class WindowRepository(Protocol):
    """What is gathered for whom."""

    def get(self, recipient: str, channel: str) -> Window: ...

    def get_many(self, keys: Iterable[tuple[str, str]]) -> Sequence[Window]: ...

    def save(self, window: Window) -> None: ...


class ContactRepository(Protocol):
    """By which channels recipients can be reached."""

    def get(self, recipient: str) -> Contact | None: ...

    def get_many(self, recipients: Iterable[str]) -> Mapping[str, Contact]: ...

    def save(self, contact: Contact) -> None: ...

    def seal_anew(self, limit: int) -> int:
        """Seal what another key than today's has sealed, so many contacts; how many there were."""
        ...


class NameRepository(Protocol):
    """The names of cadres, as registered."""

    def get(self, cadre: str) -> str | None: ...

    def get_many(self, cadres: Iterable[str]) -> Mapping[str, str]: ...

    def save(self, cadre: str, name: str) -> None: ...


class CaseRepository(Protocol):
    """Who may know of cases, as they were last told."""

    def load(self, cases: Iterable[str]) -> None:
        """Have these at hand, in one round trip."""

    def get(self, case: str) -> CaseAccess | None: ...

    def save(self, access: CaseAccess) -> None: ...


class ToldRepository(Protocol):
    """Who has a notice of the assignment of a finding. It has an entry as soon as there is one such notice."""

    def get(self, finding: str) -> frozenset[str]: ...

    def get_many(self, findings: Iterable[str]) -> Mapping[str, frozenset[str]]: ...

    def add(self, finding: str, area: str, recipients: Iterable[str], at: datetime) -> None: ...


class ThrottleRepository(Protocol):
    """What has lately left by each lane of a channel."""

    def get(self, channel: str, lane: str) -> Throttle: ...

    def save(self, throttle: Throttle) -> None: ...


class ChannelRepository(Protocol):
    """Outside channels as they stand; one that nothing is known of is well."""

    def get(self, kind: str) -> ChannelState: ...

    def save(self, state: ChannelState) -> None: ...


class RepeatRepository(Protocol):
    """Until when the same is not sent a second time."""

    def until(self, key: MessageKey) -> datetime | None: ...

    def prefetch(self, keys: Iterable[MessageKey]) -> None: ...

    def save(self, key: MessageKey, until: datetime) -> None: ...


class Work(Protocol):
    """The unit of work: everything in it happens together or not at all."""

    @property
    def notices(self) -> NoticeRepository: ...

    @property
    def dispatches(self) -> DispatchRepository: ...

    @property
    def windows(self) -> WindowRepository: ...

    @property
    def contacts(self) -> ContactRepository: ...

    @property
    def names(self) -> NameRepository: ...

    @property
    def told(self) -> ToldRepository: ...

    @property
    def cases(self) -> CaseRepository: ...

    @property
    def throttles(self) -> ThrottleRepository: ...

    @property
    def channels(self) -> ChannelRepository: ...

    @property
    def links(self) -> LinkRepository: ...

    @property
    def codes(self) -> CodeRepository: ...

    @property
    def repeats(self) -> RepeatRepository: ...


class Transact(Protocol):
    """Runs work in a transaction of its own."""

    def __call__(self, act: Callable[[Work], T], /) -> T: ...


class NoticeWriter(Protocol):
    """Makes texts from the county's templates."""

    def write(self, template: str, facts: Mapping[str, Any]) -> Text: ...

    def version(self, template: str) -> int: ...


class DispatchFinder(Protocol):
    """Finds messages that need something done, outside of transactions; what is done is checked again inside."""

    def any_due(self, channels: Collection[str], now: datetime) -> bool:
        """Whether anything may be to be done; it costs one question, however many channels there are."""
        ...

    def paused(self) -> frozenset[str]:
        """The channels that people have stopped."""
        ...

    def due(self, channel: str, now: datetime, limit: int) -> Sequence[str]:
        """Messages whose lane is open, those that wait longest first."""
        ...

    def lost(self, now: datetime, limit: int) -> Sequence[str]: ...

    def unsettled(self, limit: int) -> Sequence[str]: ...


class Meters(Protocol):
    """Counts what happens, after it has been committed."""

    def delivered(self, channel: str, outcome: str) -> None: ...

    def signed(self, seconds: float) -> None: ...


class ActAs(Protocol):
    """Names whoever acts without a login for the audit trail of what is published within."""

    def __call__(self, actor: Claims) -> AbstractContextManager[Any]: ...


class Trace(Protocol):
    """Ties what is published within to the request or event that it follows from."""

    def __call__(self, correlationid: str, causationid: str) -> AbstractContextManager[Any]: ...
