"""What the world is told: private events of a finding as public contracts. What is not in the table stays private."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.findings.domain import events
from services.findings.domain.calendar import SHANGHAI
from services.findings.domain.events import ClockDue, FindingEvent
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Status
from services.findings.domain.parts import Block
from services.findings.domain.self_check import SelfCheck
from shared.contracts import findings as contracts
from shared.contracts.areas import Areas

_STAGE = "finding"
"""A clock of a finding is no secret, as those of a case are."""
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
    events.ExtensionAsked: contracts.FINDING_EXTENDED_V1,
    events.ExtensionGranted: contracts.FINDING_EXTENDED_V1,
    events.ExtensionRefused: contracts.FINDING_EXTENDED_V1,
    events.Transferred: contracts.FINDING_TRANSFERRED_V1,
    # Only a referral that was granted is told: what was only asked, or refused, is nobody's business.
    events.ReferralGranted: contracts.FINDING_REFERRED_V1,
    events.Revisited: contracts.FINDING_REVISITED_V1,
    # What else others know of it has changed.
    events.Supervised: contracts.FINDING_AMENDED_V1,
    events.EvidenceAdded: contracts.FINDING_AMENDED_V1,
    events.HandedOver: contracts.FINDING_AMENDED_V1,
    events.Recomputed: contracts.FINDING_AMENDED_V1,
    events.Overdue: contracts.FINDING_OVERDUE_V1,
    events.ClockDue: contracts.CLOCK_DUE_V1,
    # A merged finding counts as withdrawn: whoever was told of it hears so, warnings included (decision 0012).
    events.MergedInto: contracts.FINDING_WITHDRAWN_V1,
    events.Unmerged: contracts.FINDING_RESUMED_V1,
}


def clock_subject(finding: str) -> str:
    """A finding's clocks are a document beside it: what they tell must not make a change of the finding stale."""
    return f"clock-{finding}"


def state(finding: Finding, event: FindingEvent, areas: Areas) -> dict[str, Any]:
    """The whole public state after `event`, as plain JSON values. It does not know of cases."""
    facts, report = finding.facts, finding.latest_report
    since = finding.clock.waiting_since
    block = finding.latest_block if finding.status is Status.BLOCKED else None
    told: dict[str, Any] = {
        "finding": finding.id,
        "number": finding.number.text,
        "version": finding.version,
        **_told(finding, areas),
        "status": finding.status.value,
        "deadline": finding.due.day.isoformat(),
        "due_at": _text(finding.due.at),
        "waiting_since": _text(since) if since else None,
        "dispute_until": _text(finding.dispute_until) if finding.dispute_until else None,
        "review_on": block.review_on.isoformat() if block else None,
        "units": list(facts.units),
        "named_responsible": list(facts.responsible),
        "responsible": [{"cadre": one.cadre, "role": one.role} for one in finding.responsible],
        "flags": {"overdue": finding.is_overdue(event.made.at), "supervised": finding.supervised},
        "level": finding.told.level,
        "returned_count": finding.returned_count,
        "extensions": finding.extensions,
        "evidence": list(finding.evidence),
        "recurrence_of": finding.recurrence_of,
        "historical": finding.historical,
        "reported_at": _text(report.made.at) if report else None,
        "closed_at": _text(finding.closed_at) if finding.closed_at else None,
        "plan": _plan(finding),
        "report": _report(finding),
        "block": _block(block),
        "referral": _referral(finding),
        "revisit": _revisit(finding),
        "change": _change(event),
    }
    return {**told, "clock": _clock(event)} if isinstance(event, ClockDue) else told


def self_check_state(check: SelfCheck, finding: Finding, event: ClockDue, areas: Areas) -> dict[str, Any]:
    """The finding because of which an area was asked, and the self-check that is late."""
    told = {
        "id": check.id,
        "area": check.area,
        "area_name": areas.name(check.area),
        "due": check.due.isoformat(),
        "level": check.level,
    }
    return {**state(finding, event, areas), "self_check": told}


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
        "campaign": facts.campaign,
    }


def _plan(finding: Finding) -> dict[str, Any] | None:
    """How and until when it is to be mended; not by whom: that would be a name."""
    plan = finding.latest_plan
    return None if plan is None else {"measures": plan.measures, "due": plan.due.isoformat()}


def _report(finding: Finding) -> dict[str, Any] | None:
    report = finding.latest_report
    if report is None:
        return None
    return {"measures": report.measures, "completed_on": report.completed_on.isoformat()}


def _block(block: Block | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return {"reason": block.reason, "needs": block.needs, "review_on": block.review_on.isoformat()}


def _referral(finding: Finding) -> dict[str, Any] | None:
    """The newest referral, where it was granted; whoever hears of it only later still can act on it."""
    referral = finding.latest_referral
    if referral is None or referral.decided is None or not referral.granted:
        return None
    return {"reason": referral.reason, "granted_at": _text(referral.decided.at)}


def _revisit(finding: Finding) -> dict[str, Any] | None:
    revisit = finding.latest_revisit
    if revisit is None:
        return None
    return {
        "result": "pass" if revisit.passed else "fail",
        "at": _text(revisit.made.at),
        "recurrence": revisit.recurrence,
    }


def _clock(event: ClockDue) -> dict[str, Any]:
    return {"rule": event.move.value, "stage": _STAGE, "due_at": _text(event.details["due_at"])}


def _change(event: FindingEvent) -> dict[str, Any]:
    """What happened; who by role only, since the event goes everywhere."""
    change = {"move": event.move.value, "at": _text(event.made.at), "by": event.made.by.role}
    return change if event.note is None else {**change, "note": event.note}


def _text(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()
