"""Wrong assignments put right by the office: who answers no more, who does instead, and what follows for both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.accountability.application.commands import Seen
from services.accountability.application.consequences import WRONGLY_ASSIGNED, Consequences
from services.accountability.application.ports import Work
from services.accountability.application.unassigned import UnassignedList
from services.accountability.domain.assignment import Assignment, Responsible
from services.accountability.domain.errors import (
    ForbiddenError,
    InvalidError,
    UnknownError,
    WithdrawnFindingError,
)
from services.accountability.domain.registers import Registers
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class CorrectAssignment:
    """The office says who answers for a finding: `add` holds cadres and their roles."""

    finding: str
    remove: tuple[str, ...]
    add: tuple[tuple[str, str], ...]
    reason: str
    by: Claims
    seen: Seen


class Corrections:
    """What people say goes before what the registers say: a later change of them does not undo it."""

    def __init__(
        self, consequences: Consequences, unassigned: UnassignedList, now: Callable[[], datetime]
    ) -> None:
        self._consequences = consequences
        self._unassigned = unassigned
        self._now = now

    def correct(self, work: Work, command: CorrectAssignment) -> Assignment:
        """Put it right; the warnings of the removed fall, the rules are asked of the added.

        Raises:
            UnknownError, ForbiddenError, WithdrawnFindingError: there is nothing to correct for this caller.
            InvalidError: somebody named cannot be removed or added.
        """
        assignment = work.assignments.get(command.finding)
        if assignment is None:
            raise UnknownError("assignment")
        if not command.by.covers(assignment.finding.area):
            raise ForbiddenError("the finding lies outside of your area")
        command.seen(assignment.version)
        if assignment.closed:
            raise WithdrawnFindingError([assignment.id])
        registers, at = work.registers(), self._now()
        added = _people(command.add, registers)
        before = set(assignment.direct)
        removed = assignment.correct(command.remove, added, reason=command.reason, by=command.by.sub, at=at)
        # Who answers in another role now is warned by other rules: the warnings of the old role fall as well.
        released = {one.cadre for one in removed} | (before - set(assignment.direct))
        self._unassigned.enter(work, assignment, registers, at)
        self._consequences.correct(work, assignment, released, WRONGLY_ASSIGNED, at)
        work.assignments.save(assignment)
        return assignment


def _people(wanted: tuple[tuple[str, str], ...], registers: Registers) -> list[Responsible]:
    faults: dict[str, list[str]] = {}
    found: list[Responsible] = []
    for position, (cadre, role) in enumerate(wanted):
        if not registers.active(cadre):
            faults[f"add.{position}.cadre"] = ["the register knows no cadre in office with this id"]
        elif cadre in [one.cadre for one in found]:
            faults[f"add.{position}.cadre"] = ["stands twice: a person answers in one role"]
        else:
            found.append(Responsible(cadre, registers.people[cadre].name, role, None))
    if faults:
        raise InvalidError(faults)
    return found
