"""Facts and archived events as documents, and back."""

from dataclasses import fields
from typing import Any

from services.reporting.domain import rollups
from services.reporting.domain.case import KnownCase
from services.reporting.domain.counters import Counted
from services.reporting.domain.fact import Fact, findings_of
from services.reporting.domain.rollups import Share
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
        changed_at=document["changed_at"],
        assignment=document["assignment"],
        warnings=dict(document["warnings"]),
        cases=dict(document["cases"]),
        notices=dict(document["notices"]),
    )


def of_case(case: KnownCase) -> Document:
    return {
        "_id": case.id,
        "sequence": case.sequence,
        "told": case.told,
        "findings": list(case.findings),
    }


def to_case(document: Document) -> KnownCase:
    return KnownCase(document["_id"], document["sequence"], document["told"], tuple(document["findings"]))


def counted_of(document: Document | None) -> Counted | None:
    """What a fact that was read adds to its area."""
    if document is None or document["counted"] is None:
        return None
    area, counts = document["counted"]
    return area, dict(counts)


def share_of(document: Document | None) -> Share | None:
    """What a fact that was read adds to the rollups."""
    return None if document is None else rollups.share_of(to_fact(document), View(**document["view"]))


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
