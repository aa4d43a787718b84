"""The ways to findings: which index leads to what a filter asks for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pymongo.collection import Collection

from services.findings.application.queries import Filters
from services.findings.domain.calendar import end_of, start_of
from services.findings.domain.moves import OPEN
from shared.persistence.searching import Way

Document = dict[str, Any]
LEVELS = (6, 9, 12)
"""Digits of the codes that a finding's `reach` holds."""
DAY_FIELDS = {"found": "found_at", "posted": "created_at", "closed": "closed_at"}
_REACH = "reach_1__id_-1"
_OPEN = {"status": {"$in": sorted(OPEN)}}


def ways_to(filters: Filters, reach: str, now: datetime, responsible: Collection[Document]) -> Iterator[Way]:
    """The first leads to everything that concerns `reach`. Status comes early: team and group are narrower."""
    yield Way({"reach": reach}, _REACH)
    if filters.unit is not None and len(filters.unit) in LEVELS:
        yield Way({"reach": filters.unit}, _REACH)
    if filters.open_only:
        yield Way(_OPEN, "status_1__id_-1")
    for name in ("status", "team", "group", "campaign"):
        if (value := getattr(filters, name)) is not None:
            yield Way({name: value}, f"{name}_1__id_-1")
    if filters.flagged:
        yield Way({"flagged": True}, "flagged_1__id_-1")
    if filters.responsible is not None:
        yield Way({"cadres": filters.responsible}, "cadres_1__id_-1", keys_in=responsible)
    yield from _ways_out_of_order(filters, now)


def _ways_out_of_order(filters: Filters, now: datetime) -> Iterator[Way]:
    if filters.number is not None:
        yield Way({"number": filters.number}, "number_1", in_order=False)
    if filters.source_ref:
        yield Way({"source_ref": filters.source_ref}, "source_ref_1_source_team_1", in_order=False)
    if filters.overdue:
        yield Way(_OPEN, "status_1__id_-1")
        yield Way({"overdue_from": {"$lte": now}}, "overdue_from_1__id_-1", in_order=False)
    if filters.due_before is not None:
        yield Way({"due_at": {"$lt": filters.due_before}}, "due_at_1__id_-1", in_order=False)
    if days := days_of(filters):
        field = DAY_FIELDS[filters.date]
        # What is closed is in an index of its own.
        closed = {"status": "closed"} if field == "closed_at" else {}
        yield Way({**closed, field: days}, f"{field}_1__id_-1", in_order=False)


def days_of(filters: Filters) -> Document:
    """The bounds of the days that are asked for."""
    bounds: Document = {}
    if filters.since is not None:
        bounds["$gte"] = start_of(filters.since)
    if filters.until is not None:
        bounds["$lt"] = end_of(filters.until)
    return bounds
