"""How findings come into cases: by a rule or a referral; and how a case follows who answers for them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from services.accountability.application.ports import FindingWork
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.case import Case, Suggested
from services.accountability.domain.legality import Legality
from services.accountability.domain.rules import Firing
from services.accountability.domain.tally import Tally, tally_id

MOST_FINDINGS = 200
"""How many findings a new case of repetition takes in; all of them stand in the tally."""


class BringingToCase:
    """A finding is in one unfinished case at most."""

    def __init__(self, legality: Legality, new_id: Callable[[], str]) -> None:
        self._legality = legality
        self._new_id = new_id

    def bring(
        self,
        work: FindingWork,
        assignment: Assignment,
        firing: Firing,
        tallies: Mapping[str, Tally],
        at: datetime,
    ) -> None:
        """A rule asks for a case: the one the finding is in, the unfinished one like it, or a new one."""
        case = self.unfinished_of(work, assignment)
        if case is not None:
            case.explain(firing.because, assignment, at)
        elif (case := self._unfinished_like(work, firing, tallies)) is not None:
            case.join(assignment, firing.because, at)
        else:
            case = self._open(work, assignment, firing, at)
        assignment.case = case.id
        case.suggest(self._suggested(work, firing))
        for cadre in firing.cadres:
            self._link(work, case, firing.rule.id, tallies[cadre])
        work.cases.save(case)

    @staticmethod
    def unfinished_of(work: FindingWork, assignment: Assignment) -> Case | None:
        """The one unfinished case that the finding may be in."""
        case = work.cases.get(assignment.case) if assignment.case else None
        return case if case is not None and case.unfinished else None

    @staticmethod
    def _unfinished_like(work: FindingWork, firing: Firing, tallies: Mapping[str, Tally]) -> Case | None:
        """The unfinished case of the same rule, cadre and category."""
        for cadre in firing.cadres:
            case_id = tallies[cadre].cases.get(firing.rule.id)
            case = work.cases.get(case_id) if case_id else None
            if case is not None and case.unfinished:
                return case
        return None

    def _open(self, work: FindingWork, assignment: Assignment, firing: Firing, at: datetime) -> Case:
        others = self._repeated(work, assignment, firing)
        case = Case.open(self._new_id(), [*others, assignment], at, because=[firing.because])
        for other in others:
            other.case = case.id
            work.assignments.save(other)
        return case

    def _repeated(self, work: FindingWork, assignment: Assignment, firing: Firing) -> list[Assignment]:
        """The earlier findings of a repetition that are in no unfinished case."""
        repeat = firing.rule.when.repeat
        if repeat is None:
            return []
        first = date.fromisoformat(firing.because.facts["days"][0])
        last = first + timedelta(days=repeat.within - 1)
        tally = tally_id(firing.cadres[0], assignment.finding.category)
        return [
            other
            for other in work.assignments.counted_in(tally, first, last, MOST_FINDINGS)
            if other.id != assignment.id
            and other.finding.severity not in repeat.ignored
            and self.unfinished_of(work, other) is None
        ]

    def _link(self, work: FindingWork, case: Case, rule: str, tally: Tally) -> None:
        known = tally.cases.get(rule)
        if known == case.id:
            return
        other = work.cases.get(known) if known else None
        if other is None or not other.unfinished:
            tally.cases[rule] = case.id
            case.tallies.append(tally.id)
            work.tallies.save(tally)

    def _suggested(self, work: FindingWork, firing: Firing) -> list[Suggested]:
        people = work.registers().people
        found = []
        for suggestion in firing.rule.then.suggest:
            for cadre in firing.cadres:
                refused = self._legality.refuses(suggestion.measure, people[cadre].identity)
                kind = suggestion.otherwise if refused else suggestion.measure
                if kind is not None:
                    found.append(Suggested(cadre, kind, firing.rule.id))
        return found

    def resolve_chain(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        """Others answer for the finding now: the chain of its unfinished case is made anew."""
        case = self.unfinished_of(work, assignment)
        if case is None:
            return
        work.assignments.load(case.findings)
        others = (work.assignments.get(finding) for finding in case.findings if finding != assignment.id)
        case.resolve_chain([*(one for one in others if one is not None), assignment], assignment, at)
        work.cases.save(case)

    def refer(self, work: FindingWork, assignment: Assignment, reason: str, at: datetime) -> None:
        """People have decided that it be looked into: a case, unless it is in one already."""
        case = self.unfinished_of(work, assignment)
        if case is not None:
            case.referred(assignment, reason, at)
        else:
            case = Case.open(self._new_id(), [assignment], at, reason=reason)
            assignment.case = case.id
        work.cases.save(case)
