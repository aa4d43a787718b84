"""Which findings a ledger shows: the filters of contract sections 3 and 6, and what each of them means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.domain.calendar import end_of, start_of
from services.reporting.domain.fact import Fact
from services.reporting.domain.view import View, is_overdue

DAY_FIELDS = {"found": "found_at", "posted": "posted_at", "closed": "closed_at"}
SEARCHED = ("description", "suggestion", "number", "source_ref")
FIXED = ("team", "method", "group", "campaign", "source_ref", "number")
"""What a finding has from its posting on for ever."""
EXACT = ("status", "category", "severity", *FIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`reach` is the caller's area, `by_unit` whether it is reached by being a unit of the finding too.

    `since` and `until` are days, both included, of what `date` says.
    """

    reach: str
    by_unit: bool = False
    area: str | None = None
    status: str | None = None
    category: str | None = None
    severity: str | None = None
    team: str | None = None
    method: str | None = None
    overdue: bool | None = None
    responsible: str | None = None
    group: str | None = None
    campaign: str | None = None
    source_ref: str | None = None
    number: str | None = None
    unit: str | None = None
    due_before: datetime | None = None
    q: str | None = None
    since: date | None = None
    until: date | None = None
    date: str = "found"
    updated_since: datetime | None = None


def matches(filters: Filters, fact: Fact, seen: View, now: datetime) -> bool:
    """Whether a fact is shown. Says what every query over facts must mean."""
    state = fact.state
    if state is None or not _reached(filters, state):
        return False
    if any(getattr(filters, name) not in (None, state.get(name)) for name in EXACT):
        return False
    return all(
        _TESTS[name](filters, fact, seen, now) for name in _TESTS if getattr(filters, name) is not None
    )


def _reached(filters: Filters, state: Mapping[str, Any]) -> bool:
    within = state["area"].startswith(filters.reach)
    return within or (filters.by_unit and any(unit.startswith(filters.reach) for unit in state["units"]))


def _state(fact: Fact) -> Mapping[str, Any]:
    return fact.state or {}


def _holds(filters: Filters, fact: Fact) -> bool:
    wanted, state = str(filters.q).casefold(), _state(fact)
    texts = [state.get(name) for name in SEARCHED] + [state["place"]["name"]]
    return any(wanted in text.casefold() for text in texts if text)


def _from_day(filters: Filters, fact: Fact) -> bool:
    at = _state(fact).get(DAY_FIELDS[filters.date])
    return at is not None and filters.since is not None and bool(at >= start_of(filters.since))


def _to_day(filters: Filters, fact: Fact) -> bool:
    at = _state(fact).get(DAY_FIELDS[filters.date])
    return at is not None and filters.until is not None and bool(at < end_of(filters.until))


def _before(filters: Filters, fact: Fact) -> bool:
    due = _state(fact).get("due_at")
    return due is not None and filters.due_before is not None and bool(due < filters.due_before)


def _answers(filters: Filters, fact: Fact) -> bool:
    responsible = fact.assignment["responsible"] if fact.assignment else ()
    return any(one["cadre"] == filters.responsible for one in responsible)


_Test = Callable[[Filters, Fact, View, datetime], bool]
_TESTS: dict[str, _Test] = {
    "area": lambda filters, fact, seen, now: _state(fact)["area"].startswith(filters.area),
    "unit": lambda filters, fact, seen, now: filters.unit in _state(fact)["units"],
    "responsible": lambda filters, fact, seen, now: _answers(filters, fact),
    "overdue": lambda filters, fact, seen, now: is_overdue(seen.overdue_from, now) == filters.overdue,
    "due_before": lambda filters, fact, seen, now: _before(filters, fact),
    "updated_since": lambda filters, fact, seen, now: (
        seen.updated_at is not None
        and filters.updated_since is not None
        and seen.updated_at >= filters.updated_since
    ),
    "q": lambda filters, fact, seen, now: _holds(filters, fact),
    "since": lambda filters, fact, seen, now: _from_day(filters, fact),
    "until": lambda filters, fact, seen, now: _to_day(filters, fact),
}
