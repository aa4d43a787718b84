"""Objections to warnings: made by the warned person, or recorded from paper; decided by somebody else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.accountability.application.commands import Seen
from services.accountability.application.papers import check_paper
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.errors import ForbiddenError, UnknownError
from services.accountability.domain.warning import Decision, IssuedWarning, Objection, Paper
from shared.contracts.claims import Claims

LastDay = Callable[[date], date]
"""The last day on which an objection is in time, by the day on which the warning was received."""


@dataclass(frozen=True, slots=True)
class ObjectToWarning:
    """The warned person objects; the commission records it from `paper`."""

    warning: str
    grounds: str
    paper: Paper | None
    by: Claims
    seen: Seen

    @classmethod
    def from_body(cls, warning: str, body: dict[str, Any], by: Claims, seen: Seen) -> "ObjectToWarning":
        """The validated body of a request."""
        paper = body["paper"]
        return cls(warning, body["grounds"], Paper(**paper) if paper else None, by, seen)


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """An approver judges an objection."""

    warning: str
    result: str
    reason: str
    by: Claims
    seen: Seen


class Objections:
    """A warning is no sanction, but whoever gets one has the right to be heard."""

    def __init__(self, last_day: LastDay, now: Callable[[], datetime]) -> None:
        self._last_day = last_day
        self._now = now

    def object(self, work: Work, command: ObjectToWarning) -> IssuedWarning:
        """Enter an objection.

        Raises:
            UnknownError: there is no such warning for this caller.
            InvalidError: paper where there must be none, none where there must be, or from the future.
            InvalidTransitionError, ObjectionLateError: it cannot be objected to (any more).
        """
        at, by = self._now(), command.by
        warning = self._of(work, command.warning, by)
        command.seen(warning.version)
        check_paper(command.paper, by, day_of(at), needed=True)
        until = self._last_day(day_of(warning.received_at)) if warning.received_at else None
        warning.object(Objection(command.grounds, at, by.sub, command.paper), until, by.role)
        work.warnings.save(warning)
        return warning

    def decide(self, work: Work, command: DecideObjection) -> IssuedWarning:
        """Judge an objection; a revoked warning counts no more.

        Raises:
            UnknownError, ForbiddenError, InvalidTransitionError, SamePersonError: as they say.
        """
        warning = work.warnings.get(command.warning)
        if warning is None:
            raise UnknownError("warning")
        if not command.by.covers(warning.finding.area):
            raise ForbiddenError("the warning lies outside of your area")
        command.seen(warning.version)
        decision = Decision(command.result, command.reason, self._now(), command.by.sub)
        warning.decide(decision, command.by.role)
        work.warnings.save(warning)
        if not warning.standing:
            self._forget(work, warning)
        return warning

    @staticmethod
    def _of(work: Work, warning_id: str, by: Claims) -> IssuedWarning:
        """The warning: a cadre's own wherever it is from, for the commission one of its area."""
        warning = work.warnings.get(warning_id)
        if warning is None or (by.role == "cadre" and by.cadre != warning.cadre):
            raise UnknownError("warning")
        if by.role != "cadre" and not by.covers(warning.finding.area):
            raise ForbiddenError("the warning lies outside of your area")
        return warning

    @staticmethod
    def _forget(work: Work, warning: IssuedWarning) -> None:
        """The assignment keeps what stands. That the rule spoke is not forgotten: it warns nobody twice."""
        assignment = work.assignments.get(warning.finding.id)
        if assignment is not None:
            assignment.released = (*assignment.released, (warning.cadre, warning.because[0].rule))
            assignment.warned = tuple(one for one in assignment.warned if one.warning != warning.id)
            work.assignments.save(assignment)
