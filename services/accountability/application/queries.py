"""Reads for screens and lists: who may see what, and where it is read from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.accountability.application import answers
from services.accountability.application.answers import Answer
from services.accountability.application.case_answers import of_case
from services.accountability.application.case_handling import may_see
from services.accountability.application.pages import Listed, Page, part_of, within
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import STATUSES, Case
from services.accountability.domain.errors import ForbiddenError, UnknownError
from services.accountability.domain.registers import Cadre, CadreCard, Duty, Registers
from services.accountability.domain.rules import RuleBook
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

CASE_STATUSES = STATUSES
_MOST_AREAS = 50


@dataclass(frozen=True, slots=True)
class WarningFilters:
    """`area` is a subtree; None leaves a filter open."""

    area: str | None
    cadre: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """`reach` is the subtree that must hold all of a case's areas, `within` one that must hold some of them; `q` is
    part of a finding's number or a person's name, the label of one of `q_categories`, or the name of one of
    `q_areas`. `handler` sees his own restricted cases; None sees all of them."""

    reach: str
    handler: str | None
    within: str | None = None
    status: str | None = None
    cadre: str | None = None
    finding: str | None = None
    elsewhere_due: date | None = None
    q: str | None = None
    q_categories: tuple[str, ...] = ()
    q_areas: tuple[str, ...] = ()


class AccountabilityStore(Protocol):
    """Where documents are read from, outside of transactions."""

    def registers(self) -> Registers: ...

    def cadre(self, cadre_id: str) -> Cadre | None: ...

    def cadres(self, area: str, page: Page) -> tuple[Sequence[Cadre], str | None]: ...

    def cards(self, cadres: Sequence[str]) -> Mapping[str, CadreCard]: ...

    def duties(self, area: str, cadre: str | None, page: Page) -> tuple[Sequence[Duty], str | None]: ...

    def assignment(self, finding: str) -> Assignment | None: ...

    def assignments(self, area: str, page: Page) -> tuple[Sequence[Assignment], str | None]: ...

    def unassigned(self, area: str, page: Page) -> tuple[Sequence[Unassigned], str | None]: ...

    def warning(self, warning_id: str) -> IssuedWarning | None: ...

    def warnings(self, filters: WarningFilters, page: Page) -> tuple[Sequence[IssuedWarning], str | None]: ...

    def case(self, case_id: str) -> Case | None: ...

    def cases(self, filters: CaseFilters, page: Page) -> tuple[Sequence[Case], str | None]: ...

    def case_history(self, case_id: str, page: Page) -> tuple[Sequence[Answer], str | None]: ...

    def counts(self, area: str) -> Answer: ...


class AccountabilityQueries:
    """One method for each question."""

    def __init__(
        self,
        store: AccountabilityStore,
        rules: RuleBook,
        vocabulary: Vocabulary,
        areas: Areas,
        today: Callable[[], date],
    ) -> None:
        self._store = store
        self._rules = rules
        self._vocabulary = vocabulary
        self._areas = areas
        self._today = today

    def cadre(self, cadre_id: str, by: Claims) -> Answer:
        cadre = self._store.cadre(cadre_id)
        if cadre is None:
            raise UnknownError("cadre")
        if not by.covers(cadre.card.area):
            raise ForbiddenError("the cadre lies outside of your area")
        return answers.of_cadre(cadre)

    def cadres(self, area: str | None, by: Claims, page: Page) -> Listed:
        found, after = self._store.cadres(within(area, by), page)
        return [answers.of_cadre(one) for one in found], after

    def duties(self, area: str | None, cadre: str | None, by: Claims, page: Page) -> Listed:
        found, after = self._store.duties(within(area, by), cadre, page)
        return [answers.of_duty(one) for one in found], after

    def chain(
        self, area: str, place_kind: str | None, category: str | None, on: date | None, by: Claims
    ) -> list[Answer]:
        """Who answers for such a place on a day (today when none is given)."""
        if not by.covers(area):
            raise ForbiddenError("the area lies outside of yours")
        links = self._store.registers().chain(area, place_kind, category, on or self._today())
        return [answers.of_link(link) for link in links]

    def assignment(self, finding: str, by: Claims) -> Answer:
        assignment = self._store.assignment(finding)
        if assignment is None:
            raise UnknownError("assignment")
        if not by.covers(assignment.finding.area):
            raise ForbiddenError("the finding lies outside of your area")
        return answers.of_assignment(assignment)

    def assignments(self, area: str | None, by: Claims, page: Page) -> Listed:
        found, after = self._store.assignments(within(area, by), page)
        return [answers.of_assignment(one) for one in found], after

    def unassigned(self, area: str | None, by: Claims, page: Page) -> Listed:
        found, after = self._store.unassigned(within(area, by), page)
        return [answers.of_unassigned(one) for one in found], after

    def warning(self, warning_id: str, by: Claims) -> Answer:
        """One warning; of a cadre only his own."""
        warning = self._store.warning(warning_id)
        if warning is None or (by.role == "cadre" and by.cadre != warning.cadre):
            raise UnknownError("warning")
        if by.role != "cadre" and not by.covers(warning.finding.area):
            raise ForbiddenError("the warning lies outside of your area")
        return answers.of_warning(warning)

    def warnings(
        self, area: str | None, cadre: str | None, finding: str | None, by: Claims, page: Page
    ) -> Listed:
        """A cadre sees his own, wherever they are from; nobody else's."""
        if by.role == "cadre":
            if by.cadre is None or cadre not in (None, by.cadre):
                raise ForbiddenError("a cadre sees only his own warnings")
            filters = WarningFilters(area, by.cadre, finding)
        else:
            filters = WarningFilters(within(area, by), cadre, finding)
        found, after = self._store.warnings(filters, page)
        return [answers.of_warning(one) for one in found], after

    def case(self, case_id: str, by: Claims) -> Answer:
        case = self._visible(case_id, by)
        return of_case(case, self._store.cards(list(case.persons)))

    def changed_case(self, case: Case) -> Answer:
        """The case that the caller has just opened or moved."""
        return of_case(case, self._store.cards(list(case.persons)))

    def cases(
        self,
        area: str | None,
        by: Claims,
        page: Page,
        status: str | None = None,
        cadre: str | None = None,
        finding: str | None = None,
        q: str | None = None,
        elsewhere_due: date | None = None,
    ) -> Listed:
        filters = CaseFilters(
            reach=by.area,
            handler=None if by.role == "auditor" else by.sub,
            within=within(area, by),
            status=status,
            cadre=cadre,
            finding=finding,
            elsewhere_due=elsewhere_due,
            q=q,
            q_categories=self._categories(q) if q else (),
            q_areas=self._areas_named(q) if q else (),
        )
        found, after = self._store.cases(filters, page)
        cards = self._store.cards([cadre for case in found for cadre in case.persons])
        return [of_case(case, cards) for case in found], after

    def case_history(self, case_id: str, by: Claims, page: Page) -> tuple[Sequence[Answer], str | None]:
        """What happened to it, newest first."""
        return self._store.case_history(self._visible(case_id, by).id, page)

    def rules(self, version: int | None, page: Page) -> Listed:
        """All versions of all rules, in the order of the file, or those of one version."""
        known = [rule for rule in self._rules.rules if version in (None, rule.version)]
        shown, following = part_of(known, page)
        return [answers.of_rule(rule) for rule in shown], following

    def counts(self, by: Claims) -> Answer:
        """The figures that the ledger is reconciled with."""
        return self._store.counts(by.area)

    def _visible(self, case_id: str, by: Claims) -> Case:
        """A case that the caller may know of; any other does not exist for him."""
        case = self._store.case(case_id)
        if case is None or not may_see(case, by):
            raise UnknownError("case")
        return case

    def _categories(self, q: str) -> tuple[str, ...]:
        label = self._vocabulary.label
        return tuple(
            code for code in sorted(self._vocabulary.codes("category")) if q in label("category", code)
        )

    def _areas_named(self, q: str) -> tuple[str, ...]:
        return tuple(area.code for area in self._areas.search(q) if q in area.name)[:_MOST_AREAS]
