"""What the use cases need of the world around them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.reporting.domain.balance import Accountability, Findings, Notifications
from services.reporting.domain.bulletin import Bulletin, BulletinFilters
from services.reporting.domain.case import KnownCase
from services.reporting.domain.columns import Column
from services.reporting.domain.export import Export
from services.reporting.domain.fact import Fact
from services.reporting.domain.filters import Filters
from services.reporting.domain.measure import Measure, MeasureFilters
from services.reporting.domain.official_document import OfficialDocument
from services.reporting.domain.statistics import Cell
from shared.contracts.envelope import Event

Clock = Callable[[], datetime]
NewId = Callable[[], str]


class Archive(Protocol):
    """Every event that was ever told, once."""

    def add(self, event: Event) -> None: ...

    def has(self, event: Event) -> bool: ...


class FactRepository(Protocol):
    """The facts of one transaction. Those that were asked for are kept, with what is counted of them, at its end."""

    def get(self, finding: str) -> Fact: ...

    def prefetch(self, findings: Iterable[str]) -> None:
        """Have at hand what will be asked for, in one round trip."""
        ...


class CaseRepository(Protocol):
    """Cases as they are known by their newest event."""

    def get(self, case: str) -> KnownCase: ...

    def save(self, case: KnownCase) -> None: ...

    def prefetch(self, cases: Iterable[str]) -> None: ...


class MeasureRepository(Protocol):
    """Measures as they are known by their newest event."""

    def take(self, measure: Measure) -> None:
        """What is newer than what is known."""
        ...


class BulletinRepository(Protocol):
    """The bulletins of one transaction."""

    def add(self, bulletin: Bulletin) -> None: ...

    def get(self, bulletin: str) -> Bulletin | None: ...

    def save(self, bulletin: Bulletin) -> None:
        """A changed one; its items never change."""
        ...

    def save_retaken(self, bulletin: Bulletin) -> None:
        """A draft whose items were taken anew."""
        ...

    def add_files(self, bulletin: str, files: Mapping[str, bytes]) -> None: ...

    def last_number(self, issuer: str, year: int) -> int: ...

    def take_number(self, issuer: str, year: int, number: int) -> None:
        """The number is used by what this transaction keeps."""
        ...

    def last_slot(self, row: str) -> datetime | None:
        """The latest moment of a row of the schedule that was seen to."""
        ...

    def see_slot(self, row: str, slot: datetime) -> None: ...


class Work(Protocol):
    """The unit of work: everything in it happens together or not at all."""

    @property
    def archive(self) -> Archive: ...

    @property
    def facts(self) -> FactRepository: ...

    @property
    def cases(self) -> CaseRepository: ...

    @property
    def measures(self) -> MeasureRepository: ...

    @property
    def bulletins(self) -> BulletinRepository: ...

    def tell(self, type: str, bulletin: str, sequence: int, data: dict[str, Any], now: datetime) -> None:
        """Tell the world of a bulletin, if the transaction commits."""
        ...


Found = tuple[Sequence[Fact], str | None]


class LedgerStore(Protocol):
    """Facts, the archive and what is counted, as they were last committed."""

    def fact(self, finding: str) -> Fact | None: ...

    def find(self, filters: Filters, now: datetime, limit: int, cursor: str | None) -> Found: ...

    def count(self, filters: Filters, now: datetime) -> int: ...

    def each(self, filters: Filters, now: datetime) -> Iterator[Fact]:
        """All of them, newest first, a few at a time in memory."""
        ...

    def posted_before(
        self, filters: Filters, moment: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[str], str | None]:
        """Ids of findings of the caller's county, newest first, that were posted before `moment`; of those at least
        all that the filters may show then: by what never changes."""
        ...

    def told_before(self, findings: Sequence[str], moment: datetime) -> Mapping[str, Sequence[Event]]:
        """By finding, what had been told of it before `moment`: of a case that was ever about it everything, since
        the newest word may be that the case goes on without it."""
        ...

    def told_of(self, finding: str) -> Sequence[Event]:
        """As `told_before`, up to now."""
        ...

    def cells(self, filters: Filters, by: str, now: datetime) -> tuple[Sequence[Cell], Mapping[str, str]]:
        """The cells of statistics, and the names of keys that are not codes (cadres, masked)."""
        ...

    def measures(self, filters: MeasureFilters) -> Iterable[Measure]: ...

    def balance(self, area: str) -> Mapping[str, Mapping[str, int]]:
        """By area, what is counted there under each name (domain.counters)."""
        ...

    def outbox_pending(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that was made beside memory: its bytes, and how many rows it has."""

    chunks: Iterator[bytes]
    rows: int


class Writer(Protocol):
    """Makes a file of a table."""

    def write(
        self,
        columns: Sequence[Column],
        rows: Iterator[Sequence[Any]],
        totals: Callable[[], Sequence[Sequence[Any]]],
    ) -> Spooled:
        """The rows as they come; `totals` are asked for when they have gone by.

        Raises:
            RenderingError: when it cannot be made now.
        """
        ...


class ExportLog(Protocol):
    """How far the files of ledgers have come."""

    def tell(self, export: Export) -> None: ...

    def of(self, sub: str, limit: int) -> Sequence[Export]:
        """Those of one caller, the newest first."""
        ...


class Peers(Protocol):
    """The other services' own figures; None where a service does not answer in time."""

    def counts(self, area: str) -> tuple[Findings | None, Accountability | None, Notifications | None]: ...


class BulletinStore(Protocol):
    """Bulletins as they were last committed: without their items, of which they may have many, but for `whole`."""

    def get(self, bulletin: str) -> Bulletin | None: ...

    def whole(self, bulletin: str) -> Bulletin | None: ...

    def find(
        self, filters: BulletinFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Bulletin], str | None]:
        """Newest first."""
        ...

    def files(self, bulletin: str) -> Mapping[str, bytes]:
        """Those of a published one, by format."""
        ...

    def case_ids(self, limit: int) -> Sequence[str]:
        """Cases of which something may have been served, the oldest first; restricted ones never."""
        ...

    def told_of_cases(self, cases: Sequence[str]) -> Sequence[Event]:
        """What was told of these cases and of their measures."""
        ...

    def cards(self, cadres: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The newest card of each of them in the register."""
        ...

    def facts_for(self, filters: Filters, limit: int) -> Sequence[Fact]:
        """Facts for a bulletin, in the order in which they were found; at most `limit`."""
        ...

    def withdrawn(self, findings: Sequence[str]) -> Collection[str]:
        """Those of them that are withdrawn by now."""
        ...


class BoardStore(Protocol):
    """Cases as they were last committed."""

    def newest_of_cases(self, finished: int) -> Sequence[Event]:
        """What was told last of each case under way, and of so many finished ones."""
        ...

    def numbers(self, findings: Sequence[str]) -> Mapping[str, str]:
        """By finding."""
        ...


class BulletinWriter(Protocol):
    """Makes the texts of bulletins from the county's templates."""

    def text(self, kind: str, part: str, facts: Mapping[str, Any]) -> str:
        """`part` is title, lead or closing."""
        ...

    def render(self, ending: str, document: Mapping[str, Any]) -> str: ...


class Renderer(Protocol):
    """Sets official documents in type."""

    def render(self, document: OfficialDocument, file_format: str) -> bytes:
        """The file, the same bytes for the same document; `file_format` is docx or pdf.

        Raises:
            RenderingError: when it was tried again and failed again.
        """
        ...
