"""What the service does: one method for each command, on the unit of work of an open transaction."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.accountability.application.case_handling import may_see
from services.accountability.application.commands import NoteReceipt, OpenCase, TakeFinding
from services.accountability.application.consequences import TRANSFERRED, Consequences
from services.accountability.application.correcting import Corrections
from services.accountability.application.ports import FindingWork, Work
from services.accountability.application.registering import Registering
from services.accountability.application.unassigned import UnassignedList
from services.accountability.domain.assignment import Assignment, Resolution, resolve, resolve_again
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case
from services.accountability.domain.errors import (
    FindingInCaseError,
    ForbiddenError,
    InvalidError,
    WithdrawnFindingError,
)
from services.accountability.domain.finding import Finding
from services.accountability.domain.legality import Legality
from services.accountability.domain.registers import Registers
from services.accountability.domain.rules import RuleBook
from services.accountability.domain.tally import tally_id
from services.accountability.domain.unassigned import Unassigned
from shared.contracts.envelope import Event
from shared.contracts.findings import PRODUCER as FINDINGS

# The same for what lies elsewhere and for what is in a case that he may not know of: neither shows which it is.
_NOT_OPEN = "some of the findings are not yours to open a case on"


class AccountabilityUseCases(Registering):
    """Registers (inherited), findings and cases. Time and ids come from outside."""

    def __init__(
        self, rules: RuleBook, legality: Legality, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        super().__init__(now)
        self._new_id = new_id
        self._unassigned = UnassignedList(new_id)
        self._consequences = Consequences(rules, legality, new_id)
        self.corrections = Corrections(self._consequences, self._unassigned, now)

    def prefetch(self, work: Work, events: Sequence[Event]) -> None:
        """Have at hand what a batch of events will ask for."""
        findings = [TakeFinding.from_data(one.data).finding for one in events if one.source == FINDINGS]
        self.prefetch_findings(work, findings)
        work.warnings.load(warning for one in events if (warning := one.data.get("warning")))

    def prefetch_findings(self, work: Work, findings: Sequence[Finding]) -> None:
        """Have at hand what taking these findings will ask for: one round trip for each kind of document."""
        work.assignments.load(finding.id for finding in findings)
        registers = work.registers()
        tallies: list[str] = []
        warnings: list[str] = []
        entries: list[str] = []
        cases: list[str] = []
        for finding in findings:
            assignment = work.assignments.get(finding.id)
            if assignment is None:
                direct: Iterable[str] = resolve(finding, registers, finding.day).direct
            else:
                direct = assignment.counted
                warnings += [one.warning for one in assignment.warned]
                entries += [assignment.unassigned] if assignment.unassigned else []
                cases += [assignment.case] if assignment.case else []
            tallies += [tally_id(cadre, finding.category) for cadre in direct]
        work.tallies.load(tallies)
        work.warnings.load(warnings)
        work.unassigned.load(entries)
        for key in dict.fromkeys(tallies):
            cases += work.tallies.get(*key.rsplit("|", 1)).cases.values()
        work.cases.load(cases)

    def take_finding(self, work: FindingWork, command: TakeFinding) -> None:
        """The newest state of a finding: assign it when it is new, undo what followed when it was withdrawn, assign it
        anew when it went to another area.

        Which event brings the first news does not matter: each carries the whole state.
        """
        finding, at = command.finding, self._now()
        assignment = work.assignments.get(finding.id)
        if assignment is None:
            assignment = Assignment.begin(finding, at)
            if finding.withdrawn:
                assignment.close(at)
            else:
                self._assign(work, assignment, at)
        else:
            elsewhere = finding.area != assignment.finding.area
            assignment.take(finding, at)
            if finding.withdrawn and not assignment.closed:
                self._withdraw(work, assignment, at)
            elif elsewhere and not assignment.closed:
                self._assign_anew(work, assignment, at)
            else:
                self._consequences.draw_levels(work, assignment, at)
        if not assignment.closed:
            self._take_decisions(work, assignment, command, at)
        work.assignments.save(assignment)

    def try_unassigned(self, work: Work, limit: int) -> int:
        """Resolve anew what was last tried with older registers; how many were looked at."""
        registers, at = work.registers(), self._now()
        entries = work.unassigned.behind(registers.version, limit)
        work.assignments.load(entry.finding.id for entry in entries)
        for entry in entries:
            assignment = work.assignments.get(entry.finding.id)
            if assignment is None or assignment.closed:
                work.unassigned.delete(entry.id)
            else:
                self._try_entry(work, entry, assignment, registers, at)
        return len(entries)

    def note_receipt(self, work: Work, command: NoteReceipt) -> None:
        """The warned person has the notice."""
        warning = work.warnings.get(command.warning)
        if warning is not None and warning.receive(command.received_at, self._now()):
            work.warnings.save(warning)

    def open_case(self, work: Work, command: OpenCase) -> Case:
        """The commission opens a case by its own judgment."""
        at, ids = self._now(), tuple(dict.fromkeys(command.findings))
        work.assignments.load(ids)
        found = [assignment for one in ids if (assignment := work.assignments.get(one)) is not None]
        self._check_grounds(work, command, ids, found)
        case = Case.open(self._new_id(), found, at, reason=command.reason, by=command.by.sub)
        for assignment in found:
            assignment.case = case.id
            work.assignments.save(assignment)
        work.cases.save(case)
        return case

    def _take_decisions(
        self, work: FindingWork, assignment: Assignment, command: TakeFinding, at: datetime
    ) -> None:
        """A referral that was granted, and a revisit: each is acted on once."""
        referral, revisit = command.referral, command.revisit
        if referral is not None and referral.granted_at != assignment.referred_at:
            assignment.referred_at = referral.granted_at
            self._consequences.cases.refer(work, assignment, referral.reason, at)
        if revisit is not None and command.revisited_at != assignment.revisited_at:
            assignment.revisited_at = command.revisited_at
            self._consequences.revisit(work, assignment, revisit, at)

    def _assign(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        registers, finding = work.registers(), assignment.finding
        resolution = resolve(finding, registers, finding.day)
        assignment.assign(resolution, at)
        self._unassigned.enter(work, assignment, registers, at)
        self._consequences.draw(work, assignment, at)

    def _assign_anew(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        """It was transferred: others answer for it, and what stood against those before them falls."""
        registers, finding = work.registers(), assignment.finding
        self._consequences.fall(work, assignment, TRANSFERRED, at)
        assignment.assign_anew(resolve(finding, registers, finding.day), at)
        self._unassigned.enter(work, assignment, registers, at)
        self._consequences.cases.resolve_chain(work, assignment, at)
        self._consequences.draw(work, assignment, at)

    def _withdraw(self, work: FindingWork, assignment: Assignment, at: datetime) -> None:
        self._consequences.undo(work, assignment, at)
        if assignment.unassigned:
            work.unassigned.delete(assignment.unassigned)
        assignment.close(at)

    def _try_entry(
        self, work: Work, entry: Unassigned, assignment: Assignment, registers: Registers, at: datetime
    ) -> None:
        resolution = resolve_again(assignment.finding, registers, day_of(at))
        if not assignment.corrected and resolution.better_than(assignment.resolution):
            assignment.changed(at)
            assignment.assign(resolution, at)
            self._consequences.draw(work, assignment, at)
        else:
            # Whoever was found stays; what the register does not know may still have changed.
            kept = assignment.resolution
            resolution = assignment.resolution = Resolution(kept.as_of, kept.responsible, resolution.unknown)
        if resolution.complete:
            work.unassigned.delete(entry.id)
            assignment.unassigned = None
        else:
            entry.finding = assignment.finding
            entry.try_again(resolution, registers.version, at)
            work.unassigned.save(entry)
        work.assignments.save(assignment)

    @staticmethod
    def _check_grounds(
        work: Work, command: OpenCase, ids: Sequence[str], found: Sequence[Assignment]
    ) -> None:
        unknown = set(ids) - {assignment.id for assignment in found}
        if unknown:
            raise InvalidError({"findings": [f"unknown: {', '.join(sorted(unknown))}"]})
        if not all(command.by.covers(assignment.finding.area) for assignment in found):
            raise ForbiddenError(_NOT_OPEN)
        withdrawn = [assignment.id for assignment in found if assignment.finding.withdrawn]
        if withdrawn:
            raise WithdrawnFindingError(withdrawn)
        work.cases.load(assignment.case for assignment in found if assignment.case)
        taken = {
            assignment.id: case
            for assignment in found
            if assignment.case and (case := work.cases.get(assignment.case)) and case.unfinished
        }
        if not all(may_see(case, command.by) for case in taken.values()):
            raise ForbiddenError(_NOT_OPEN)
        if taken:
            raise FindingInCaseError(taken)
