"""What follows from an assigned finding: it is counted, the rules are asked, warnings and cases come of it."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from services.accountability.application.ports import Work
from services.accountability.domain.assignment import Assignment, Warned
from services.accountability.domain.case import Case, Suggested
from services.accountability.domain.finding import Finding
from services.accountability.domain.legality import Legality
from services.accountability.domain.rules import ON_WARNING, Firing, Revisit, RuleBook
from services.accountability.domain.tally import Mark, Tally, tally_id
from services.accountability.domain.warning import IssuedWarning

MOST_FINDINGS = 200
"""How many findings a new case of repetition takes in; all of them stand in the tally."""
WITHDRAWN = "finding_withdrawn"
TRANSFERRED = "finding_transferred"
WRONGLY_ASSIGNED = "wrongly_assigned"


def mark_of(finding: Finding) -> Mark:
    """How a finding is counted."""
    return finding.day, finding.severity, finding.group


class Consequences:
    """Draws and undoes them. Doing it twice for the same finding does nothing more."""

    def __init__(self, rules: RuleBook, legality: Legality, new_id: Callable[[], str]) -> None:
        self._rules = rules
        self._legality = legality
        self._new_id = new_id

    def draw(self, work: Work, assignment: Assignment, at: datetime) -> None:
        """Whatever the rules say about a finding that was just assigned."""
        finding = assignment.finding
        if finding.historical or assignment.closed:
            return
        tallies = self._count(work, assignment)
        case = self._unfinished_of(work, assignment)
        if case is not None:
            case.follow(assignment, at)
            work.cases.save(case)
        for firing in self._rules.of_finding(finding, assignment.direct, tallies):
            self._carry_out(work, assignment, firing, tallies, at)
        self._draw_levels(work, assignment, tallies, at, above=0)

    def draw_levels(self, work: Work, assignment: Assignment, at: datetime) -> None:
        """What the rules say about the overdue levels that the finding has reached since they spoke last."""
        finding = assignment.finding
        if finding.level < assignment.drawn_level:
            # Only a transfer takes levels back; there and back again may have been overtaken by what came after it.
            assignment.drawn_level = finding.level
        if finding.historical or assignment.closed or finding.level == assignment.drawn_level:
            return
        tallies = {cadre: work.tallies.get(cadre, finding.category) for cadre in assignment.direct}
        self._draw_levels(work, assignment, tallies, at, above=assignment.drawn_level)

    def undo(self, work: Work, assignment: Assignment, at: datetime) -> None:
        """The finding was withdrawn: it counts no more, its warnings fall, its case is told."""
        self.fall(work, assignment, WITHDRAWN, at)
        case = self._unfinished_of(work, assignment)
        if case is not None:
            case.ground_withdrawn(assignment, at)
            work.cases.save(case)

    def fall(self, work: Work, assignment: Assignment, reason: str, at: datetime) -> None:
        """What stood against those who answered for it stands no more."""
        finding = assignment.finding
        for cadre in assignment.counted:
            tally = work.tallies.get(cadre, finding.category)
            tally.remove(mark_of(finding))
            work.tallies.save(tally)
        for warned in assignment.warned:
            warning = work.warnings.get(warned.warning)
            if warning is not None:
                warning.revoke(reason, at)
                work.warnings.save(warning)

    def correct(
        self, work: Work, assignment: Assignment, removed: Collection[str], reason: str, at: datetime
    ) -> None:
        """Other people answer for it: what stood against the removed falls, and the rules are asked of the others."""
        for warned in assignment.warned:
            warning = work.warnings.get(warned.warning) if warned.cadre in removed else None
            if warning is not None:
                warning.revoke(reason, at)
                work.warnings.save(warning)
        assignment.warned = tuple(one for one in assignment.warned if one.cadre not in removed)
        self.resolve_chain(work, assignment, at)
        self.draw(work, assignment, at)

    def resolve_chain(self, work: Work, assignment: Assignment, at: datetime) -> None:
        """Others answer for the finding now: the chain of its unfinished case is made anew."""
        case = self._unfinished_of(work, assignment)
        if case is None:
            return
        work.assignments.load(case.findings)
        others = (work.assignments.get(finding) for finding in case.findings if finding != assignment.id)
        case.resolve_chain([*(one for one in others if one is not None), assignment], assignment, at)
        work.cases.save(case)

    def refer(self, work: Work, assignment: Assignment, reason: str, at: datetime) -> None:
        """People have decided that it be looked into: a case, unless it is in one already."""
        case = self._unfinished_of(work, assignment)
        if case is not None:
            case.referred(assignment, reason, at)
        else:
            case = Case.open(self._new_id(), [assignment], at, reason=reason)
            assignment.case = case.id
        work.cases.save(case)

    def revisit(self, work: Work, assignment: Assignment, revisit: Revisit, at: datetime) -> None:
        """Whatever the rules say about a finding that was looked at again after close-out."""
        finding = assignment.finding
        if finding.historical:
            return
        tallies = {cadre: work.tallies.get(cadre, finding.category) for cadre in assignment.direct}
        for firing in self._rules.of_revisit(finding, assignment.direct, revisit):
            if firing.rule.then.case:
                self._bring_to_case(work, assignment, firing, tallies, at)
            else:
                self._warn(work, assignment, firing, at)

    def _draw_levels(
        self, work: Work, assignment: Assignment, tallies: Mapping[str, Tally], at: datetime, above: int
    ) -> None:
        """Every level for itself, since one event may be the first to be heard of several."""
        finding = assignment.finding
        for level in range(above + 1, finding.level + 1):
            for firing in self._rules.of_level(finding, level, assignment.direct):
                self._carry_out(work, assignment, firing, tallies, at)
        assignment.drawn_level = finding.level

    def _carry_out(
        self, work: Work, assignment: Assignment, firing: Firing, tallies: Mapping[str, Tally], at: datetime
    ) -> None:
        if firing.rule.then.case:
            self._bring_to_case(work, assignment, firing, tallies, at)
        else:
            self._warn(work, assignment, firing, at)

    def _count(self, work: Work, assignment: Assignment) -> dict[str, Tally]:
        finding = assignment.finding
        mark = mark_of(finding)
        tallies = {cadre: work.tallies.get(cadre, finding.category) for cadre in assignment.direct}
        for cadre, tally in tallies.items():
            if cadre not in assignment.counted:
                tally.add(mark)
                work.tallies.save(tally)
        for cadre in assignment.counted:
            if cadre not in tallies:
                tally = work.tallies.get(cadre, finding.category)
                tally.remove(mark)
                work.tallies.save(tally)
        assignment.counted = tuple(tallies)
        return tallies

    def _warn(self, work: Work, assignment: Assignment, firing: Firing, at: datetime) -> None:
        if not assignment.direct:
            return
        rule = firing.rule
        known = {(one.cadre, one.rule) for one in assignment.warned} | set(assignment.released)
        for one in assignment.resolution.responsible:
            if one.role not in rule.then.warn or (one.cadre, rule.id) in known:
                continue
            warning = IssuedWarning.issue(
                self._new_id(), assignment.finding, one.cadre, one.name, firing.because, at
            )
            work.warnings.save(warning)
            assignment.warned = (*assignment.warned, Warned(warning.id, one.cadre, rule.id))
            self._escalate(work, assignment, one.cadre, at)

    def _escalate(self, work: Work, assignment: Assignment, cadre: str, at: datetime) -> None:
        """What the rules say about everything that this person was warned of, the newest warning included."""
        finding = assignment.finding
        for rule in self._rules.in_force(finding.day, ON_WARNING):
            many = rule.when.warnings
            if many is None or not rule.when.fits(finding):
                continue
            around = timedelta(days=many.within - 1)
            days = work.warnings.days_of(cadre, finding.day - around, finding.day + around)
            firing = self._rules.of_warnings(rule, finding, cadre, days)
            if firing is not None:
                tallies = {cadre: work.tallies.get(cadre, finding.category)}
                self._bring_to_case(work, assignment, firing, tallies, at)

    def _bring_to_case(
        self, work: Work, assignment: Assignment, firing: Firing, tallies: Mapping[str, Tally], at: datetime
    ) -> None:
        case = self._unfinished_of(work, assignment)
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
    def _unfinished_of(work: Work, assignment: Assignment) -> Case | None:
        """The one unfinished case that the finding may be in."""
        case = work.cases.get(assignment.case) if assignment.case else None
        return case if case is not None and case.unfinished else None

    @staticmethod
    def _unfinished_like(work: Work, firing: Firing, tallies: Mapping[str, Tally]) -> Case | None:
        """The unfinished case of the same rule, cadre and category."""
        for cadre in firing.cadres:
            case_id = tallies[cadre].cases.get(firing.rule.id)
            case = work.cases.get(case_id) if case_id else None
            if case is not None and case.unfinished:
                return case
        return None

    def _open(self, work: Work, assignment: Assignment, firing: Firing, at: datetime) -> Case:
        others = self._repeated(work, assignment, firing)
        case = Case.open(self._new_id(), [*others, assignment], at, because=[firing.because])
        for other in others:
            other.case = case.id
            work.assignments.save(other)
        return case

    def _repeated(self, work: Work, assignment: Assignment, firing: Firing) -> list[Assignment]:
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
            and self._unfinished_of(work, other) is None
        ]

    def _link(self, work: Work, case: Case, rule: str, tally: Tally) -> None:
        known = tally.cases.get(rule)
        if known == case.id:
            return
        other = work.cases.get(known) if known else None
        if other is None or not other.unfinished:
            tally.cases[rule] = case.id
            case.tallies.append(tally.id)
            work.tallies.save(tally)

    def _suggested(self, work: Work, firing: Firing) -> list[Suggested]:
        people = work.registers().people
        found = []
        for suggestion in firing.rule.then.suggest:
            for cadre in firing.cadres:
                refused = self._legality.refuses(suggestion.measure, people[cadre].identity)
                kind = suggestion.otherwise if refused else suggestion.measure
                if kind is not None:
                    found.append(Suggested(cadre, kind, firing.rule.id))
        return found
