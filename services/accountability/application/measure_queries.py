"""Reads of measures: commission, approver and auditor as far as the case is theirs to know of; a cadre his own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.accountability.application.answers import Answer
from services.accountability.application.case_answers import of_measure
from services.accountability.application.measures import may_see_measure
from services.accountability.application.pages import Listed, Page, within
from services.accountability.domain.errors import ForbiddenError, UnknownError
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import CadreCard
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class MeasureFilters:
    """`reach` is the subtree that must hold all of a measure's areas, `within` one that must hold some of them; None
    leaves a filter open. `handler` sees what is restricted to him, None sees all. `known`: only what was served."""

    reach: str | None
    handler: str | None
    within: str | None = None
    cadre: str | None = None
    case: str | None = None
    kind: str | None = None
    active_on: date | None = None
    known: bool = False


class MeasureStore(Protocol):
    """Where measures are read from, outside of transactions."""

    def measure(self, measure_id: str) -> Measure | None: ...

    def measures(self, filters: MeasureFilters, page: Page) -> tuple[Sequence[Measure], str | None]: ...

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]: ...


class MeasureQueries:
    """One method for each question."""

    def __init__(self, store: MeasureStore) -> None:
        self._store = store

    def measure(self, measure_id: str, by: Claims) -> Answer:
        measure = self._store.measure(measure_id)
        if measure is None or not may_see_measure(measure, by):
            raise UnknownError("measure")
        return self.shown(measure)

    def shown(self, measure: Measure) -> Answer:
        """The measure that the caller has just moved."""
        return of_measure(measure, self._store.cards([measure.person.cadre]))

    def measures(
        self,
        area: str | None,
        by: Claims,
        page: Page,
        cadre: str | None = None,
        case: str | None = None,
        kind: str | None = None,
        active_on: date | None = None,
    ) -> Listed:
        if by.role == "cadre":
            if by.cadre is None or cadre not in (None, by.cadre):
                raise ForbiddenError("a cadre sees only his own measures")
            filters = MeasureFilters(None, None, area, by.cadre, case, kind, active_on, known=True)
        else:
            handler = None if by.role == "auditor" else by.sub
            filters = MeasureFilters(by.area, handler, within(area, by), cadre, case, kind, active_on)
        found, after = self._store.measures(filters, page)
        cards = self._store.cards([one.person.cadre for one in found])
        return [of_measure(one, cards) for one in found], after
