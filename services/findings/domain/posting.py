"""What a team does to what it posted, as long as nobody has taken it on: word it better, or take it back."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.findings.domain.errors import InvalidError
from services.findings.domain.events import Amended, Withdrawn
from services.findings.domain.facts import Place
from services.findings.domain.guards import require_open
from services.findings.domain.moves import Move, Status
from services.findings.domain.parts import Stamp

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding


def withdraw(finding: "Finding", made: Stamp, *, reason: str) -> None:
    """The team takes back what it posted in error."""
    require_open(finding, Move.WITHDRAW, made)
    finding.change(Withdrawn, Move.WITHDRAW, made, Status.WITHDRAWN, reason)


def amend(
    finding: "Finding", made: Stamp, *, description: str | None, suggestion: str | None, place: Place | None
) -> None:
    """The team words it better; the old words stay in the history."""
    new: dict[str, Any] = {"description": description, "suggestion": suggestion, "place": place}
    told = {name: value for name, value in new.items() if value is not None}
    if not told:
        raise InvalidError({"body": ["amends nothing"]})
    require_open(finding, Move.AMEND, made)
    old = {name: getattr(finding.facts, name) for name in told}
    finding.facts = replace(finding.facts, **told)
    finding.change(Amended, Move.AMEND, made, Status.ISSUED, details={"replaced": old})
