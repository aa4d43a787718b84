"""What follows from a fact: when the responsible were told and signed, and how it stands with its deadline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.reporting.domain.calendar import end_of
from services.reporting.domain.fact import Fact, Part

STATUSES = ("issued", "rectifying", "reported", "blocked", "disputed", "closed", "withdrawn")
RUNNING = ("issued", "rectifying")
"""In these the unit is at work, and the deadline holds."""
FINISHED_CASE = ("closed", "dismissed")
_ASSIGNED = "responsibility.assigned.v1"
_UNIT = "unit:"
_DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class View:
    """`updated_at` moves with what everyone may see; never with warnings and cases, of which not everyone may learn.

    `overdue_from`: the moment from which the finding is overdue if nothing happens until then. `past_from`: from
    which it is past its deadline; differs where it waits on others after the deadline had passed. Both None when
    there is no such moment.
    """

    assigned_at: datetime | None
    notified_at: datetime | None
    signed_at: datetime | None
    updated_at: datetime | None
    overdue_from: datetime | None
    past_from: datetime | None
    on_time: bool
    rectified_seconds: float | None


def view(fact: Fact) -> View:
    """Everything that follows from a fact, whatever day it is."""
    told = [notice for notice in fact.notices.values() if notice["event_type"] == _ASSIGNED]
    assignment = fact.assignment if fact.assignment and fact.assignment["responsible"] else None
    state: Mapping[str, Any] = fact.state or {}
    overdue_from = _overdue_from(state)
    return View(
        assigned_at=assignment["assigned_at"] if assignment else None,
        notified_at=min((notice["queued_at"] for notice in told), default=None),
        signed_at=min(_signatures(told, assignment), default=None),
        updated_at=max(_seen(fact, told), default=None),
        overdue_from=overdue_from,
        past_from=_past_from(fact, overdue_from),
        on_time=_on_time(state),
        rectified_seconds=_rectified(state),
    )


def is_overdue(overdue_from: datetime | None, now: datetime) -> bool:
    """Whether the finding should have been mended by now."""
    return overdue_from is not None and overdue_from <= now


def _signatures(told: list[Part], assignment: Part | None) -> Iterator[datetime]:
    """Signatures of direct cadres and units; of the leaders where there is no direct cadre to be told."""
    responsible = assignment["responsible"] if assignment else ()
    direct = {one["cadre"] for one in responsible if one["role"] == _DIRECT}
    counted = direct or {one["cadre"] for one in responsible}
    for notice in told:
        if notice["signed_at"] and (notice["recipient"] in counted or notice["recipient"].startswith(_UNIT)):
            yield notice["signed_at"]


def _seen(fact: Fact, told: list[Part]) -> Iterator[datetime]:
    if fact.changed_at is not None:
        yield fact.changed_at
    if fact.assignment is not None:
        yield fact.assignment["at"]
    yield from (notice["at"] for notice in told)


def _due(state: Mapping[str, Any]) -> datetime | None:
    if state.get("due_at") is not None:
        return state["due_at"]
    return end_of(date.fromisoformat(state["deadline"])) if state.get("deadline") else None


def _overdue_from(state: Mapping[str, Any]) -> datetime | None:
    due = _due(state)
    if due is None or state.get("historical"):
        return None
    if state["status"] in RUNNING:
        return _unless_waiting(due, state)
    if state["status"] != "blocked":
        return None
    if state.get("review_on"):
        return _unless_waiting(max(due, end_of(date.fromisoformat(state["review_on"]))), state)
    return due if state["flags"]["overdue"] else None


def _unless_waiting(late: datetime, state: Mapping[str, Any]) -> datetime | None:
    """While an extension is asked the deadline stands still; what was late before that stays late."""
    since = state.get("waiting_since")
    return late if since is None or late <= since else None


def _past_from(fact: Fact, overdue_from: datetime | None) -> datetime | None:
    state = fact.state or {}
    due = _due(state)
    if due is None or state.get("historical") or overdue_from == due:
        return overdue_from
    # While it waits on others no time runs against the unit: what counts is when the waiting began.
    waits_since = {
        "reported": state["reported_at"],
        "blocked": fact.changed_at,
        "disputed": state.get("waiting_since") or fact.changed_at,
    }
    since = waits_since.get(state["status"])
    return due if since is not None and since > due else overdue_from


def _on_time(state: Mapping[str, Any]) -> bool:
    if state.get("status") != "closed" or state["reported_at"] is None:
        return False
    due = _due(state)
    return due is None or bool(state["reported_at"] <= due)


def _rectified(state: Mapping[str, Any]) -> float | None:
    if state.get("status") != "closed" or state["reported_at"] is None:
        return None
    if state.get("historical"):
        # It was posted long after: what lies between tells nothing.
        return None
    return float((state["reported_at"] - state["posted_at"]).total_seconds())
