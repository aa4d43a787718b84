"""What keeps a unit from mending a finding: it denies it, or lacks something; and what others decide on that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.errors import InvalidError
from services.findings.domain.events import Blocked, BlockGranted, Disputed, DisputeDecided, Resumed
from services.findings.domain.guards import require_open
from services.findings.domain.moves import Move, Status
from services.findings.domain.parts import Block, Dispute, Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding


def dispute(finding: "Finding", made: Stamp, *, grounds: str, evidence: Sequence[str] = ()) -> None:
    """The unit denies it."""
    require_open(finding, Move.DISPUTE, made)
    finding.latest_dispute = Dispute(grounds, finding.status, made)
    details = {"attachments": list(evidence)}
    finding.change(Disputed, Move.DISPUTE, made, Status.DISPUTED, grounds, details)


def decide(
    finding: "Finding", made: Stamp, *, result: Literal["upheld", "withdrawn"], note: str | None
) -> None:
    """A third person decides a dispute: 维持, back to where it came from, or 撤销."""
    require_open(finding, Move.DECIDE, made)
    assert finding.latest_dispute is not None, "a disputed finding has a dispute"
    after = finding.latest_dispute.came_from if result == "upheld" else Status.WITHDRAWN
    finding.change(DisputeDecided, Move.DECIDE, made, after, note, {"result": result})


def block(finding: "Finding", made: Stamp, *, reason: str, needs: str, review_on: date) -> None:
    """暂时无法整改: the unit lacks something, and says when to look again."""
    if review_on < day_of(made.at):
        raise InvalidError({"review_on": ["lies in the past"]})
    require_open(finding, Move.BLOCK, made)
    finding.latest_block = Block(reason, needs, review_on, made)
    details = {"needs": needs, "review_on": review_on}
    finding.change(Blocked, Move.BLOCK, made, Status.BLOCKED, reason, details)


def decide_block(
    finding: "Finding", made: Stamp, *, result: Literal["granted", "refused"], note: str | None
) -> None:
    """A block is granted, once, or the unit is sent back to work."""
    require_open(finding, Move.BLOCK_DECIDE, made)
    assert finding.latest_block is not None, "a blocked finding has a block"
    details = {"result": result}
    if result == "granted":
        since, until = finding.latest_block.made.at, end_of(finding.latest_block.review_on)
        finding.latest_block = replace(finding.latest_block, granted=made)
        finding.clock = finding.clock.settle(made.at).count(since, until)
        finding.change(BlockGranted, Move.BLOCK_DECIDE, made, Status.BLOCKED, note, details)
    else:
        finding.change(Resumed, Move.BLOCK_DECIDE, made, Status.RECTIFYING, note, details)


def resume(finding: "Finding", made: Stamp, *, note: str | None) -> None:
    """The unit goes on."""
    require_open(finding, Move.RESUME, made)
    finding.change(Resumed, Move.RESUME, made, Status.RECTIFYING, note)
