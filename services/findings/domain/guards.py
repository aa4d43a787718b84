"""Whether a move is open: the table of moves.py, and what no table holds (periods, and judging one's own step)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.errors import FindingsError, InvalidTransitionError, SamePersonError
from services.findings.domain.moves import TABLE, Actor, Move
from services.findings.domain.parts import Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

DISPUTE_DAYS = 30


def open_moves(finding: "Finding", made: Stamp) -> list[Move]:
    """The moves that are open to `made.by` at `made.at`, in the order of the table."""
    return [
        move for move in TABLE if _obstacle(finding, move, made.at) is None and _may(finding, move, made.by)
    ]


def require_open(finding: "Finding", move: Move, made: Stamp) -> None:
    """Refuse a move that is not open.

    Raises:
        InvalidTransitionError: not in this status, not any more, or not in this role.
        SamePersonError: it would judge the caller's own step.
    """
    refusal = _refusal(finding, move, made)
    if refusal is not None:
        raise refusal


def _refusal(finding: "Finding", move: Move, made: Stamp) -> FindingsError | None:
    obstacle = _obstacle(finding, move, made.at)
    if obstacle is not None or made.by.role not in TABLE[move].roles:
        return InvalidTransitionError(move, finding.status, open_moves(finding, made), obstacle)
    if not _may(finding, move, made.by):
        return SamePersonError(f"{move} is for another person than the one whose step it judges")
    return None


def _obstacle(finding: "Finding", move: Move, at: datetime) -> str | None:
    """Why nobody may make the move now, None when somebody may."""
    if finding.status not in TABLE[move].sources:
        return f"{move} is not a move of a finding that is {finding.status}"
    last_day = day_of(finding.posted.at) + timedelta(days=DISPUTE_DAYS)
    if move is Move.DISPUTE and at >= end_of(last_day):
        return f"a finding is disputed within {DISPUTE_DAYS} days after posting, not later"
    block = finding.latest_block
    if move is Move.BLOCK_DECIDE and block is not None and block.granted is not None:
        return "the block has been granted already"
    if move is Move.UNMERGE and finding.merged is None:
        return "the finding was withdrawn, not merged into another"
    if move is Move.MERGE and finding.absorbed:
        return "others are merged into the finding: unmerge these first"
    return None


def _may(finding: "Finding", move: Move, by: Actor) -> bool:
    judged = {stamp.by.sub for stamp in _judged(finding, move)}
    return by.role in TABLE[move].roles and by.sub not in judged


def _judged(finding: "Finding", move: Move) -> Sequence[Stamp]:
    """The steps that `move` judges: whoever made them may not make it."""
    if move is Move.VERIFY and finding.latest_report is not None:
        return [finding.latest_report.made]
    if move is Move.DECIDE and finding.latest_dispute is not None:
        return [finding.posted, finding.latest_dispute.made]
    if move is Move.BLOCK_DECIDE and finding.latest_block is not None:
        return [finding.latest_block.made]
    return []
