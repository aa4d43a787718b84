"""What time alone brings: clocks that have run out are told, so many findings in one transaction."""

from datetime import datetime

from services.findings.application.ports import Work
from services.findings.domain.finding import Finding
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
        for finding in findings:
            self._tell(work, finding, now)
        return len(findings)

    def run_out_of(self, work: Work, key: str, now: datetime) -> None:
        """The same of one finding."""
        finding = work.findings.get(key)
        if finding is not None:
            self._tell(work, finding, now)

    def _tell(self, work: Work, finding: Finding, now: datetime) -> None:
        for step in self._rules.run_out(finding, now):
            finding.run_out(step, Stamp(_NOBODY, now))
            work.findings.save(finding)
        # Also where nothing was to be told by now: the county may have changed its periods.
        work.findings.save(finding)
