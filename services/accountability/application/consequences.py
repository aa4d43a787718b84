"""What follows from an assigned finding: it is counted, the rules are asked, warnings and cases come of it."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from services.accountability.application.bringing_to_case import BringingToCase
from services.accountability.application.ports import FindingWork
from services.accountability.domain.assignment import Assignment, Warned
from services.accountability.domain.finding import Finding
from services.accountability.domain.legality import Legality
from services.accountability.domain.rules import ON_WARNING, Firing, Revisit, RuleBook
from services.accountability.domain.tally import Mark, Tally
from services.accountability.domain.warning import IssuedWarning

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
        self._new_id = new_id
        self.cases = BringingToCase(legality, new_id)

    def draw(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        """Whatever the rules say about a finding that was just assigned."""
        finding = assignment.finding
        if finding.historical or assignment.closed:
            return
        tallies = self._count(work, assignment)
        case = self.cases.unfinished_of(work, assignment)
        if case is not None:
            case.follow(assignment, at)
            work.cases.save(case)
        for firing in self._rules.of_finding(finding, assignment.direct, tallies):
            self._carry_out(work, assignment, firing, tallies, at)
        self._draw_levels(work, assignment, tallies, at, above=0)

    def draw_levels(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        """What the rules say about the overdue levels that the finding has reached since they spoke last."""
        finding = assignment.finding
        if finding.level < assignment.drawn_level:
            # Only a transfer takes levels back; there and back again may have been overtaken by what came after it.
            assignment.drawn_level = finding.level
        if finding.historical or assignment.closed or finding.level == assignment.drawn_level:
            return
        tallies = {cadre: work.tallies.get(cadre, finding.category) for cadre in assignment.direct}
        self._draw_levels(work, assignment, tallies, at, above=assignment.drawn_level)

    def undo(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        """The finding was withdrawn: it counts no more, its warnings fall, its case is told."""
        self.fall(work, assignment, WITHDRAWN, at)
        case = self.cases.unfinished_of(work, assignment)
        if case is not None:
            case.ground_withdrawn(assignment, at)
            work.cases.save(case)

    def fall(self, work: FindingWork, assignment: Assignment, reason: str, at: datetime) -> None:
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
        self, work: FindingWork, assignment: Assignment, removed: Collection[str], reason: str, at: datetime
    ) -> None:
        """Other people answer for it: what stood against the removed falls, and the rules are asked of the others."""
        for warned in assignment.warned:
            warning = work.warnings.get(warned.warning) if warned.cadre in removed else None
            if warning is not None:
                warning.revoke(reason, at)
                work.warnings.save(warning)
        assignment.warned = tuple(one for one in assignment.warned if one.cadre not in removed)
        self.cases.resolve_chain(work, assignment, at)
        self.draw(work, assignment, at)

    def revisit(self, work: FindingWork, assignment: Assignment, revisit: Revisit, at: datetime) -> None:
        """Whatever the rules say about a finding that was looked at again after close-out."""
        finding = assignment.finding
        if finding.historical:
            return
        tallies = {cadre: work.tallies.get(cadre, finding.category) for cadre in assignment.direct}
        for firing in self._rules.of_revisit(finding, assignment.direct, revisit):
            if firing.rule.then.case:
                self.cases.bring(work, assignment, firing, tallies, at)
            else:
                self._warn(work, assignment, firing, at)

    def _draw_levels(
        self,
        work: FindingWork,
        assignment: Assignment,
        tallies: Mapping[str, Tally],
        at: datetime,
        above: int,
    ) -> None:
        """Every level for itself, since one event may be the first to be heard of several."""
        finding = assignment.finding
        for level in range(above + 1, finding.level + 1):
            for firing in self._rules.of_level(finding, level, assignment.direct):
                self._carry_out(work, assignment, firing, tallies, at)
        assignment.drawn_level = finding.level

    def _carry_out(
        self,
        work: FindingWork,
        assignment: Assignment,
        firing: Firing,
        tallies: Mapping[str, Tally],
        at: datetime,
    ) -> None:
        if firing.rule.then.case:
            self.cases.bring(work, assignment, firing, tallies, at)
        else:
            self._warn(work, assignment, firing, at)

    def _count(self, work: FindingWork, assignment: Assignment) -> dict[str, Tally]:
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

    def _warn(self, work: FindingWork, assignment: Assignment, firing: Firing, at: datetime) -> None:
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

    def _escalate(self, work: FindingWork, assignment: Assignment, cadre: str, at: datetime) -> None:
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
                self.cases.bring(work, assignment, firing, tallies, at)
