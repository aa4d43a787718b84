"""Measures after their approval: served, or revoked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from services.accountability.application import case_commands as commands
from services.accountability.application.ports import EffectPeriods, Work
from services.accountability.application.recombining import recombine
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case
from services.accountability.domain.errors import InvalidError, RecusedError, UnknownError
from services.accountability.domain.measure import SELF_CRITICISM, Measure
from services.accountability.domain.measure_parts import Revocation, Service
from shared.contracts.claims import Claims

AppealPeriod = Callable[[str, str, datetime], date | None]
"""The last day to appeal a measure of a family, decided by a body, served at a time; none where no law speaks of it."""


class MeasureUseCases:
    """One method for each move; each answers with the measure."""

    def __init__(
        self,
        now: Callable[[], datetime],
        last_day_of_appeal: AppealPeriod,
        periods: EffectPeriods,
        submission_days: int,
    ) -> None:
        self._now = now
        self._last_day_of_appeal = last_day_of_appeal
        self._periods = periods
        self._submission_days = submission_days

    def serve(self, work: Work, command: commands.ServeMeasure) -> Measure:
        """送达: from then on the person may know, and periods run."""
        measure, case = measure_and_case(work, command)
        at = self._now()
        service = Service(
            method=command.method,
            at=command.at,
            by=command.by.sub,
            receipt=command.receipt,
            refusal=command.refusal,
        )
        measure.serve(service, at)
        until = self._last_day_of_appeal(measure.family, measure.terms.deciding_body, service.at)
        if until is not None:
            measure.appealable_until(until)
        self._ask_submission(measure, command, day_of(service.at))
        case.carry_out("served", measure, command.by.sub, at)
        work.measures.save(measure)
        work.cases.save(case)
        return measure

    def _ask_submission(self, measure: Measure, command: commands.ServeMeasure, served_on: date) -> None:
        due = command.submission_due
        if measure.terms.kind == SELF_CRITICISM:
            measure.ask_submission(due or served_on + timedelta(days=self._submission_days))
        elif due is not None:
            raise InvalidError({"submission_due": [f"is for {SELF_CRITICISM} only"]})
        if due is not None and due < served_on:
            raise InvalidError({"submission_due": ["lies before the service"]})

    def revoke(self, work: Work, command: commands.RevokeMeasure) -> Measure:
        """撤销: everyone who was told is told of it, and no other period is longer for it."""
        measure, case = measure_and_case(work, command)
        at, sub = self._now(), command.by.sub
        measure.revoke(Revocation(command.reason, command.body, at, sub))
        case.note_measure("measure_revoked", measure, sub, at, command.reason)
        work.measures.save(measure)
        recombine(work, self._periods, measure, at)
        work.cases.save(case)
        return measure


def measure_and_case(work: Work, command: commands.OfMeasure) -> tuple[Measure, Case]:
    """The measure that a caller may move, as he has seen it, with its case.

    Raises:
        UnknownError, RecusedError: as `known_measure`.
    """
    measure, case = known_measure(work, command.id, command.by)
    command.seen(measure.version)
    return measure, case


def known_measure(work: Work, measure_id: str, by: Claims) -> tuple[Measure, Case]:
    """A measure that the caller may move, with its case.

    Raises:
        UnknownError: there is none that he may know of.
        RecusedError: he was recused from the case.
    """
    measure = work.measures.get(measure_id)
    case = work.cases.get(measure.grounds.case) if measure is not None else None
    if measure is None or case is None or not may_see_measure(measure, by):
        raise UnknownError("measure")
    if by.sub in case.recused:
        raise RecusedError
    return measure, case


def found_on(work: Work, case: Case) -> date:
    """The day of the earliest of a case's findings: nothing that follows from it lies before."""
    work.assignments.load(case.findings)
    known = map(work.assignments.get, case.findings)
    return min(one.finding.day for one in known if one is not None)


def may_see_measure(measure: Measure, by: Claims) -> bool:
    """As its case: any other does not exist for the caller. A cadre sees his own once it was served."""
    if by.role == "cadre":
        return measure.known and by.cadre == measure.person.cadre
    grounds = measure.grounds
    if not all(map(by.covers, grounds.areas)):
        return False
    return by.role == "auditor" or not grounds.restricted or by.sub in grounds.handlers
