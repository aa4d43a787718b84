"""What the use cases need of the world around them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Protocol

from services.findings.application.commands import FollowCase
from services.findings.domain.attachment import Attachment, Kept
from services.findings.domain.campaign import Campaign
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Compared
from services.findings.domain.review import Reported

Clock = Callable[[], datetime]
NewId = Callable[[], str]
SourceRef = tuple[str, str]
"""Team and source_ref: together they name one finding."""


class FindingRepository(Protocol):
    """The findings of one transaction. What is saved is told to the world in the same transaction."""

    def get(self, finding: str) -> Finding | None: ...

    def get_many(self, findings: Iterable[str]) -> Mapping[str, Finding]: ...

    def expect_assignment(self, findings: Iterable[str]) -> None: ...

    def by_source_ref(self, refs: Sequence[SourceRef]) -> dict[SourceRef, Finding]: ...

    def by_number(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """The ids of those that have these numbers."""
        ...

    def open_of_team(self, team: str, area: str, after: str, limit: int) -> Sequence[Finding]:
        """Open findings of a team within an area, by id, the next ones after the id `after`."""
        ...

    def provisional(self, last: date, limit: int) -> Sequence[Finding]:
        """Open findings with a provisional deadline on or before `last`."""
        ...

    def add(self, finding: Finding) -> None: ...

    def save(self, finding: Finding) -> None: ...


class Comparisons(Protocol):
    """What a report is compared with."""

    def expect(self, findings: Sequence[Finding], since: datetime, closed_since: datetime, most: int) -> None:
        """Have at hand what reports on these will be compared with."""
        ...

    def reported(self, unit: str, since: datetime, until: datetime, most: int) -> Sequence[Reported]:
        """Reports of a unit in a period, on findings posted after its beginning: at most so many, the newest
        findings first."""
        ...

    def closed_at_place(self, area: str, place: str, category: str, since: datetime) -> Sequence[Finding]:
        """Findings of a category at a place that were closed since."""
        ...


class AttachmentRepository(Protocol):
    """What stands for the files of evidence. `expect` a file before it is kept: until it is added it is left over."""

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Attachment]: ...

    def expect(self, id: str, until: datetime) -> None: ...

    def add(self, attachment: Attachment) -> None: ...

    def save(self, attachment: Attachment) -> None: ...

    def findings_with(self, sha256: Sequence[str], besides: str, most: int) -> Sequence[str]:
        """Other findings that have an original with one of these hashes."""
        ...

    def expire(self, now: datetime, most: int) -> Sequence[str]:
        """Give up those that have waited too long for a finding: their files are left over."""
        ...

    def left_over(self, now: datetime, most: int) -> Sequence[str]: ...

    def forget(self, ids: Sequence[str]) -> Sequence[str]: ...


class CaseRepository(Protocol):
    """Which findings are in which unfinished case."""

    def get(self, case: str) -> FollowCase:
        """As it was told last; one that nothing was told of has no findings."""

    def load(self, cases: Iterable[str]) -> None: ...

    def save(self, told: FollowCase) -> None: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is, by its bytes: `name` made safe, `served` without the place it was taken at, in pieces."""

    name: str
    content_type: str
    served: Iterable[bytes]
    taken_at: datetime | None


Inspect = Callable[[str, IO[bytes]], Content]
"""Looks into a file that was sent under a name; InvalidError for one that is not taken."""


class FileStore(Protocol):
    """Where the bytes of evidence are, outside of transactions."""

    def put_original(self, id: str, file: IO[bytes]) -> None: ...

    def put_served(self, id: str, pieces: Iterable[bytes]) -> Kept: ...

    def original(self, id: str) -> Iterable[bytes]: ...

    def served(self, id: str) -> Iterable[bytes]: ...

    def remove(self, id: str) -> None:
        """Every byte of it, also of what was only half written; nothing happens when there is none."""
        ...


class NumberSeries(Protocol):
    """Gives out numbers, each once and for ever; outside of every transaction, so that none waits for another."""

    def take(self, county: str, year: int, count: int) -> int:
        """The first of `count` numbers in a row."""
        ...


class Numbers(Protocol):
    """The numbers of one request: a repetition of its transaction gets the same ones again."""

    def reserve(self, county: str, year: int, count: int) -> None: ...

    def next(self, county: str, year: int) -> int: ...


class CampaignRepository(Protocol):
    """The campaigns 专项 of one transaction."""

    def by_codes(self, codes: Iterable[str]) -> Mapping[str, Campaign]:
        """Those that there are, by code."""
        ...

    def add(self, campaign: Campaign) -> None: ...

    def newest(self, limit: int, cursor: str | None) -> Sequence[Campaign]: ...


class Work(Protocol):
    """The unit of work: everything in it happens together or not at all."""

    @property
    def findings(self) -> FindingRepository: ...

    @property
    def comparisons(self) -> Comparisons: ...

    @property
    def cases(self) -> CaseRepository: ...

    @property
    def attachments(self) -> AttachmentRepository: ...

    @property
    def campaigns(self) -> CampaignRepository: ...

    @property
    def numbers(self) -> Numbers: ...

    @property
    def neighbours(self) -> dict[str, Sequence[Compared]]:
        """What new findings are compared with, by blocking key, where it has been read for several of them."""
        ...
