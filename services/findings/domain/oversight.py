"""Moves of those who watch over findings: office and team, beside the way from posting to close-out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from services.findings.domain.clock import Clock
from services.findings.domain.deadlines import Due
from services.findings.domain.errors import InvalidError
from services.findings.domain.events import (
    EvidenceAdded,
    HandedOver,
    Recomputed,
    Revisited,
    Supervised,
    Transferred,
)
from services.findings.domain.facts import Facts
from services.findings.domain.guards import require_open
from services.findings.domain.levels import Told
from services.findings.domain.moves import Actor, Move, Status
from services.findings.domain.parts import Revisit, Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

SYSTEM = Actor("system", "system")
REVISIT_METHOD = "revisit"
"""The vocabulary's `method` of a finding that a revisit brings."""
_LONGEST_DESCRIPTION = 5000


def transfer(finding: "Finding", made: Stamp, *, area: str, unit: str, due: Due, reason: str) -> None:
    """转办 to another area: a new unit, a deadline that starts anew, and nobody is held responsible by name yet.

    What the unit that had it before planned, did and asked for is not the new one's.
    """
    old = finding.facts
    if area == old.area:
        raise InvalidError({"area": ["is the area of the finding already"]})
    require_open(finding, Move.TRANSFER, made)
    finding.facts = replace(old, area=area, units=(unit,), responsible=(), deadline=None)
    finding.clock = Clock(due, made.at)
    # The new unit is reminded and told of each level anew; what was told to the old one stays in the history.
    finding.told = Told(clocks=finding.told.clocks)
    # Who answers for it there is accountability's to tell.
    finding.responsible = ()
    finding.latest_plan = finding.latest_extension = None
    finding.done = 0
    details = {"area": area, "replaced": {"area": old.area, "units": list(old.units)}}
    finding.change(Transferred, Move.TRANSFER, made, Status.ISSUED, reason, details)


def supervise(finding: "Finding", made: Stamp, *, reason: str) -> None:
    """挂牌督办: the office keeps an eye on it."""
    require_open(finding, Move.SUPERVISE, made)
    finding.supervised = True
    finding.change(Supervised, Move.SUPERVISE, made, finding.status, reason)


def attach(finding: "Finding", made: Stamp, *, evidence: Sequence[str], note: str) -> None:
    """Later evidence: of the team until close-out, of the unit with its report."""
    require_open(finding, Move.ATTACHMENTS, made)
    finding.attach(evidence)
    details = {"attachments": list(evidence)}
    finding.change(EvidenceAdded, Move.ATTACHMENTS, made, finding.status, note, details)


def revisit(finding: "Finding", made: Stamp, *, recurrence: str | None, note: str | None) -> None:
    """回头看: it stays closed. `recurrence` is the finding that was posted where it has come back."""
    require_open(finding, Move.REVISIT, made)
    passed = recurrence is None
    finding.latest_revisit = Revisit(passed, made, recurrence)
    details = {"result": "pass" if passed else "fail", "recurrence": recurrence}
    finding.change(Revisited, Move.REVISIT, made, Status.CLOSED, note, details)


def came_back(facts: Facts, found_at: datetime, note: str | None) -> Facts:
    """What a failed revisit found: the same problem at the same place, found again and counted once."""
    told = facts.description if note is None else f"{facts.description}\n{note}"
    return replace(
        facts,
        method=REVISIT_METHOD,
        found_at=found_at,
        description=told[-_LONGEST_DESCRIPTION:],
        deadline=None,
        count=1,
        source_ref=None,
    )


def hand_over(finding: "Finding", made: Stamp, *, to: str, reason: str) -> None:
    """移交: another team takes the place of the one that left, verification included."""
    left = finding.facts.team
    finding.facts = replace(finding.facts, team=to)
    details = {"team": to, "replaced": {"team": left}}
    finding.change(HandedOver, Move.HANDOVER, made, finding.status, reason, details)


def recompute(finding: "Finding", at: datetime, due: Due) -> None:
    """The calendar now knows the year that a provisional deadline runs into."""
    before = finding.due
    finding.clock = finding.clock.rebase(due)
    details = {"deadline": finding.due.day, "replaced": {"deadline": before.day}}
    finding.change(Recomputed, Move.RECOMPUTE, Stamp(SYSTEM, at), finding.status, details=details)
