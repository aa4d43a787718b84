"""举一反三: one finding makes areas look at themselves; each answers clean or posts its own findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.findings.application import scope
from services.findings.application.answers import Answer, actor
from services.findings.application.commands import PostFinding
from services.findings.application.intake import Intake
from services.findings.application.ports import Clock, NewId, Work
from services.findings.domain.calendar import day_of
from services.findings.domain.errors import (
    ForbiddenError,
    InvalidError,
    UnknownFindingError,
    UnknownSelfCheckError,
)
from services.findings.domain.events import ClockDue
from services.findings.domain.finding import Finding, any_version
from services.findings.domain.parts import Stamp
from services.findings.domain.self_check import CheckAnswer, Result, SelfCheck
from shared.contracts.claims import Claims

METHOD = "self_check"


class SelfCheckRepository(Protocol):
    """The self-checks of one transaction."""

    def get(self, self_check: str) -> SelfCheck | None: ...

    def add(self, self_check: SelfCheck) -> None: ...

    def save(self, self_check: SelfCheck) -> None: ...

    def tell(self, check: SelfCheck, finding: Finding, event: ClockDue) -> None: ...

    def find(
        self, reach: str, finding: str | None, overdue_at: datetime | None, limit: int, cursor: str | None
    ) -> Sequence[SelfCheck]: ...


class CheckWork(Work, Protocol):
    """The unit of work, self-checks included."""

    @property
    def self_checks(self) -> SelfCheckRepository: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSelfChecks:
    """Ask each of `areas` to look at itself until `due` because of a finding."""

    finding: str
    areas: Sequence[str]
    due: date
    note: str | None
    by: Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSelfCheck:
    """`findings` are the bodies of what the unit found; none when it is clean."""

    self_check: str
    result: Result
    note: str | None
    by: Claims
    findings: Sequence[Mapping[str, Any]] = ()
    require_version: Callable[[int], None] = any_version


@dataclass(frozen=True, slots=True)
class SelfChecks:
    """Commands and questions about self-checks."""

    intake: Intake
    area_name: Callable[[str], str]
    township_of: Callable[[str], str]
    new_id: NewId
    clock: Clock

    def order(self, work: CheckWork, command: OrderSelfChecks) -> list[Answer]:
        """One self-check for each area that has none for this finding yet; all of the areas' are answered."""
        finding, now = work.findings.get(command.finding), self.clock()
        if finding is None:
            raise UnknownFindingError
        if command.due < day_of(now):
            raise InvalidError({"due": ["lies in the past"]})
        scope.require_touch(command.by, finding)
        outside = [at for at, area in enumerate(command.areas) if not command.by.covers(area)]
        if outside:
            raise ForbiddenError(f"areas.{outside[0]} lies outside of yours")
        asked = {one.area: one for one in work.self_checks.find("", finding.id, None, 0, None)}
        for area in dict.fromkeys(command.areas):
            if area not in asked:
                made = Stamp(actor(command.by), now)
                asked[area] = SelfCheck(self.new_id(), finding.id, area, command.due, command.note, made)
                work.self_checks.add(asked[area])
        return [self._answer(asked[area], now) for area in dict.fromkeys(command.areas)]

    def answer(self, work: CheckWork, command: AnswerSelfCheck) -> Answer:
        """The answered self-check. What the unit found is posted for the team of the first finding, or none of it."""
        check, now = work.self_checks.get(command.self_check), self.clock()
        if check is None:
            raise UnknownSelfCheckError
        if (command.result == "found") != bool(command.findings):
            raise InvalidError({"findings": ["name what was found, or nothing when the result is clean"]})
        if not check.area.startswith(command.by.area):
            raise ForbiddenError("the self-check lies outside of your area")
        postings = self._postings(work, check, command)
        command.require_version(check.version)
        check.require_unanswered()
        posted = self._post(work, postings, now)
        check.answer(CheckAnswer(command.result, command.note, posted, Stamp(actor(command.by), now)))
        work.self_checks.save(check)
        return self._answer(check, now)

    def of_finding(
        self, work: CheckWork, by: Claims, finding: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Answer], str | None]:
        """One page of those that were made of a finding, within the caller's area."""
        if work.findings.get(finding) is None:
            raise UnknownFindingError
        return self.find(work, by, finding=finding, overdue=False, limit=limit, cursor=cursor)

    def find(
        self,
        work: CheckWork,
        by: Claims,
        *,
        finding: str | None,
        overdue: bool,
        limit: int,
        cursor: str | None,
    ) -> tuple[list[Answer], str | None]:
        """One page of the self-checks of the caller's area, newest first."""
        now = self.clock()
        found = work.self_checks.find(by.area, finding, now if overdue else None, limit + 1, cursor)
        shown = [self._answer(one, now) for one in found[:limit]]
        return shown, found[limit - 1].id if len(found) > limit else None

    def _postings(self, work: CheckWork, check: SelfCheck, command: AnswerSelfCheck) -> Sequence[PostFinding]:
        """What the unit found, for the team of the first finding; within the self-check's area."""
        first = work.findings.get(check.finding)
        assert first is not None, "findings are never deleted"
        told = {"team": first.facts.team, "method": METHOD}
        postings = [
            PostFinding.from_request({**body, **told}, command.by, self.township_of, own_check=True)
            for body in command.findings
        ]
        faults = {
            f"findings.{at}.area": ["lies outside of the self-check's area"]
            for at, one in enumerate(postings)
            if not one.facts.area.startswith(check.area)
        }
        if faults:
            raise InvalidError(faults)
        return postings

    def _post(self, work: CheckWork, postings: Sequence[PostFinding], now: datetime) -> tuple[str, ...]:
        outcomes = self.intake.post(work, postings, now)
        for at, outcome in enumerate(outcomes):
            if isinstance(outcome.refusal, InvalidError):
                raise InvalidError(
                    {f"findings.{at}.{name}": why for name, why in outcome.refusal.errors.items()}
                )
            if outcome.refusal is not None:
                raise outcome.refusal
        return tuple(outcome.finding.id for outcome in outcomes if outcome.finding is not None)

    def _answer(self, one: SelfCheck, now: datetime) -> Answer:
        answer = one.answered
        return {
            "id": one.id,
            "finding": one.finding,
            "area": one.area,
            "area_name": self.area_name(one.area),
            "due": one.due,
            "note": one.note,
            "result": answer.result if answer else None,
            "answer_note": answer.note if answer else None,
            "findings": list(answer.findings) if answer else [],
            "answered_at": answer.made.at if answer else None,
            "overdue": one.is_overdue(now),
            "level": one.level,
            "late": one.is_late,
            "version": one.version,
            "created_at": one.made.at,
            "updated_at": answer.made.at if answer else one.made.at,
        }
