"""What the world is told: private events of a finding as public contracts. What is not in the table stays private."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.findings.domain import events
from services.findings.domain.calendar import SHANGHAI
from services.findings.domain.events import FindingEvent
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Status
from shared.contracts import findings as contracts
from shared.contracts.areas import Areas

CONTRACTS: Mapping[type[FindingEvent], str] = {
    events.Posted: contracts.FINDING_POSTED_V1,
    events.Accepted: contracts.FINDING_ACCEPTED_V1,
    events.Planned: contracts.FINDING_PLANNED_V1,
    events.Reported: contracts.FINDING_REPORTED_V1,
    events.Returned: contracts.FINDING_RETURNED_V1,
    events.Closed: contracts.FINDING_CLOSED_V1,
    events.Disputed: contracts.FINDING_DISPUTED_V1,
    events.DisputeDecided: contracts.FINDING_DISPUTE_DECIDED_V1,
    events.Blocked: contracts.FINDING_BLOCKED_V1,
    events.BlockGranted: contracts.FINDING_BLOCKED_V1,
    events.Resumed: contracts.FINDING_RESUMED_V1,
    events.Withdrawn: contracts.FINDING_WITHDRAWN_V1,
    events.Amended: contracts.FINDING_AMENDED_V1,
    # A merged finding counts as withdrawn: whoever was told of it hears so, warnings included (decision 0009).
    events.MergedInto: contracts.FINDING_WITHDRAWN_V1,
    events.Unmerged: contracts.FINDING_RESUMED_V1,
}


def state(finding: Finding, event: FindingEvent, areas: Areas) -> dict[str, Any]:
    """The whole public state after `event`, as plain JSON values. It does not know of cases."""
    facts, report = finding.facts, finding.latest_report
    block = finding.latest_block if finding.status is Status.BLOCKED else None
    return {
        "finding": finding.id,
        "number": finding.number.text,
        "version": finding.version,
        **_told(finding, areas),
        "status": finding.status.value,
        "deadline": finding.due.day.isoformat(),
        "due_at": _text(finding.due.at),
        "review_on": block.review_on.isoformat() if block else None,
        "units": list(facts.units),
        "named_responsible": list(facts.responsible),
        "flags": {"overdue": finding.is_overdue(event.made.at), "supervised": finding.supervised},
        "returned_count": finding.returned_count,
        "extensions": finding.extensions,
        "evidence": list(finding.evidence),
        "recurrence_of": finding.recurrence_of,
        "historical": finding.historical,
        "reported_at": _text(report.made.at) if report else None,
        "closed_at": _text(finding.closed_at) if finding.closed_at else None,
        "change": _change(event),
    }


def _told(finding: Finding, areas: Areas) -> dict[str, Any]:
    facts = finding.facts
    return {
        "source_ref": facts.source_ref,
        "team": facts.team,
        "method": facts.method,
        "found_at": _text(facts.found_at),
        "posted_at": _text(finding.posted.at),
        "area": facts.area,
        "area_name": areas.name(facts.area),
        "place": {"name": facts.place.name, "kind": facts.place.kind},
        "category": facts.category,
        "severity": facts.severity,
        "description": facts.description,
        "suggestion": facts.suggestion,
        "immediate": facts.immediate,
        "count": facts.count,
        "group": facts.group,
    }


def _change(event: FindingEvent) -> dict[str, Any]:
    """What happened; who by role only, since the event goes everywhere."""
    change = {"move": event.move.value, "at": _text(event.made.at), "by": event.made.by.role}
    return change if event.note is None else {**change, "note": event.note}


def _text(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()
