"""Visits 走访: teams register them, planned or done; a second team at the same place is warned, never refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Self

from services.findings.application import scope
from services.findings.application.answers import Answer, actor
from services.findings.application.campaigns import unknown_campaign
from services.findings.application.ports import Clock, NewId, Work
from services.findings.application.visit_answers import VisitAnswers
from services.findings.domain.calendar import day_of
from services.findings.domain.errors import ForbiddenError, InvalidError, UnknownVisitError
from services.findings.domain.facts import Place
from services.findings.domain.parts import Stamp
from services.findings.domain.visit import Errand, Nearby, Visit, VisitOutcome, VisitResult
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilters:
    """What a list is narrowed to; None leaves it open. `reach` is a subtree, the days are both included."""

    reach: str
    team: str | None = None
    status: str | None = None
    result: str | None = None
    method: str | None = None
    campaign: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class VisitCount:
    """So many visits of an area had this result; None: they are planned."""

    area: str
    result: VisitResult | None
    count: int


class VisitRepository(Protocol):
    """The visits of one transaction."""

    def get(self, visit: str) -> Visit | None: ...

    def add(self, visit: Visit) -> None: ...

    def save(self, visit: Visit) -> None: ...

    def of_others(self, visit: Visit, since: date, until: date, most: int) -> Sequence[Visit]: ...

    def find(self, filters: VisitFilters, limit: int, cursor: str | None) -> Sequence[Visit]: ...


class VisitCounts(Protocol):
    """Counts visits outside of transactions."""

    def of(self, area: str, since: date | None, until: date | None) -> Sequence[VisitCount]: ...


class VisitWork(Work, Protocol):
    """The unit of work, visits included."""

    @property
    def visits(self) -> VisitRepository: ...


def _any_version(_version: int) -> None:
    """The caller did not say which version it has seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a team says of a visit it made."""

    visited_at: datetime
    result: VisitResult
    findings: Sequence[str] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVisit:
    """A visit that is planned (no outcome yet), or was made."""

    errand: Errand
    outcome: Outcome | None
    by: Claims

    @classmethod
    def from_request(cls, body: Mapping[str, Any], by: Claims) -> Self:
        """From a validated request."""
        given = {**body, "place": Place(**body["place"])}
        told = {name: given.pop(name) for name in ("visited_at", "result", "findings", "note")}
        return cls(errand=Errand(**given), outcome=Outcome(**told) if told["result"] else None, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit:
    """A planned visit was made."""

    visit: str
    outcome: Outcome
    by: Claims
    require_version: Callable[[int], None] = field(default=_any_version)


@dataclass(frozen=True, slots=True)
class Visits:
    """Commands and questions about visits. `villages` are all there are: those nobody visited are counted too."""

    nearby: Nearby
    counts: VisitCounts
    villages: Sequence[str]
    answers: VisitAnswers
    new_id: NewId
    clock: Clock

    def register(self, work: VisitWork, command: RegisterVisit) -> Answer:
        """The visit, with `warnings` where another team goes to the same place at about the same time."""
        errand, now = command.errand, self.clock()
        faults = unknown_campaign(
            errand.campaign, work.campaigns.by_codes([errand.campaign] if errand.campaign else [])
        )
        if command.outcome is None and (errand.planned_on is None or errand.planned_on < day_of(now)):
            faults["planned_on"] = [
                "tell a day from today on, or visited_at and result of a visit that was made"
            ]
        if faults:
            raise InvalidError(faults)
        _require_own(command.by, errand.team, errand.area)
        visit = Visit(self.new_id(), errand, Stamp(actor(command.by), now))
        if command.outcome is not None:
            visit.record(self._outcome(work, visit, command.outcome, visit.made))
        work.visits.add(visit)
        return {**self.answers.visit(visit), "warnings": self._warnings(work, visit)}

    def record(self, work: VisitWork, command: RecordVisit) -> Answer:
        """What came of a planned visit."""
        visit = work.visits.get(command.visit)
        if visit is None:
            raise UnknownVisitError
        _require_own(command.by, visit.errand.team, visit.errand.area)
        command.require_version(visit.version)
        made = Stamp(actor(command.by), self.clock())
        visit.record(self._outcome(work, visit, command.outcome, made))
        visit.version += 1
        work.visits.save(visit)
        return {**self.answers.visit(visit), "warnings": self._warnings(work, visit)}

    def get(self, work: VisitWork, visit_id: str, by: Claims) -> Answer:
        """One visit of the caller's area."""
        visit = work.visits.get(visit_id)
        if visit is None or not by.covers(visit.errand.area):
            raise UnknownVisitError
        return self.answers.visit(visit)

    def find(
        self, work: VisitWork, by: Claims, *, area: str | None, limit: int, cursor: str | None, **asked: Any
    ) -> tuple[list[Answer], str | None]:
        """One page of the visits of the caller's area, newest first."""
        filters = VisitFilters(reach=scope.narrowed(by, area), **asked)
        found = work.visits.find(filters, limit + 1, cursor)
        shown = [self.answers.visit(one) for one in found[:limit]]
        return shown, found[limit - 1].id if len(found) > limit else None

    def count(
        self,
        by: Claims,
        *,
        area: str | None,
        since: date | None,
        until: date | None,
        limit: int,
        cursor: str | None,
    ) -> tuple[list[Answer], str | None]:
        """How often each village was visited, by code; a visit to more than a village counts for its own area."""
        reach = scope.narrowed(by, area)
        counted: dict[str, dict[str | None, int]] = {}
        for one in self.counts.of(reach, since, until):
            counted.setdefault(one.area, {})[one.result] = one.count
        areas = sorted({*counted, *(one for one in self.villages if one.startswith(reach))})
        if cursor is not None and cursor not in areas:
            raise InvalidError({"cursor": ["is not a cursor of this list"]})
        left = [one for one in areas if cursor is None or one > cursor]
        shown = [self.answers.count(one, counted.get(one, {})) for one in left[:limit]]
        return shown, left[limit - 1] if len(left) > limit else None

    def _outcome(self, work: VisitWork, visit: Visit, told: Outcome, made: Stamp) -> VisitOutcome:
        findings = tuple(dict.fromkeys(told.findings))
        if faults := _faults(work, visit.errand, findings):
            raise InvalidError(faults)
        return VisitOutcome(told.visited_at, told.result, findings, told.note, made)

    def _warnings(self, work: VisitWork, visit: Visit) -> list[Answer]:
        span = timedelta(days=self.nearby.days)
        others = work.visits.of_others(visit, visit.day - span, visit.day + span, self.nearby.most)
        return [self.answers.warning(other) for other in others]


def _require_own(by: Claims, team: str, area: str) -> None:
    if by.team != team:
        raise ForbiddenError("a team registers its own visits only")
    scope.require_area(by, area)


def _faults(work: VisitWork, errand: Errand, findings: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong with the findings that are named, by field."""
    ids = list(findings)
    known = work.findings.get_many(ids) if ids else {}
    faults = {}
    for at, one in enumerate(ids):
        finding = known.get(one)
        if finding is None:
            faults[f"findings.{at}"] = ["no finding has this id"]
        elif finding.facts.team != errand.team or not finding.facts.area.startswith(errand.area):
            faults[f"findings.{at}"] = ["is not a finding of this team in the area of the visit"]
    return faults
