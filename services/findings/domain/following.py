"""What other services tell about a finding: who answers for it, and in which cases it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from services.findings.domain.parts import Responsible

if TYPE_CHECKING:
    from services.findings.domain.finding import Finding


def assign(finding: "Finding", responsible: Sequence[Responsible], at: datetime) -> None:
    """Who answers for it is known. Not a change of the finding itself, so its version stays."""
    finding.responsible = tuple(responsible)
    finding.updated_at = at


def enter_case(finding: "Finding", case: str, restricted: bool) -> None:
    """It is in a case. Nothing that others can see may change by this: not even `updated_at`."""
    finding.cases |= {case}
    finding.hidden_cases = finding.hidden_cases | {case} if restricted else finding.hidden_cases - {case}


def leave_case(finding: "Finding", case: str) -> None:
    """The case has ended, or goes on without it."""
    finding.cases -= {case}
    finding.hidden_cases -= {case}
