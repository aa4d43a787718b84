"""What a printed record of a talk 谈话记录 says: the one paper with full names, for those who may read the talk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.accountability.domain.calendar import SHANGHAI
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import CadreCard
from services.accountability.domain.talk import Record, Talk

Label = Callable[[str, str], str]
"""What people read for a code: kind of code, code."""


@dataclass(frozen=True, slots=True)
class TalkSheet:
    """The values of the form; the words around them are the county's data. `decision` is number and day."""

    kind: str
    person: str
    position: str
    held_at: str
    place: str
    talkers: str
    recorder: str
    decided_by: str
    decision_no: str | None
    decided_on: str
    reason: str
    points: str
    statement: str
    refusal: str | None
    follow_up_on: str | None
    follow_ups: tuple[str, ...]


class RecordSetter(Protocol):
    """Sets a record as a document to edit and print."""

    def render(self, sheet: TalkSheet) -> bytes: ...


def sheet_of(
    talk: Talk, record: Record, measure: Measure, card: CadreCard | None, reason: str, label: Label
) -> TalkSheet:
    """The record of a talk; without a `card` the person is as the measure masks him."""
    terms = measure.terms
    held = record.held_at.astimezone(SHANGHAI)
    return TalkSheet(
        kind=terms.kind,
        person=measure.person.name if card is None else card.name,
        position="" if card is None else " ".join(dict.fromkeys((card.unit, card.position))),
        held_at=f"{_day(held.date())}{held.hour}时{held.minute:02}分",
        place=record.place,
        talkers="、".join(record.talkers),
        recorder=record.recorder,
        decided_by=label("deciding_body", terms.deciding_body),
        decision_no=terms.decision_no,
        decided_on=_day(terms.decided_on),
        reason=reason,
        points=record.points,
        statement=record.statement,
        refusal=record.refusal,
        follow_up_on=None if talk.follow_up_on is None else _day(talk.follow_up_on),
        follow_ups=tuple(
            f"{_day(one.held_at.astimezone(SHANGHAI).date())}:{one.note}" for one in talk.follow_ups
        ),
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
