"""Facts, archived events and bulletins as documents, and back."""

from dataclasses import asdict, fields
from datetime import UTC, date, datetime, time
from typing import Any

from services.reporting.domain.bulletin import Bulletin, Item
from services.reporting.domain.counters import Counted
from services.reporting.domain.fact import Fact, findings_of
from services.reporting.domain.view import View
from shared.contracts.envelope import Event

Document = dict[str, Any]
LEVELS = (6, 9, 12)
"""Digits of the codes of counties, townships and villages."""
_VIEW = tuple(field.name for field in fields(View))


def of_fact(fact: Fact, seen: View, counted: Counted | None) -> Document:
    """`view` holds what follows from the fact, for queries; `counted` what it adds to its area; `reach` the areas
    that it is found under, by its own area or by its units."""
    return {
        "_id": fact.id,
        "reach": _reach(fact),
        "sequence": fact.sequence,
        "state": fact.state,
        "told_at": fact.told_at,
        "changed_at": fact.changed_at,
        "assignment": fact.assignment,
        "warnings": fact.warnings,
        "cases": fact.cases,
        "notices": fact.notices,
        "view": {name: getattr(seen, name) for name in _VIEW},
        "counted": None if counted is None else [counted[0], [[name, n] for name, n in counted[1].items()]],
    }


def _reach(fact: Fact) -> list[str]:
    if fact.state is None:
        return []
    codes = (fact.state["area"], *fact.state["units"])
    return sorted({code[:length] for code in codes for length in LEVELS if len(code) >= length})


def to_fact(document: Document) -> Fact:
    """The parts are copied: what was read stays as it was read."""
    return Fact(
        id=document["_id"],
        sequence=document["sequence"],
        state=document["state"],
        told_at=document["told_at"],
        changed_at=document["changed_at"],
        assignment=document["assignment"],
        warnings=dict(document["warnings"]),
        cases=dict(document["cases"]),
        notices=dict(document["notices"]),
    )


def counted_of(document: Document | None) -> Counted | None:
    """What a fact that was read adds to its area."""
    if document is None or document["counted"] is None:
        return None
    area, counts = document["counted"]
    return area, dict(counts)


def of_event(event: Event) -> Document:
    """`findings` are those that it speaks of."""
    return {
        "_id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "sequence": event.sequence,
        "correlationid": event.correlationid,
        "causationid": event.causationid,
        "data": event.data,
        "findings": findings_of(event.data),
    }


def to_event(document: Document) -> Event:
    names = ("source", "type", "subject", "time", "sequence", "correlationid", "causationid", "data")
    return Event(id=document["_id"], **{name: document[name] for name in names})


def of_bulletin(bulletin: Bulletin) -> tuple[Document, list[Document]]:
    """The bulletin, and its items: each a document of its own, since a bulletin has no bound on their length."""
    head = {field.name: getattr(bulletin, field.name) for field in fields(Bulletin)}
    del head["items"]
    items = [
        {"_id": f"{bulletin.id}:{place:06}", **asdict(item)} for place, item in enumerate(bulletin.items)
    ]
    days = {name: _midnight(head[name]) for name in ("since", "until")}
    return {"_id": head.pop("id"), **head, **days}, items


def to_bulletin(document: Document, items: list[Document]) -> Bulletin:
    rest = {name: value for name, value in document.items() if name != "_id"}
    rest |= {name: rest[name].date() for name in ("since", "until")}
    kept = tuple(Item(**{name: value for name, value in item.items() if name != "_id"}) for item in items)
    return Bulletin(id=document["_id"], items=kept, **rest)


def _midnight(day: date) -> datetime:
    """A day as the database keeps it."""
    return datetime.combine(day, time.min, UTC)
