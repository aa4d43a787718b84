"""待办: the cases, measures, warnings and clocks that wait for a caller, with what can be done about each.

What a caller may not know of, or may not decide on because he wrote it or was recused, waits for somebody else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.accountability.application.case_handling import may_see
from services.accountability.application.clocks import may_see_clock
from services.accountability.application.measures import may_see_measure
from services.accountability.application.todo_candidates import Candidates
from services.accountability.domain.calendar import day_of, end_of
from services.accountability.domain.case import Case
from services.accountability.domain.case_ground import APPROVED, OPENED, PROPOSED, SERVING, VERIFYING
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.measure import SELF_CRITICISM, Measure, unfinished_parts
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.warning import ISSUED, IssuedWarning
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Todos:
    """`objection_ends` says through which day a warning that was received on a day may be objected to."""

    words: Vocabulary
    area_name: Callable[[str], str]
    objection_ends: Callable[[date], date]
    clock: Callable[[], datetime]

    def of(self, candidates: Candidates, by: Claims) -> list[Item]:
        """Everything that waits for this caller."""
        sources = {
            "commission": self._of_commission,
            "approver": self._of_approver,
            "office": self._of_office,
            "cadre": self._of_cadre,
        }
        source = sources.get(by.role)
        return [] if source is None else list(source(candidates, by))

    def _of_commission(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        found = candidates.cases(by.area, [OPENED, VERIFYING, APPROVED, SERVING])
        cases = [one for one in found if _his(one, by)]
        due = _first_due(candidates.clocks_of([one.id for one in cases]))
        for case in cases:
            if case.status in (OPENED, VERIFYING):
                yield self._of_case(_stage(case), case, due.get(case.id), case.moves_of(by.role))
        decided = [one for one in cases if one.status in (APPROVED, SERVING)]
        measures = candidates.measures([one.id for one in decided])
        for case in decided:
            yield from self._of_decided(case, measures.get(case.id, ()), due, by)
        yield from self._of_elsewhere(candidates, by)
        yield from self._of_visits(candidates, by)
        yield from self._of_clocks(candidates, by)

    def _of_decided(
        self, case: Case, measures: Sequence[Measure], due: Mapping[str, datetime], by: Claims
    ) -> Iterator[Item]:
        if case.without_disposition:
            yield self._of_case("case_supplement", case, due.get(case.id), ["supplement"])
        waits = False
        for measure in measures:
            for part in unfinished_parts(measure):
                waits = True
                # The self-criticism waits for the cadre.
                if part != "submission":
                    yield self._of_measure(f"measure_{part}", measure, due.get(measure.id), [part])
        if not waits and not case.without_disposition:
            yield self._of_case("case_close", case, due.get(case.id), ["close"])

    def _of_elsewhere(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        today = day_of(self.clock())
        for case in candidates.elsewhere(by.area, today):
            for one in case.dispositions.values():
                if _his(case, by) and _overdue(one, today):
                    assert one.elsewhere is not None, "only then is it overdue"
                    about = f"{one.name}({one.elsewhere.by})"
                    moves = ["dispositions/elsewhere"]
                    yield _item("elsewhere", case.id, case.numbers, about, end_of(one.elsewhere.due), moves)

    def _of_visits(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        talks = candidates.to_visit(by.area, day_of(self.clock()))
        measures = candidates.by_id([one.measure for one in talks])
        for talk in talks:
            if may_see_measure(measures[talk.measure], by) and talk.follow_up_on is not None:
                due = end_of(talk.follow_up_on)
                yield self._of_measure("follow_up", measures[talk.measure], due, ["talk/follow-up"])

    def _of_clocks(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        now = self.clock()
        for clock in candidates.clocks(by.area):
            if clock.remind_at <= now and may_see_clock(clock, by):
                yield _item("clock", clock.id, (), clock.title, clock.due_at, clock.moves)

    def _of_approver(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        cases = [one for one in candidates.cases(by.area, [PROPOSED]) if _his(one, by)]
        due = _first_due(candidates.clocks_of([one.id for one in cases]))
        for case in cases:
            if by.sub not in case.authors:
                yield self._of_case("case_approve", case, due.get(case.id), case.moves_of(by.role))
        for warning in candidates.objected(by.area):
            if warning.objection is not None and warning.objection.by != by.sub:
                yield self._of_warning("warning_objection", warning, None, ["decide"])
        yield from self._of_appeals(candidates, by)
        for asked, case in candidates.asked():
            if _his(case, by) and asked.asked_by != by.sub:
                about = self._about(case)
                yield _item("informant_request", asked.id, case.numbers, about, None, ["decide"])

    def _of_appeals(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        """Appeals, and self-criticisms that were handed in."""
        appeals, handed_in = candidates.appealed(by.area), candidates.to_judge()
        measures = candidates.by_id([*(one.measure for one in appeals), *(one.id for one in handed_in)])
        for appeal in appeals:
            if may_see_measure(measures[appeal.measure], by) and by.sub not in appeal.partial:
                yield {
                    **self._of_measure("appeal", measures[appeal.measure], None, appeal.moves),
                    "id": appeal.id,
                }
        for submission in handed_in:
            if may_see_measure(measures[submission.id], by):
                moves = ["submission/decide"]
                yield self._of_measure("self_criticism", measures[submission.id], None, moves)

    def _of_office(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        for entry in candidates.unassigned(by.area):
            finding = entry.finding
            place = finding.summary.get("place") or {}
            about = f"{self.area_name(finding.area)}{place.get('name', '')}"
            yield _item("unassigned", finding.id, [finding.number], about, None, ["correct"])

    def _of_cadre(self, candidates: Candidates, by: Claims) -> Iterator[Item]:
        if by.cadre is None:
            return
        now = self.clock()
        for warning in candidates.warnings_of(by.cadre):
            got = warning.received_at
            ends = None if got is None else end_of(self.objection_ends(day_of(got)))
            if warning.status == ISSUED and (ends is None or now < ends):
                yield self._of_warning("warning_object", warning, ends, ["object"])
        for measure in candidates.measures_of(by.cadre):
            asked = measure.terms.kind == SELF_CRITICISM and measure.known
            if asked and "submission" in unfinished_parts(measure):
                due = None if measure.submission_due is None else end_of(measure.submission_due)
                yield self._of_measure("submission", measure, due, ["submission"])

    def _about(self, case: Case) -> str:
        return (
            case.title or f"{self.area_name(case.areas[0])}{self.words.label('category', case.categories[0])}"
        )

    def _of_case(self, what: str, case: Case, due: datetime | None, moves: Sequence[str]) -> Item:
        return _item(what, case.id, case.numbers, self._about(case), due, moves)

    def _of_measure(self, what: str, measure: Measure, due: datetime | None, moves: Sequence[str]) -> Item:
        about = f"{measure.person.name}{self.words.label('measure', measure.terms.kind)}"
        return _item(what, measure.id, (), about, due, moves)

    def _of_warning(
        self, what: str, warning: IssuedWarning, due: datetime | None, moves: Sequence[str]
    ) -> Item:
        finding = warning.finding
        about = f"{self.area_name(finding.area)}{self.words.label('category', finding.category)}"
        return _item(what, warning.id, [finding.number], about, due, moves)


def _his(case: Case, by: Claims) -> bool:
    return may_see(case, by) and by.sub not in case.recused


def _stage(case: Case) -> str:
    if case.status == OPENED:
        return "case_verify"
    if case.without_disposition:
        return "case_dispose"
    return "case_returned" if case.returned_reason else "case_propose"


def _overdue(one: Disposition, today: date) -> bool:
    return one.elsewhere is not None and one.elsewhere.result is None and one.elsewhere.due <= today


def _first_due(clocks: Iterable[StatutoryClock]) -> dict[str, datetime]:
    """When the first period about a document ends."""
    found: dict[str, datetime] = {}
    for clock in clocks:
        key = clock.about.key
        found[key] = min(clock.due_at, found.get(key, clock.due_at))
    return found


def _item(
    what: str, key: str, numbers: Sequence[str], about: str, due: datetime | None, moves: Sequence[str]
) -> Item:
    number = numbers[0] if numbers else None
    return {"what": what, "id": key, "number": number, "about": about, "due": due, "moves": list(moves)}
