"""What the data of several events is made of."""

from datetime import date, datetime
from typing import Any

from services.accountability.domain.events import DomainEvent
from services.accountability.domain.rules import Because

Part = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def change(event: DomainEvent, move: str, note: str | None = None) -> Part:
    return {"move": move, "at": moment(event.at), "by": event.by, "note": note}


def because(one: Because) -> Part:
    return {"rule": one.rule, "version": one.version, "facts": dict(one.facts)}
