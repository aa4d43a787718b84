"""The record of a cadre as of a day: what he was to do, what he was warned of, what was decided about him.

Everything counts from the day on which it happened, also where it was entered later from paper. Others than the cadre
see of it what they may know of; the cadre sees his warnings and what was served on him.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol

from services.accountability.application.answers import Answer, of_duty, of_warning
from services.accountability.application.case_answers import of_disposition, of_measure
from services.accountability.application.case_handling import may_see
from services.accountability.application.measures import may_see_measure
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import Case
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.errors import InvalidError, UnknownError
from services.accountability.domain.measure import Measure
from services.accountability.domain.record import disposition_on, measure_on, warning_on
from services.accountability.domain.registers import Cadre, Duty
from services.accountability.domain.warning import IssuedWarning
from shared.contracts.claims import Claims

MOST = 200
"""So many of each are shown, the newest: who answers for a whole county answers for every finding in it."""


class RecordReads(Protocol):
    """What is kept of one person; each the newest first, at most MOST."""

    def cadre(self, cadre: str) -> Cadre | None: ...

    def duties(self, cadre: str) -> Sequence[Duty]: ...

    def assignments(self, cadre: str, through: date) -> Sequence[Assignment]:
        """Of findings that were found by that day and that he answers for."""

    def warnings(self, cadre: str) -> Sequence[IssuedWarning]: ...

    def measures(self, cadre: str) -> Sequence[Measure]: ...

    def cases(self, cadre: str) -> Sequence[Case]:
        """Those whose chain he is in."""


class Records:
    """Answers for one person at a time; what is left out does not exist for the caller."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    def of(self, reads: RecordReads, cadre_id: str, as_of: date | None, by: Claims) -> Answer:
        """The record as of a day, today when none is given.

        Raises:
            UnknownError: there is no such cadre for the caller.
            InvalidError: the day has not come yet.
        """
        cadre = reads.cadre(cadre_id)
        if cadre is None or not _may_ask(cadre, by):
            raise UnknownError("cadre")
        day = as_of or self._today()
        if day > self._today():
            raise InvalidError({"as_of": ["lies in the future"]})
        measures = list(_measures(reads, cadre_id, day, by))
        dispositions = _dispositions(reads, cadre_id, day, by, {one.grounds.case for one in measures})
        cards = {cadre_id: cadre.card}
        answer = {
            "cadre": cadre_id,
            "name": cadre.card.name,
            "as_of": day,
            "duties": [of_duty(one) for one in reads.duties(cadre_id) if one.terms.holds(None, None, day)],
            "warnings": [of_warning(one) for one in _warnings(reads, cadre_id, day, by)],
            "measures": [of_measure(one, cards) for one in measures if one.standing],
            "dispositions": [
                {"case": case.id, "case_status": case.status, **of_disposition(one, cards)}
                for case, one in dispositions
            ],
        }
        if by.role == "cadre":
            return answer
        return {
            **answer,
            "cleared": [of_measure(one, cards) for one in measures if not one.standing],
            "findings": [
                _answered_for(one, cadre_id)
                for one in reads.assignments(cadre_id, day)
                if by.covers(one.finding.area)
            ],
        }


def _may_ask(cadre: Cadre, by: Claims) -> bool:
    return by.cadre == cadre.id if by.role == "cadre" else by.covers(cadre.card.area)


def _warnings(reads: RecordReads, cadre: str, day: date, by: Claims) -> Iterator[IssuedWarning]:
    for one in reads.warnings(cadre):
        found = warning_on(one, day)
        if found is not None and (by.role == "cadre" or by.covers(one.finding.area)):
            yield found


def _measures(reads: RecordReads, cadre: str, day: date, by: Claims) -> Iterator[Measure]:
    for one in reads.measures(cadre):
        found = measure_on(one, day)
        if found is not None and may_see_measure(found, by):
            yield found


def _dispositions(
    reads: RecordReads, cadre: str, day: date, by: Claims, served: set[str]
) -> Iterator[tuple[Case, Disposition]]:
    """The cadre learns only of those of which a measure has reached him."""
    for case in reads.cases(cadre):
        found = disposition_on(case, cadre, day)
        if found is not None and (case.id in served if by.role == "cadre" else may_see(case, by)):
            yield case, found


def _answered_for(assignment: Assignment, cadre: str) -> Answer:
    finding = assignment.finding
    return {
        "finding": finding.id,
        "number": finding.number,
        "area": finding.area,
        "area_name": finding.summary.get("area_name"),
        "category": finding.category,
        "severity": finding.severity,
        "found_on": finding.day,
        "role": next(one.role for one in assignment.resolution.responsible if one.cadre == cadre),
        "withdrawn": assignment.closed,
    }
