"""What time alone brings: clocks that have run out are told, so many findings in one transaction."""

from datetime import datetime

from services.findings.application.ports import Work
from services.findings.domain.levels import ClockRules
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Stamp

_NOBODY = Actor("system", "system")


class FindingClocks:
    """Tells what has run out by the county's `rules`."""

    def __init__(self, rules: ClockRules) -> None:
        self._rules = rules

    def run_out(self, work: Work, now: datetime, limit: int) -> int:
        """Tell what has run out of at most `limit` findings; of how many something had.

        Each step is saved by itself, so that each event shows the finding as it is after that step and no other.
        """
        findings = work.findings.to_wake(now, limit)
        made = Stamp(_NOBODY, now)
        for finding in findings:
            for step in self._rules.run_out(finding, now):
                finding.run_out(step, made)
                work.findings.save(finding)
            # Also where nothing was to be told by now: the county may have changed its periods.
            work.findings.save(finding)
        return len(findings)
