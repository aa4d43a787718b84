"""The ways to facts: which index leads to what a filter asks for."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pymongo.collection import Collection

from services.reporting.adapters.documents import LEVELS, Document
from services.reporting.adapters.projection import NEXT
from services.reporting.domain.calendar import end_of, start_of
from services.reporting.domain.filters import DAY_FIELDS, Filters
from services.reporting.domain.view import STATUSES
from shared.persistence.derived import Derivation
from shared.persistence.indexes import Index
from shared.persistence.postings import Searched, Texts, postings_index
from shared.persistence.searching import Way

FACTS, ARCHIVE, POSTINGS = "facts", "archive", "postings"
POSTED = [("state.posted_at", -1), ("_id", -1)]
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SOME = {"$gt": ""}
_OPEN = {"state.status": {"$in": sorted(set(STATUSES) - {"closed", "withdrawn"})}}

INDEXES = (
    # Lists, newest first: `_id` is a UUIDv7. Stubs reach nothing: they are in no list. Every event changes a fact,
    # and each index makes that dearer: a filter that still leaves many goes without one.
    Index(FACTS, [("reach", 1), ("_id", -1)]),
    Index(FACTS, [("state.status", 1), ("_id", -1)]),
    Index(FACTS, [("state.group", 1), ("_id", -1)], partial={"state.group": _SOME}),
    Index(FACTS, [("state.campaign", 1), ("_id", -1)], partial={"state.campaign": _SOME}),
    Index(FACTS, [("state.source_ref", 1)], partial={"state.source_ref": _SOME}),
    Index(FACTS, [("state.number", 1)]),
    postings_index(POSTINGS),
    Index(FACTS, [("state.found_at", 1), ("_id", -1)]),
    Index(FACTS, POSTED),
    Index(FACTS, [("state.closed_at", 1), ("_id", -1)], partial={"state.closed_at": {"$gt": _LONG_AGO}}),
    Index(FACTS, [("view.overdue_from", 1), ("_id", -1)]),
    # The way to facts by what changes with most events: in FACTS such an index would cost more than all others.
    Index(
        ARCHIVE, [("data.responsible.cadre", 1), ("data.finding", -1)], partial={"source": "accountability"}
    ),
)


def _texts(fact: Document) -> Texts:
    """What is searched of a fact; nothing while its finding was never told."""
    state = fact["state"]
    if state is None:
        return ()
    return *(state.get(name) for name in ("description", "suggestion", "number", "source_ref")), state[
        "place"
    ]["name"]


DERIVATION = Derivation(
    searched={
        FACTS: Searched(POSTINGS, _texts),
        FACTS + NEXT: Searched(POSTINGS + NEXT, _texts),
    }
)


def ways_to(filters: Filters, reach: str, now: datetime, archive: Collection[Document]) -> Iterator[Way]:
    """The first leads to everything that concerns `reach`."""
    yield Way({"reach": reach}, "reach_1__id_-1")
    if filters.unit is not None and len(filters.unit) in LEVELS:
        yield Way({"reach": filters.unit}, "reach_1__id_-1")
    if filters.overdue:
        yield Way(_OPEN, "state.status_1__id_-1")
    if filters.status is not None:
        yield Way({"state.status": filters.status}, "state.status_1__id_-1")
    yield from fixed_ways(filters)
    if filters.responsible is not None:
        told = {"source": "accountability", "data.responsible.cadre": filters.responsible}
        index = "data.responsible.cadre_1_data.finding_-1"
        yield Way(told, index, keys_in=archive, key="data.finding")
    if filters.overdue:
        yield Way({"view.overdue_from": {"$lte": now}}, "view.overdue_from_1__id_-1", in_order=False)
    if days := days_of(filters):
        field = f"state.{DAY_FIELDS[filters.date]}"
        index = f"{field}_{-1 if filters.date == 'posted' else 1}__id_-1"
        yield Way({field: days}, index, in_order=False)


def fixed_ways(filters: Filters) -> Iterator[Way]:
    """By what a finding has from its posting on for ever, and few others have."""
    for name in ("group", "campaign"):
        if value := getattr(filters, name):
            yield Way({f"state.{name}": value}, f"state.{name}_1__id_-1")
    for name in ("source_ref", "number"):
        if value := getattr(filters, name):
            yield Way({f"state.{name}": value}, f"state.{name}_1", in_order=False)


def days_of(filters: Filters) -> Document:
    """The bounds of the days that are asked for."""
    bounds: Document = {}
    if filters.since is not None:
        bounds["$gte"] = start_of(filters.since)
    if filters.until is not None:
        bounds["$lt"] = end_of(filters.until)
    return bounds
