"""On whose desk a finding lies 待办, and from or by when: what a list of waiting work is found by.

Stored with the finding: a moment is worked out once, when it changes, and not at each look.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.findings.domain.calendar import end_of, start_of
from services.findings.domain.finding import Finding
from services.findings.domain.levels import ClockRules
from services.findings.domain.moves import RUNNING, Status
from services.findings.domain.revisits import RevisitRules


class Task(StrEnum):
    """What is to be done: by the unit (a block is looked at again), and by the team, which also goes again."""

    MEND = "mend"
    REVIEW = "review"
    VERIFY = "verify"
    REVISIT = "revisit"


@dataclass(frozen=True, slots=True)
class Desks:
    """By the county's rules.

    The draw for a revisit is that of the close-out: later rules are for later ones.
    """

    clocks: ClockRules
    revisits: RevisitRules

    def task(self, finding: Finding) -> tuple[Task, datetime] | None:
        """What of it waits to be done, and by when; a block is looked at from its moment on."""
        if finding.historical:
            return None
        if finding.status in RUNNING:
            return Task.MEND, finding.due.at
        if finding.status is Status.BLOCKED and finding.latest_block is not None:
            return Task.REVIEW, start_of(finding.latest_block.review_on)
        if finding.status is Status.REPORTED:
            return Task.VERIFY, self.clocks.verify_by(finding) or finding.due.at
        if finding.status is Status.CLOSED and finding.latest_revisit is None:
            day = self.revisits.due(finding)
            return (Task.REVISIT, end_of(day)) if day is not None else None
        return None
