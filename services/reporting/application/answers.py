"""Rows of the ledger and the balance as callers see them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.reporting.application import scope
from services.reporting.domain.balance import Balance
from services.reporting.domain.fact import Fact
from services.reporting.domain.view import FINISHED_CASE, is_overdue, view
from shared.contracts.claims import Claims

Answer = dict[str, Any]
_KEPT = (
    "number", "status", "source_ref", "team", "method", "found_at", "posted_at", "area", "place", "category",
    "severity", "description", "suggestion", "immediate", "deadline", "due_at", "count", "group", "campaign", "units",
    "named_responsible", "returned_count", "extensions", "evidence", "recurrence_of", "historical", "reported_at",
    "closed_at", "version",
)  # fmt: skip


def row(fact: Fact, area_name: Callable[[str], str], to: Claims, now: datetime) -> Answer:
    """A row of the ledger: the finding's fields, and when its people were assigned, told, and signed."""
    state = fact.state
    assert state is not None, "stubs are in no ledger"
    seen = view(fact)
    responsible = fact.assignment["responsible"] if fact.assignment else ()
    return {
        "id": fact.id,
        **{name: state.get(name) for name in _KEPT},
        "area_name": area_name(state["area"]),
        "responsible": [{"cadre": one["cadre"], "role": one["role"]} for one in responsible],
        "flags": {
            "overdue": is_overdue(seen.overdue_from, now),
            "supervised": bool(state["flags"].get("supervised")),
            "referred": to.role in scope.KNOWS_CASES and _in_case(fact, to),
        },
        "similar": [],
        "assigned_at": seen.assigned_at,
        "notified_at": seen.notified_at,
        "signed_at": seen.signed_at,
        "created_at": state["posted_at"],
        "updated_at": seen.updated_at,
    }


def _in_case(fact: Fact, to: Claims) -> bool:
    """In a case that is not finished; one that is restricted shows to the auditor alone."""
    return any(
        case["status"] not in FINISHED_CASE and (to.role == scope.AUDITOR or not case["restricted"])
        for case in fact.cases.values()
    )


def balance(found: Balance) -> Answer:
    """Whether the services agree, and where they do not."""
    return {
        "balanced": found.balanced,
        "differences": [
            {"area": one.area, "status": one.status, "ledger": one.ledger, "findings": one.findings}
            for one in found.differences
        ],
        "checks": [
            {"name": one.name, "left": one.left, "right": one.right, "holds": one.holds}
            for one in found.checks
        ],
        "in_flight": found.in_flight,
        "services": dict(found.reachable),
    }
