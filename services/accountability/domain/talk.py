"""A talk 谈话 by which a measure is carried out: announced to the person, held and recorded, followed up 回访."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.calendar import day_of
from services.accountability.domain.disposition import TALK
from services.accountability.domain.errors import InvalidError, InvalidTransitionError
from services.accountability.domain.events import TalkRecorded, TalkScheduled
from services.accountability.domain.measure import Measure
from services.accountability.domain.measure_parts import Grounds, Person

NONE, SCHEDULED, RECORDED = "none", "scheduled", "recorded"


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and where it is to be held."""

    at: datetime
    place: str
    by: str


@dataclass(frozen=True, slots=True)
class Record:
    """What was said, between whom. The person signed it, or `refusal` notes why not. `by` entered it."""

    held_at: datetime
    place: str
    talkers: tuple[str, ...]
    recorder: str
    points: str
    statement: str
    refusal: str | None
    by: str

    def check(self, name: str, first_day: date, now: datetime) -> None:
        """Refuse a record that cannot be: `name` is the person's own, `first_day` that of the finding."""
        errors = day_errors("held_at", self.held_at, first_day, now)
        if self.recorder.strip() == name:
            errors["recorder"] = ["is the person talked to: somebody else keeps the record"]
        if name in (one.strip() for one in self.talkers):
            errors["talkers"] = ["hold the person talked to: two others hold the talk"]
        if errors:
            raise InvalidError(errors)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """回访: what was found when the person was visited again."""

    held_at: datetime
    note: str
    by: str


@dataclass(slots=True, kw_only=True)
class Talk(Aggregate):
    """One for each measure that is carried out by a talk. `follow_up_on` is set with the record."""

    measure: str
    kind: str
    grounds: Grounds
    person: Person
    appointment: Appointment | None = None
    record: Record | None = None
    follow_up_on: date | None = None
    follow_ups: tuple[FollowUp, ...] = ()

    @classmethod
    def of(cls, talk_id: str, measure: Measure, at: datetime) -> "Talk":
        """The talk of a measure, before anything is known of it.

        Raises:
            InvalidTransitionError: the measure is no talk, or stands no more.
        """
        if measure.form != TALK or not measure.standing:
            raise InvalidTransitionError("talk", "measure", measure.status, measure.moves_of("commission"))
        return cls(
            id=talk_id,
            created_at=at,
            updated_at=at,
            measure=measure.id,
            kind=measure.terms.kind,
            grounds=measure.grounds,
            person=measure.person,
        )

    @property
    def status(self) -> str:
        if self.record is not None:
            return RECORDED
        return NONE if self.appointment is None else SCHEDULED

    @property
    def moves(self) -> Sequence[str]:
        """What may be done with it now."""
        return ("talk/follow-up",) if self.record is not None else ("talk/schedule", "talk")

    def schedule(self, appointment: Appointment, first_day: date, at: datetime) -> None:
        """The person is told when and where; another time takes the place of the one before."""
        self._open("talk/schedule")
        if day_of(appointment.at) < first_day:
            raise InvalidError({"at": [_before(first_day)]})
        self.appointment = appointment
        self.changed(at)
        self.pending.append(TalkScheduled(at, appointment.by))

    def hold(self, record: Record, follow_up_days: int, at: datetime) -> None:
        """It was held; so many days later the person is visited again."""
        self._open("talk")
        self.record = record
        self.follow_up_on = day_of(record.held_at) + timedelta(days=follow_up_days)
        self.changed(at)
        self.pending.append(TalkRecorded(at, record.by))

    def follow_up(self, visit: FollowUp, at: datetime) -> None:
        """The person was visited again."""
        self._open("talk/follow-up")
        assert self.record is not None, "only then is the move open"
        if visit.held_at < self.record.held_at:
            raise InvalidError({"held_at": ["lies before the talk"]})
        if visit.held_at > at:
            raise InvalidError({"held_at": ["lies in the future"]})
        self.follow_ups = (*self.follow_ups, visit)
        self.changed(at)

    def follow(self, grounds: Grounds, at: datetime) -> bool:
        """Who may know of its case has changed."""
        if grounds == self.grounds:
            return False
        self.grounds = grounds
        self.changed(at)
        return True

    def _open(self, move: str) -> None:
        if move not in self.moves:
            raise InvalidTransitionError(move, "talk", self.status, self.moves)


def day_errors(field: str, moment: datetime, first_day: date, now: datetime) -> dict[str, list[str]]:
    """What happened lies between the day of the finding and now."""
    if moment > now:
        return {field: ["lies in the future"]}
    return {field: [_before(first_day)]} if day_of(moment) < first_day else {}


def _before(first_day: date) -> str:
    return f"lies before the day of the finding ({first_day.isoformat()})"
