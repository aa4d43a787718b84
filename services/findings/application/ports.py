"""What the use cases need of the world around them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.findings.domain.finding import Finding

Clock = Callable[[], datetime]
NewId = Callable[[], str]
SourceRef = tuple[str, str]
"""Team and source_ref: together they name one finding."""


class FindingRepository(Protocol):
    """The findings of one transaction. What is saved is told to the world in the same transaction."""

    def get(self, finding: str) -> Finding | None: ...

    def get_many(self, findings: Iterable[str]) -> Mapping[str, Finding]: ...

    def to_wake(self, now: datetime, limit: int) -> Sequence[Finding]: ...

    def expect_assignment(self, findings: Iterable[str]) -> None: ...

    def by_source_ref(self, refs: Sequence[SourceRef]) -> dict[SourceRef, Finding]: ...

    def add(self, finding: Finding) -> None: ...

    def save(self, finding: Finding) -> None: ...


class CaseRepository(Protocol):
    """Which findings are in which unfinished case."""

    def get(self, case: str) -> frozenset[str]: ...

    def get_many(self, cases: Iterable[str]) -> Mapping[str, frozenset[str]]: ...

    def save(self, case: str, findings: frozenset[str]) -> None: ...


class NumberSeries(Protocol):
    """Gives out numbers, each once and for ever; outside of every transaction, so that none waits for another."""

    def take(self, county: str, year: int, count: int) -> int:
        """The first of `count` numbers in a row."""
        ...


class Numbers(Protocol):
    """The numbers of one request: a repetition of its transaction gets the same ones again."""

    def reserve(self, county: str, year: int, count: int) -> None: ...

    def next(self, county: str, year: int) -> int: ...


class Work(Protocol):
    """The unit of work: everything in it happens together or not at all."""

    @property
    def findings(self) -> FindingRepository: ...

    @property
    def cases(self) -> CaseRepository: ...

    @property
    def numbers(self) -> Numbers: ...
