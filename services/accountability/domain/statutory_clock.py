"""Statutory clocks 法定时限: a period of law that runs from an event, is told before and at its end, and is stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.calendar import WorkingCalendar, day_of, end_of
from services.accountability.domain.effect import add_months
from services.accountability.domain.errors import InvalidError, InvalidTransitionError
from services.accountability.domain.events import ClockRanOut
from services.accountability.domain.measure_kinds import Source
from services.accountability.domain.measure_parts import Grounds

DAY, WORKING_DAY, MONTH = UNITS = ("day", "working_day", "month")
BEFORE_SERVICE, AFTER_SERVICE = STAGES = ("before_service", "after_service")
BEFORE, DUE = "before", "due"
EVENT, LAPSE, HAND = ENDS = ("event", "lapse", "hand")
LAPSED, DONE = "lapsed", "done"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A period: what starts and stops it (event types), and what it counts from. `ends` says how else it ends: a right
    that nobody used lapses with its period; what no event tells of is reported by hand."""

    id: str
    title: str
    trigger: str
    since: str
    families: frozenset[str]
    bodies: frozenset[str]
    unit: str
    count: int
    remind_days: int
    stops: tuple[str, ...]
    stage: str
    law: Source
    ends: str = EVENT

    @property
    def subject(self) -> str:
        """Which document it is about: case, measure or appeal."""
        return self.trigger.partition(".")[0]

    def starts_with(self, event: str, data: Mapping[str, Any]) -> bool:
        return (
            event == self.trigger
            and (not self.families or data.get("family") in self.families)
            and (not self.bodies or data.get("deciding_body") in self.bodies)
        )

    def stops_with(self, event: str, status: str | None) -> bool:
        return event in self.stops or f"{event}:{status}" in self.stops

    def last_day(self, first: date, calendar: WorkingCalendar) -> tuple[date, bool]:
        """The last day of the period that `first` begins, itself not counted; and whether that may still change."""
        if self.unit == WORKING_DAY:
            found = calendar.after(first, self.count)
            return found.day, found.provisional
        if self.unit == MONTH:
            return add_months(first, self.count), False
        return first + timedelta(days=self.count), False


@dataclass(frozen=True, slots=True)
class About:
    """What a clock is about: `key` is the id of the case, measure or appeal itself."""

    key: str
    grounds: Grounds
    measure: str | None = None
    cadre: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was to be done by then, as reported by hand."""

    on: date
    note: str
    by: str


@dataclass(slots=True, kw_only=True)
class StatutoryClock(Aggregate):
    """One period, running until it is stopped. It ends with the day `due_on`; what it rests on is kept with it."""

    rule: str
    title: str
    stage: str
    law: Source
    about: About
    started_on: date
    due_on: date
    provisional: bool
    remind_at: datetime
    ends: str = EVENT
    told: str | None = None
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    done: Done | None = None

    @classmethod
    def start(
        cls,
        clock_id: str,
        rule: ClockRule,
        about: About,
        first: date,
        calendar: WorkingCalendar,
        at: datetime,
    ) -> "StatutoryClock":
        """It runs from the day after `first`."""
        due_on, provisional = rule.last_day(first, calendar)
        clock = cls(
            id=clock_id,
            created_at=at,
            updated_at=at,
            rule=rule.id,
            title=rule.title,
            stage=rule.stage,
            law=rule.law,
            about=about,
            started_on=first,
            due_on=due_on,
            provisional=provisional,
            remind_at=end_of(due_on) - timedelta(days=rule.remind_days),
            ends=rule.ends,
        )
        clock.changed(at)
        return clock

    @property
    def due_at(self) -> datetime:
        """24:00 of the last day: until then it is in time."""
        return end_of(self.due_on)

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    @property
    def moves(self) -> tuple[str, ...]:
        """What may be done with it now."""
        return ("done",) if self.running and self.ends == HAND else ()

    @property
    def wake_at(self) -> datetime | None:
        """When there will be something to tell; nothing any more once its end was told."""
        if not self.running or self.told == DUE:
            return None
        return self.due_at if self.told == BEFORE else self.remind_at

    def stop(self, at: datetime, by: str) -> bool:
        """What was to be done is done, or no longer to be; `by` is the event. False when it ran no more."""
        if not self.running:
            return False
        self.stopped_at, self.stopped_by = at, by
        self.changed(at)
        return True

    def report(self, done: Done, at: datetime) -> None:
        """It is done, which no event tells.

        Raises:
            InvalidTransitionError: it runs no more, or an event ends it.
            InvalidError: it was done before the period began, or lies in the future.
        """
        if not self.moves:
            raise InvalidTransitionError(
                "done", "clock", "running" if self.running else "stopped", self.moves
            )
        if not self.started_on <= done.on <= day_of(at):
            raise InvalidError({"done_on": [f"lies between {self.started_on.isoformat()} and today"]})
        self.done = done
        self.stop(at, DONE)

    def follow(self, grounds: Grounds, at: datetime) -> bool:
        """Who may know of its case, or where it belongs, has changed."""
        if grounds == self.about.grounds:
            return False
        self.about = About(self.about.key, grounds, self.about.measure, self.about.cadre)
        self.changed(at)
        return True

    def run_out(self, now: datetime) -> bool:
        """Tell once that it will end soon, and once that it has; a reminder after the end is not told any more."""
        stage = DUE if self.due_at <= now else BEFORE
        if self.wake_at is None or now < self.wake_at or stage == self.told:
            return False
        self.told = stage
        self.changed(now)
        self.pending.append(ClockRanOut(now, stage=stage))
        if stage == DUE and self.ends == LAPSE:
            self.stop(now, LAPSED)
        return True


class ClockRules:
    """Every rule in all its versions."""

    def __init__(self, rules: Sequence[ClockRule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.law.valid_from))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.id for rule in self.rules))

    def rule(self, rule_id: str, on: date) -> ClockRule:
        """The newest row valid on a day; the first one where none was valid yet.

        Raises:
            KeyError: no such rule.
        """
        rows = [rule for rule in self.rules if rule.id == rule_id]
        if not rows:
            raise KeyError(rule_id)
        valid = [rule for rule in rows if rule.law.valid_from <= on]
        return valid[-1] if valid else rows[0]

    def started_by(self, event: str, data: Mapping[str, Any]) -> list[str]:
        """The rules of which this event starts a clock."""
        return list(dict.fromkeys(rule.id for rule in self.rules if rule.starts_with(event, data)))

    def stopped_by(self, event: str, status: str | None) -> list[ClockRule]:
        """The rules of which this event stops the clocks, one row each."""
        found = {rule.id: rule for rule in self.rules if rule.stops_with(event, status)}
        return list(found.values())


def first_day(value: str | None) -> date | None:
    """The day that a time or a day of an event's data stands for."""
    if not value:
        return None
    if len(value) == len("2026-01-01"):
        return date.fromisoformat(value)
    return day_of(datetime.fromisoformat(value))
