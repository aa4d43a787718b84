"""待办: what of cases, measures, appeals, objections and clocks waits for a caller, with what he can do about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.accountability.application.case_handling import may_see
from services.accountability.application.measures import may_see_measure
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.calendar import day_of, end_of
from services.accountability.domain.case import Case
from services.accountability.domain.case_ground import APPROVED, OPENED, PROPOSED, SERVING, VERIFYING
from services.accountability.domain.measure import Measure, unfinished_parts
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.warning import IssuedWarning
from shared.contracts.claims import Claims

Item = dict[str, Any]
MOST = 500
"""So many of each kind are looked at: nobody works through more from a list."""
_STAGES = {OPENED: "case_verify", VERIFYING: "case_propose"}
_SUBMISSION = "submission"


class Candidates(Protocol):
    """What may wait for somebody, at most MOST of each."""

    def cases(self, statuses: Sequence[str]) -> Sequence[Case]: ...

    def elsewhere(self, today: date) -> Sequence[Case]: ...

    def unfinished(self) -> Sequence[Measure]: ...

    def unfinished_of(self, cadre: str) -> Sequence[Measure]: ...

    def measure(self, measure_id: str) -> Measure | None: ...

    def case(self, case_id: str) -> Case | None: ...

    def of_case(self, case_id: str) -> Sequence[Measure]: ...

    def to_visit(self, today: date) -> Sequence[Talk]: ...

    def to_judge(self) -> Sequence[Submission]: ...

    def open_appeals(self) -> Sequence[Appeal]: ...

    def objected(self) -> Sequence[IssuedWarning]: ...

    def reminded(self, now: datetime) -> Sequence[StatutoryClock]: ...


@dataclass(frozen=True, slots=True)
class Todos:
    """What waits for whom: an item is there while its move is open to the caller."""

    label: Callable[[str, str], str]
    now: Callable[[], datetime]

    def of(self, candidates: Candidates, by: Claims) -> list[Item]:
        """Everything that waits for this caller."""
        sources = {"commission": self._of_commission, "approver": self._of_approver, "cadre": self._of_cadre}
        source = sources.get(by.role)
        return [] if source is None else list(source(candidates, by))

    def _of_commission(self, found: Candidates, by: Claims) -> Iterator[Item]:
        today = day_of(self.now())
        for case in found.cases([OPENED, VERIFYING, APPROVED, SERVING]):
            what = _STAGES.get(case.status)
            if _open(case, by) and (what or _done(case, found.of_case(case.id))):
                yield _item(what or "case_close", case.id, case, case.moves_of(by.role))
        for case in found.elsewhere(today):
            if _open(case, by):
                yield _item("elsewhere", case.id, case, ["dispositions/elsewhere"])
        for measure in found.unfinished():
            if may_see_measure(measure, by):
                yield from self._of_measure(measure, found.case(measure.grounds.case))
        for talk in found.to_visit(today):
            visited = found.measure(talk.measure)
            if visited is not None and may_see_measure(visited, by) and talk.follow_up_on is not None:
                yield self._about("follow_up", visited, found, ["talk/follow-up"], end_of(talk.follow_up_on))
        for clock in found.reminded(self.now()):
            yield from self._of_clock(clock, found, by)

    def _of_approver(self, found: Candidates, by: Claims) -> Iterator[Item]:
        for case in found.cases([PROPOSED]):
            if _open(case, by) and case.proposed_by != by.sub:
                yield _item("case_approve", case.id, case, case.moves_of(by.role))
        for appeal in found.open_appeals():
            measure = found.measure(appeal.measure)
            if measure is not None and may_see_measure(measure, by) and appeal.approved_by != by.sub:
                yield {**self._about("appeal", measure, found, ["decide"], None), "id": appeal.id}
        for submission in found.to_judge():
            measure = found.measure(submission.id)
            if measure is not None and may_see_measure(measure, by):
                yield self._about("self_criticism", measure, found, ["submission/decide"], None)
        for warning in found.objected():
            if by.covers(warning.finding.area):
                yield {
                    "what": "objection",
                    "id": warning.id,
                    "number": warning.finding.number,
                    "about": warning.name,
                    "due": None,
                    "moves": list(warning.moves),
                }

    def _of_cadre(self, found: Candidates, by: Claims) -> Iterator[Item]:
        for measure in found.unfinished_of(by.cadre or ""):
            if measure.served is not None and _SUBMISSION in unfinished_parts(measure):
                yield self._about(_SUBMISSION, measure, found, [_SUBMISSION], _due(measure))

    def _of_measure(self, measure: Measure, case: Case | None) -> Iterator[Item]:
        for part in unfinished_parts(measure):
            what = part if part == _SUBMISSION else f"measure_{part}"
            if part != _SUBMISSION or measure.served is not None:
                due = _due(measure) if part == _SUBMISSION else None
                yield self._told(what, measure, case, [part], due)

    def _of_clock(self, clock: StatutoryClock, found: Candidates, by: Claims) -> Iterator[Item]:
        case = found.case(clock.about.grounds.case)
        if case is not None and _open(case, by):
            yield {**_item("clock", clock.id, case, [], clock.due_at), "about": clock.title}

    def _about(
        self, what: str, measure: Measure, found: Candidates, moves: Sequence[str], due: datetime | None
    ) -> Item:
        return self._told(what, measure, found.case(measure.grounds.case), moves, due)

    def _told(
        self, what: str, measure: Measure, case: Case | None, moves: Sequence[str], due: datetime | None
    ) -> Item:
        about = f"{measure.person.name} {self.label('measure', measure.terms.kind)}"
        number = None if case is None else _number(case)
        return {
            "what": what, "id": measure.id, "number": number, "about": about, "due": due, "moves": list(moves),
        }  # fmt: skip


def _open(case: Case, by: Claims) -> bool:
    return may_see(case, by) and by.sub not in case.recused


def _done(case: Case, measures: Sequence[Measure]) -> bool:
    """Whether nothing hinders its closing."""
    return not case.without_disposition and not any(map(unfinished_parts, measures))


def _due(measure: Measure) -> datetime | None:
    return None if measure.submission_due is None else end_of(measure.submission_due)


def _number(case: Case) -> str | None:
    return case.numbers[0] if case.numbers else None


def _item(what: str, key: str, case: Case, moves: Sequence[str], due: datetime | None = None) -> Item:
    about = case.title or "、".join(one.name for one in case.persons.values())
    return {
        "what": what,
        "id": key,
        "number": _number(case),
        "about": about,
        "due": due,
        "moves": list(moves),
    }
