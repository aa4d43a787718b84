"""合并: a finding that is the same as another rests, and the other goes on for both; people do and undo it."""

from typing import TYPE_CHECKING

from services.findings.domain.events import Absorbed, MergedInto, Released, Unmerged
from services.findings.domain.guards import require_open
from services.findings.domain.moves import Move, Status
from services.findings.domain.parts import Merged, Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding


def merge(finding: "Finding", made: Stamp, *, into: str, reason: str) -> None:
    """合并: it is the same as another, which goes on for both. It stays readable and counts as withdrawn."""
    require_open(finding, Move.MERGE, made)
    finding.merged = Merged(into, finding.status)
    finding.change(MergedInto, Move.MERGE, made, Status.WITHDRAWN, reason, {"into": into})


def unmerge(finding: "Finding", made: Stamp, *, reason: str) -> None:
    """It was another one after all: back to where it came from."""
    require_open(finding, Move.UNMERGE, made)
    assert finding.merged is not None, "only a merged finding can be unmerged"
    merged, finding.merged = finding.merged, None
    finding.change(Unmerged, Move.UNMERGE, made, merged.came_from, reason, {"from": merged.into})


def absorb(finding: "Finding", made: Stamp, *, other: str, reason: str) -> None:
    """Another is merged into it."""
    finding.absorbed = (*finding.absorbed, other)
    finding.change(Absorbed, Move.MERGE, made, finding.status, reason, {"absorbed": other})


def release(finding: "Finding", made: Stamp, *, other: str, reason: str) -> None:
    """Another goes its own way again."""
    finding.absorbed = tuple(one for one in finding.absorbed if one != other)
    finding.change(Released, Move.UNMERGE, made, finding.status, reason, {"released": other})
