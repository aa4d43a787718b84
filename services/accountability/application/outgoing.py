"""What of our events the outside is told, and in which words. What is not mapped here stays private."""

from collections.abc import Iterable
from typing import Any

from services.accountability.application.event_parts import because, change, moment
from services.accountability.application.outgoing_cases import case_message, measure_message
from services.accountability.application.outgoing_clocks import clock_message
from services.accountability.application.outgoing_execution import appeal_message, talk_message
from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.assignment import Assignment, Resolution, Responsible
from services.accountability.domain.case import Case
from services.accountability.domain.events import (
    AppealDecided,
    AppealLodged,
    CadreRegistered,
    CaseEvent,
    ClockRanOut,
    DomainEvent,
    ResponsibilityAssigned,
    ResponsibilityCorrected,
    ResponsibilityUnresolved,
    WarningIssued,
    WarningRevoked,
)
from services.accountability.domain.finding import Finding
from services.accountability.domain.measure import Measure
from services.accountability.domain.registers import Cadre
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.talk import Talk
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning
from shared.contracts import accountability as contract

Message = tuple[str, dict[str, Any]]


def message(document: Aggregate, event: DomainEvent) -> Message | None:
    """Event type and data, none for what stays private. The subject is the document's id."""
    match document, event:
        case Cadre(), CadreRegistered():
            return contract.CADRE_REGISTERED_V1, _cadre(document, event)
        case Assignment(), ResponsibilityAssigned():
            return contract.RESPONSIBILITY_ASSIGNED_V1, _assigned(document, event, "assigned")
        case Assignment(), ResponsibilityCorrected():
            return contract.RESPONSIBILITY_CORRECTED_V1, _corrected(document, event)
        case Unassigned(), ResponsibilityUnresolved():
            return contract.RESPONSIBILITY_UNRESOLVED_V1, _unresolved(document, event)
        case IssuedWarning(), WarningIssued():
            return contract.WARNING_ISSUED_V1, _warning(document, event, "issued")
        case IssuedWarning(), WarningRevoked():
            return contract.WARNING_REVOKED_V1, _warning(document, event, "revoked", event.reason)
    return _of_case(document, event)


def _of_case(document: Aggregate, event: DomainEvent) -> Message | None:
    match document, event:
        case Case(), CaseEvent():
            return case_message(document, event)
        case Measure(), _:
            return measure_message(document, event)
        case Talk(), _:
            return talk_message(document, event)
        case Appeal(), AppealLodged() | AppealDecided():
            return appeal_message(document, event)
        case StatutoryClock(), ClockRanOut():
            return clock_message(document, event)
    return None


def _cadre(cadre: Cadre, event: DomainEvent) -> dict[str, Any]:
    card = cadre.card
    return {
        "cadre": cadre.id,
        "name": card.name,
        "position": card.position,
        "unit": card.unit,
        "area": card.area,
        "identity": list(card.identity),
        "active": card.active,
        "version": cadre.version,
        "change": change(event, "registered"),
    }


def _resolved(finding: Finding, resolution: Resolution) -> dict[str, Any]:
    return {
        "finding": finding.id,
        "as_of": resolution.as_of.isoformat(),
        "responsible": _people(resolution.responsible),
        "missing": resolution.missing,
        "unknown_cadres": list(resolution.unknown),
        "summary": dict(finding.summary),
    }


def _assigned(assignment: Assignment, event: DomainEvent, move: str) -> dict[str, Any]:
    return {
        **_resolved(assignment.finding, assignment.resolution),
        "version": assignment.version,
        "assigned_at": moment(assignment.assigned_at),
        "change": change(event, move),
    }


def _corrected(assignment: Assignment, event: ResponsibilityCorrected) -> dict[str, Any]:
    return {
        **_assigned(assignment, event, "corrected"),
        "removed": _people(event.removed),
        "added": _people(event.added),
        "change": change(event, "corrected", event.reason),
    }


def _people(people: Iterable[Responsible]) -> list[dict[str, Any]]:
    return [{"cadre": one.cadre, "name": one.name, "role": one.role, "area": one.area} for one in people]


def _unresolved(entry: Unassigned, event: DomainEvent) -> dict[str, Any]:
    return {
        **_resolved(entry.finding, entry.resolution),
        "version": entry.version,
        "assigned_at": None,
        "change": change(event, "unresolved"),
    }


def _warning(
    warning: IssuedWarning, event: DomainEvent, move: str, note: str | None = None
) -> dict[str, Any]:
    return {
        "warning": warning.id,
        "finding": warning.finding.id,
        "cadre": warning.cadre,
        "name": warning.name,
        "status": warning.status,
        "because": [because(one) for one in warning.because],
        "summary": dict(warning.finding.summary),
        "issued_at": moment(warning.created_at),
        "version": warning.version,
        "change": change(event, move, note),
    }
