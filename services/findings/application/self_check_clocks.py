"""Self-checks that are late: unit and office are told at each overdue level, once, as of any finding."""

from datetime import datetime

from services.findings.application.self_checks import CheckWork
from services.findings.domain.events import ClockDue
from services.findings.domain.levels import Alarm, ClockRules
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Stamp

_NOBODY = Actor("system", "system")


class SelfCheckClocks:
    """Tells what has run out by the county's `rules`."""

    def __init__(self, rules: ClockRules) -> None:
        self._rules = rules

    def run_out(self, work: CheckWork, key: str, now: datetime) -> None:
        """Tell of one self-check what it has reached."""
        check = work.self_checks.get(key)
        if check is None:
            return
        finding = work.findings.get_many([check.finding])[check.finding]
        for step in [step for step in check.levels(self._rules) if step.at <= now]:
            check.level = step.level
            status, made = finding.status, Stamp(_NOBODY, now)
            event = ClockDue(Alarm.SELF_CHECK, made, status, status, details={"due_at": step.at})
            work.self_checks.tell(check, finding, event)
        # Also where nothing was to be told by now: the county may have changed its periods.
        work.self_checks.save(check)
