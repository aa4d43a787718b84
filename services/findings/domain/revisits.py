"""回头看: which closed findings are looked at again, and by when. Derived from the finding: nothing is stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.findings.domain.calendar import day_of
from services.findings.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class RevisitRules:
    """The county's rules (revisits.yaml); `percent` by severity."""

    days: int
    returned_percent: int
    percent: Mapping[str, int]

    def due(self, finding: Finding) -> date | None:
        """The day of the revisit; None when it is not closed, or not among the chosen."""
        if finding.closed_at is None or finding.historical or _lot(finding.id) >= self._chance(finding):
            return None
        return day_of(finding.closed_at) + timedelta(days=self.days)

    def _chance(self, finding: Finding) -> int:
        more = self.returned_percent if finding.returned_count else 0
        # A finding with flags is drawn by as much more often as they weigh (review.py).
        return (self.percent[finding.facts.severity] + more) * finding.review_weight


def _lot(finding: str) -> int:
    """0 to 99, the same for the same finding for ever."""
    return int.from_bytes(hashlib.sha256(finding.encode()).digest()[:8], "big") % 100
