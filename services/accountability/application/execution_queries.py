"""Reads of talks, self-criticisms and appeals: as the measure they belong to; a cadre his own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.accountability.application.answers import Answer
from services.accountability.application.execution_answers import of_appeal, of_submission, of_talk
from services.accountability.application.measures import may_see_measure
from services.accountability.application.pages import Listed, Page, within
from services.accountability.application.talk_sheet import Label, RecordSetter, sheet_of
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.case import Case
from services.accountability.domain.errors import ForbiddenError, UnknownError
from services.accountability.domain.measure import SELF_CRITICISM, Measure
from services.accountability.domain.registers import CadreCard
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class AppealFilters:
    """`reach` is the subtree that must hold all of an appeal's areas, `within` one that must hold some of them; None
    leaves a filter open. `handler` sees what is restricted to him, None sees all."""

    reach: str | None
    handler: str | None
    within: str | None = None
    cadre: str | None = None
    case: str | None = None
    measure: str | None = None
    status: str | None = None


class ExecutionStore(Protocol):
    """Where they are read from, outside of transactions."""

    def measure(self, measure_id: str) -> Measure | None: ...

    def case(self, case_id: str) -> Case | None: ...

    def talk(self, measure: str) -> Talk | None: ...

    def submission(self, measure: str) -> Submission | None: ...

    def appeal(self, appeal_id: str) -> Appeal | None: ...

    def appeals(self, filters: AppealFilters, page: Page) -> tuple[Sequence[Appeal], str | None]: ...

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]: ...


class ExecutionQueries:
    """One method for each question."""

    def __init__(self, store: ExecutionStore, setter: RecordSetter, label: Label) -> None:
        self._store = store
        self._setter = setter
        self._label = label

    def talk(self, measure_id: str, by: Claims) -> Answer:
        return self.shown_talk(self._talk(self._measure(measure_id, by)))

    def talk_record(self, measure_id: str, by: Claims) -> bytes:
        """The record 谈话记录 to print, once the talk was held. What the case says of others is not for the person."""
        measure = self._measure(measure_id, by)
        talk = self._talk(measure)
        if talk.record is None:
            raise UnknownError("record of a talk")
        case = self._store.case(measure.grounds.case)
        told = () if case is None else (case.title, None if by.role == "cadre" else case.facts)
        reason = "\n".join(filter(None, told))
        card = self._store.cards([measure.person.cadre]).get(measure.person.cadre)
        return self._setter.render(sheet_of(talk, talk.record, measure, card, reason, self._label))

    def submission(self, measure_id: str, by: Claims) -> Answer:
        measure = self._measure(measure_id, by)
        if measure.terms.kind != SELF_CRITICISM:
            raise UnknownError("self-criticism")
        return of_submission(self._store.submission(measure.id), measure)

    def appeal(self, appeal_id: str, by: Claims) -> Answer:
        appeal = self._store.appeal(appeal_id)
        measure = None if appeal is None else self._store.measure(appeal.measure)
        if appeal is None or measure is None or not may_see_measure(measure, by):
            raise UnknownError("appeal")
        return self.shown_appeal(appeal)

    def appeals_of(self, measure_id: str, by: Claims, page: Page) -> Listed:
        """Those against one measure."""
        measure = self._measure(measure_id, by)
        return self._listed(AppealFilters(None, None, measure=measure.id), page)

    def appeals(
        self,
        area: str | None,
        by: Claims,
        page: Page,
        cadre: str | None = None,
        case: str | None = None,
        measure: str | None = None,
        status: str | None = None,
    ) -> Listed:
        if by.role == "cadre":
            if by.cadre is None or cadre not in (None, by.cadre):
                raise ForbiddenError("a cadre sees only his own appeals")
            return self._listed(AppealFilters(None, None, area, by.cadre, case, measure, status), page)
        handler = None if by.role == "auditor" else by.sub
        filters = AppealFilters(by.area, handler, within(area, by), cadre, case, measure, status)
        return self._listed(filters, page)

    def shown_talk(self, talk: Talk) -> Answer:
        """The talk that the caller has just moved."""
        return of_talk(talk, self._card(talk.person.cadre))

    @staticmethod
    def shown_submission(submission: Submission, measure: Measure) -> Answer:
        """The self-criticism that the caller has just moved, with its measure."""
        return of_submission(submission, measure)

    def shown_appeal(self, appeal: Appeal) -> Answer:
        """The appeal that the caller has just moved."""
        return of_appeal(appeal, self._card(appeal.person.cadre))

    def _measure(self, measure_id: str, by: Claims) -> Measure:
        measure = self._store.measure(measure_id)
        if measure is None or not may_see_measure(measure, by):
            raise UnknownError("measure")
        return measure

    def _talk(self, measure: Measure) -> Talk:
        talk = self._store.talk(measure.id)
        if talk is None:
            raise UnknownError("talk")
        return talk

    def _card(self, cadre: str) -> CadreCard | None:
        return self._store.cards([cadre]).get(cadre)

    def _listed(self, filters: AppealFilters, page: Page) -> Listed:
        found, following = self._store.appeals(filters, page)
        cards = self._store.cards([one.person.cadre for one in found])
        return [of_appeal(one, cards.get(one.person.cadre)) for one in found], following
