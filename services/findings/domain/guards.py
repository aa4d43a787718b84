"""Whether a move is open: the table of moves.py, and what no table holds (periods, and judging one's own step)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from services.findings.domain.errors import FindingsError, InvalidTransitionError, SamePersonError
from services.findings.domain.moves import TABLE, Actor, Move, Status
from services.findings.domain.parts import Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding

MOST_EXTENSIONS = 2
"""So many are granted to one finding (contract section 3)."""


def open_moves(finding: "Finding", made: Stamp) -> list[Move]:
    """The moves that are open to `made.by` at `made.at`, in the order of the table."""
    return [move for move in TABLE if _obstacle(finding, move, made) is None and _may(finding, move, made.by)]


def require_open(finding: "Finding", move: Move, made: Stamp) -> None:
    """Refuse a move of one who has not seen the finding as it is, and one that is not open.

    Raises:
        InvalidTransitionError: not in this status, not any more, or not in this role.
        SamePersonError: it would judge the caller's own step.
    """
    finding.require_seen(finding.version)
    refusal = _refusal(finding, move, made)
    if refusal is not None:
        raise refusal


def _refusal(finding: "Finding", move: Move, made: Stamp) -> FindingsError | None:
    obstacle = _obstacle(finding, move, made)
    if obstacle is not None or made.by.role not in TABLE[move].roles:
        return InvalidTransitionError(move, finding.status, open_moves(finding, made), obstacle)
    if not _may(finding, move, made.by):
        return SamePersonError(f"{move} is for another person than the one whose step it judges")
    return None


def _obstacle(finding: "Finding", move: Move, made: Stamp) -> str | None:
    """Why the move is not open to this role now, None when it is."""
    if finding.status not in TABLE[move].sources:
        return f"{move} is not a move of a finding that is {finding.status}"
    ask = _OBSTACLES.get(move)
    return ask(finding, made) if ask is not None else None


def _dispute(finding: "Finding", made: Stamp) -> str | None:
    if finding.dispute_until is not None and made.at >= finding.dispute_until:
        return f"it could be disputed before {finding.dispute_until.isoformat()}, not later"
    return None


def _block_decide(finding: "Finding", _made: Stamp) -> str | None:
    block = finding.latest_block
    return "the block has been granted already" if block is not None and block.granted is not None else None


def _extend(finding: "Finding", _made: Stamp) -> str | None:
    if finding.extension_open:
        return "an extension is asked already and waits for its decision"
    if finding.extensions >= MOST_EXTENSIONS:
        return f"at most {MOST_EXTENSIONS} extensions are granted"
    return None


def _extend_decide(finding: "Finding", _made: Stamp) -> str | None:
    return None if finding.extension_open else "no extension waits for a decision"


def _supervise(finding: "Finding", _made: Stamp) -> str | None:
    return "it is supervised already" if finding.supervised else None


def _attachments(finding: "Finding", made: Stamp) -> str | None:
    if made.by.role == "unit" and finding.status is not Status.REPORTED:
        return "a unit adds evidence with its report, or while that waits to be verified"
    return None


def _refer(finding: "Finding", _made: Stamp) -> str | None:
    return "a referral waits for its decision" if finding.referral_open else None


def _refer_decide(finding: "Finding", _made: Stamp) -> str | None:
    return None if finding.referral_open else "no referral waits for a decision"


def _revisit(finding: "Finding", _made: Stamp) -> str | None:
    revisit = finding.latest_revisit
    if revisit is not None and not revisit.passed:
        return f"it has come back and is followed up as finding {revisit.recurrence}"
    return None


def _merge(finding: "Finding", _made: Stamp) -> str | None:
    return "others are merged into the finding: unmerge these first" if finding.absorbed else None


def _unmerge(finding: "Finding", _made: Stamp) -> str | None:
    return "the finding was withdrawn, not merged into another" if finding.merged is None else None


_OBSTACLES: Mapping[Move, Callable[["Finding", Stamp], str | None]] = {
    Move.DISPUTE: _dispute,
    Move.BLOCK_DECIDE: _block_decide,
    Move.EXTEND: _extend,
    Move.EXTEND_DECIDE: _extend_decide,
    Move.SUPERVISE: _supervise,
    Move.ATTACHMENTS: _attachments,
    Move.REFER: _refer,
    Move.REFER_DECIDE: _refer_decide,
    Move.REVISIT: _revisit,
    Move.MERGE: _merge,
    Move.UNMERGE: _unmerge,
}
"""What the table cannot say: periods, numbers, and what waits for a decision."""


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
    if move is Move.EXTEND_DECIDE and finding.latest_extension is not None:
        return [finding.latest_extension.made]
    if move is Move.REFER_DECIDE and finding.latest_referral is not None:
        return [finding.latest_referral.made]
    return []
