"""What time alone brings: clocks of findings that have run out are told."""

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

    def run_out(self, work: Work, key: str, now: datetime) -> None:
        """Tell what has run out of one finding.

        Each step is saved by itself, so that each event shows the finding as it is after that step and no other.
        """
        finding = work.findings.get(key)
        if finding is None:
            return
        for step in self._rules.run_out(finding, now):
            finding.run_out(step, Stamp(_NOBODY, now))
            work.findings.save(finding)
        # Also where nothing was to be told by now: the county may have changed its periods.
        work.findings.save(finding)
