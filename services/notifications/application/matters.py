"""Events as matters: what this release can tell people of, and which words of a policy make sense for it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from services.notifications.application import bulletin_matters, case_matters
from services.notifications.domain.matter import Matter, Responsible
from shared.contracts.accountability import (
    RESPONSIBILITY_ASSIGNED_V1,
    RESPONSIBILITY_CORRECTED_V1,
    RESPONSIBILITY_UNRESOLVED_V1,
    WARNING_ISSUED_V1,
    WARNING_REVOKED_V1,
)
from shared.contracts.envelope import Event
from shared.contracts.findings import (
    CLOCK_DUE_V1,
    FINDING_BLOCKED_V1,
    FINDING_CLOSED_V1,
    FINDING_DISPUTE_DECIDED_V1,
    FINDING_EXTENDED_V1,
    FINDING_OVERDUE_V1,
    FINDING_REPORTED_V1,
    FINDING_RESUMED_V1,
    FINDING_RETURNED_V1,
    FINDING_WITHDRAWN_V1,
)

ASSIGNMENTS = frozenset({RESPONSIBILITY_ASSIGNED_V1})
"""What tells of the assignment of a finding: who has a notice of that already gets no second one."""
MOVES = (
    FINDING_REPORTED_V1,
    FINDING_RETURNED_V1,
    FINDING_CLOSED_V1,
    FINDING_BLOCKED_V1,
    FINDING_RESUMED_V1,
    FINDING_EXTENDED_V1,
    FINDING_DISPUTE_DECIDED_V1,
    FINDING_WITHDRAWN_V1,
)
"""What happened to a finding, told to whom a row of the table names; `move` and `status` tell its kinds apart."""
_EVERYONE = frozenset({"unit", "team", "office"})
_CHAIN = frozenset({"direct", "line_leader", "principal_leader"}) | _EVERYONE
SELECTABLE: Mapping[str, frozenset[str]] = {
    RESPONSIBILITY_ASSIGNED_V1: _CHAIN,
    RESPONSIBILITY_CORRECTED_V1: _EVERYONE | {"added", "removed"},
    RESPONSIBILITY_UNRESOLVED_V1: _CHAIN,
    WARNING_ISSUED_V1: _EVERYONE | {"cadre"},
    WARNING_REVOKED_V1: _EVERYONE | {"cadre", "told"},
    FINDING_OVERDUE_V1: _CHAIN,
    CLOCK_DUE_V1: _CHAIN,
    **dict.fromkeys(MOVES, _CHAIN),
    **case_matters.SELECTABLE,
    **bulletin_matters.SELECTABLE,
}


def matter_of(event: Event) -> Matter | None:
    """The matter, None when nobody is to be told: an old ledger that was taken over, or nothing (left) to tell."""
    if case_matters.speaks_of_a_case(event):
        return case_matters.matter_of(event)
    if bulletin_matters.speaks_of_a_bulletin(event):
        return bulletin_matters.matter_of(event)
    reader = _READERS.get(event.type)
    if reader is None or summary_of(event).get("historical"):
        return None
    return reader(event)


def summary_of(event: Event) -> Mapping[str, Any]:
    """What the event says of the finding: a finding's own event says it of itself."""
    summary: Mapping[str, Any] = event.data.get("summary", event.data)
    return summary


def _assigned(event: Event) -> Matter | None:
    chain = _chain(event.data)
    return Matter(**_common(event), responsible=chain) if chain else None


def _corrected(event: Event) -> Matter | None:
    added, removed = _people(event.data.get("added", ())), _people(event.data.get("removed", ()))
    if not added and not removed:
        return None
    return Matter(
        **_common(event),
        responsible=(*added, *removed),
        added=tuple(one.cadre for one in added),
        removed=tuple(one.cadre for one in removed),
    )


def _unresolved(event: Event) -> Matter | None:
    if event.data["missing"] is None:
        return None
    return Matter(**_common(event), responsible=_chain(event.data))


def _warning(event: Event) -> Matter:
    warned = Responsible(event.data["cadre"], event.data["name"], "")
    return Matter(**_common(event), warning=event.data["warning"], cadre=warned.cadre, responsible=(warned,))


def _overdue(event: Event) -> Matter:
    traits = {"level": event.data.get("level", 0)}
    return Matter(**_common(event), responsible=_chain(event.data), traits=traits)


def _moved(event: Event) -> Matter:
    traits = {"move": event.data["change"]["move"], "status": event.data["status"]}
    return Matter(**_common(event), responsible=_chain(event.data), traits=traits)


def _clock(event: Event) -> Matter:
    clock = event.data["clock"]
    traits = {"stage": clock["stage"], "rule": clock["rule"]}
    if late := event.data.get("self_check"):
        # Its area is asked, not those who answer for the finding because of which it is.
        return Matter(**{**_common(event), "units": (late["area"],)}, responsible=(), traits=traits)
    return Matter(**_common(event), responsible=_chain(event.data), traits=traits)


def _common(event: Event) -> dict[str, Any]:
    summary = summary_of(event)
    return {
        "event": event.id,
        "event_type": event.type,
        "finding": event.data["finding"],
        "area": summary["area"],
        "team": summary["team"],
        "units": tuple(summary["units"]),
        "severity": summary["severity"],
        "immediate": summary["immediate"],
        "since": datetime.fromisoformat(summary["found_at"]),
    }


def _chain(data: Mapping[str, Any]) -> tuple[Responsible, ...]:
    # Findings tells ids and duties alone, the nearest first; the register of cadres has the names.
    return _people(data.get("responsible", ()))


def _people(told: Iterable[Mapping[str, Any]]) -> tuple[Responsible, ...]:
    return tuple(
        Responsible(one["cadre"], one.get("name", ""), one["role"], one.get("area") or "") for one in told
    )


_READERS: Mapping[str, Callable[[Event], Matter | None]] = {
    RESPONSIBILITY_ASSIGNED_V1: _assigned,
    RESPONSIBILITY_CORRECTED_V1: _corrected,
    RESPONSIBILITY_UNRESOLVED_V1: _unresolved,
    WARNING_ISSUED_V1: _warning,
    WARNING_REVOKED_V1: _warning,
    FINDING_OVERDUE_V1: _overdue,
    CLOCK_DUE_V1: _clock,
    **dict.fromkeys(MOVES, _moved),
}
