"""The list of what the office must look at: findings without a direct person, or with names nobody knows."""

from collections.abc import Callable
from datetime import datetime

from services.accountability.application.ports import FindingWork
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.registers import Registers
from services.accountability.domain.unassigned import Unassigned


class UnassignedList:
    """Keeps one entry for each finding, as long as something is to be looked for."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id

    def enter(self, work: FindingWork, assignment: Assignment, registers: Registers, at: datetime) -> None:
        """Make, renew or delete the entry of a finding, by what is known of it now."""
        finding, resolution = assignment.finding, assignment.resolution
        entry = work.unassigned.get(assignment.unassigned) if assignment.unassigned else None
        if resolution.complete or finding.historical:
            if entry is not None:
                work.unassigned.delete(entry.id)
                assignment.unassigned = None
            return
        if entry is None:
            entry = Unassigned.enter(self._new_id(), finding, resolution, registers.version, at)
            assignment.unassigned = entry.id
        else:
            entry.finding = finding
            entry.try_again(resolution, registers.version, at)
        work.unassigned.save(entry)
