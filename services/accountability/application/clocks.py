"""Statutory clocks, started and stopped by what the service tells of cases, measures and appeals; and run out."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from services.accountability.application.execution_commands import ReportClock
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import WorkingCalendar, day_of
from services.accountability.domain.errors import UnknownError
from services.accountability.domain.measure_parts import Grounds
from services.accountability.domain.statutory_clock import About, ClockRules, Done, StatutoryClock, first_day
from shared.contracts.claims import Claims


class Clocks:
    """Keeps the clocks by the county's `rules` on its `calendar`."""

    def __init__(self, rules: ClockRules, calendar: WorkingCalendar, new_id: Callable[[], str]) -> None:
        self.rules = rules
        self._calendar = calendar
        self._new_id = new_id

    def last_day(self, rule: str, first: date) -> date:
        """The last day on which what the rule asks for is in time."""
        return self.rules.rule(rule, first).last_day(first, self._calendar)[0]

    def last_day_of_appeal(self, family: str, deciding_body: str, served_at: datetime) -> date | None:
        """Through which day a measure may be appealed; None where no rule speaks of it."""
        data = {"family": family, "deciding_body": deciding_body}
        for rule in self.rules.started_by("measure.served.v1", data):
            first = day_of(served_at)
            if "appeal.lodged.v1" in self.rules.rule(rule, first).stops:
                return self.last_day(rule, first)
        return None

    def start(self, work: Work, rule: str, about: About, first: date, at: datetime) -> StatutoryClock:
        """A clock that runs from the day after `first`."""
        found = self.rules.rule(rule, first)
        clock = StatutoryClock.start(self._new_id(), found, about, first, self._calendar, at)
        work.clocks.save(clock)
        return clock

    def stop(self, work: Work, rule: str, key: str, case: str, at: datetime, by: str) -> None:
        """The clock of the rule about this document, where one is running."""
        for clock in work.clocks.about(rule, key, case):
            if clock.stop(at, by):
                work.clocks.save(clock)

    def heard(self, work: Work, event: str, data: Mapping[str, Any], at: datetime, first: bool) -> None:
        """What was told of a case, measure or appeal; `first`: nothing was told of it before."""
        if "case" not in data:
            return
        status = data.get("status")
        for rule in self.rules.stopped_by(event, status):
            key = data.get(rule.subject)
            if key is not None:
                self.stop(work, rule.id, key, data["case"], at, event)
        grounds = _grounds(data)
        if not first:
            self._follow(work, grounds, at)
        for rule_id in self.rules.started_by(event, data):
            self._begin(work, rule_id, data, grounds, at, first)

    def run_out(self, work: Work, clock_id: str, now: datetime) -> None:
        """Tell of one clock what time has brought."""
        clock = work.clocks.get(clock_id)
        if clock is not None and clock.run_out(now):
            work.clocks.save(clock)

    def report(self, work: Work, command: ReportClock, at: datetime) -> StatutoryClock:
        """What no event tells was done; for whoever may know of the case.

        Raises:
            UnknownError, InvalidTransitionError, InvalidError.
        """
        clock = work.clocks.get(command.id)
        if clock is None or not may_see_clock(clock, command.by):
            raise UnknownError("clock")
        command.seen(clock.version)
        clock.report(Done(command.done_on, command.note, command.by.sub), at)
        work.clocks.save(clock)
        return clock

    def _begin(
        self, work: Work, rule_id: str, data: Mapping[str, Any], grounds: Grounds, at: datetime, first: bool
    ) -> None:
        rule = self.rules.rule(rule_id, day_of(at))
        key, day = data.get(rule.subject), first_day(_at(data, rule.since))
        if key is None or day is None:
            return
        # One clock of a rule for each document: a second service of the same decision starts no second one.
        if not first and work.clocks.about(rule_id, key, grounds.case):
            return
        self.start(work, rule_id, About(key, grounds, data.get("measure"), data.get("cadre")), day, at)

    @staticmethod
    def _follow(work: Work, grounds: Grounds, at: datetime) -> None:
        for clock in work.clocks.of_case(grounds.case):
            if clock.follow(grounds, at):
                work.clocks.save(clock)


def may_see_clock(clock: StatutoryClock, by: Claims) -> bool:
    """Everywhere its case lies, and a restricted one only where he handles it."""
    grounds = clock.about.grounds
    hidden = grounds.restricted and by.sub not in grounds.handlers
    return not hidden and all(map(by.covers, grounds.areas))


def _grounds(data: Mapping[str, Any]) -> Grounds:
    return Grounds(
        case=data["case"],
        findings=tuple(data["findings"]),
        areas=tuple(data["areas"]),
        restricted=data["restricted"],
        handlers=tuple(data.get("handlers", ())),
    )


def _at(data: Mapping[str, Any], path: str) -> str | None:
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None
