"""What a unit tells while it mends a finding: its plan, and how far it is."""

from datetime import date
from typing import TYPE_CHECKING

from services.findings.domain.calendar import day_of
from services.findings.domain.errors import InvalidError
from services.findings.domain.events import Planned, Progressed
from services.findings.domain.guards import require_open
from services.findings.domain.moves import Move, Status
from services.findings.domain.parts import Plan, Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding


def plan(finding: "Finding", made: Stamp, *, measures: str, person: str, due: date) -> None:
    """The unit tells how it means to mend it."""
    if due < day_of(made.at):
        raise InvalidError({"due": ["lies in the past"]})
    require_open(finding, Move.PLAN, made)
    finding.latest_plan = Plan(measures, person, due)
    details = {"measures": measures, "person": person, "due": due}
    finding.change(Planned, Move.PLAN, made, Status.RECTIFYING, details=details)


def progress(finding: "Finding", made: Stamp, *, done: int, note: str) -> None:
    """So many of its problems are mended."""
    if done > finding.facts.count:
        raise InvalidError({"done": [f"the finding counts {finding.facts.count}"]})
    require_open(finding, Move.PROGRESS, made)
    finding.done = done
    finding.change(Progressed, Move.PROGRESS, made, Status.RECTIFYING, note, {"done": done})
