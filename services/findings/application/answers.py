"""A finding as callers see it: the whole document, with what only this caller may do or know."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.findings.application import scope
from services.findings.domain.finding import Finding
from services.findings.domain.guards import open_moves
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Extension, Referral, Stamp
from shared.contracts.claims import Claims

Answer = dict[str, Any]


def actor(claims: Claims) -> Actor:
    """The caller as the domain knows people."""
    return Actor(claims.sub, claims.role)


class FindingAnswers:
    """Makes answers; `area_name` gives the name of an area's code."""

    def __init__(self, area_name: Callable[[str], str]) -> None:
        self._area_name = area_name

    def item(self, finding: Finding, to: Claims, now: datetime) -> Answer:
        """As in sheets."""
        facts, report = finding.facts, finding.latest_report
        return {
            "id": finding.id,
            "number": finding.number.text,
            "status": finding.status.value,
            "source_ref": facts.source_ref,
            "team": facts.team,
            "method": facts.method,
            "found_at": facts.found_at,
            "posted_at": finding.posted.at,
            "area": facts.area,
            "area_name": self._area_name(facts.area),
            "place": {"name": facts.place.name, "kind": facts.place.kind},
            "category": facts.category,
            "severity": facts.severity,
            "description": facts.description,
            "suggestion": facts.suggestion,
            "immediate": facts.immediate,
            "deadline": finding.due.day,
            "due_at": finding.due.at,
            "deadline_provisional": finding.due.provisional,
            "waiting_since": finding.clock.waiting_since,
            "dispute_until": finding.dispute_until,
            "count": facts.count,
            "done": finding.done,
            "group": facts.group,
            "campaign": facts.campaign,
            "units": list(facts.units),
            "named_responsible": list(facts.responsible),
            "responsible": [{"cadre": one.cadre, "role": one.role} for one in finding.responsible],
            "flags": _flags(finding, to, now),
            "returned_count": finding.returned_count,
            "extensions": finding.extensions,
            "evidence": list(finding.evidence),
            "similar": [],
            "recurrence_of": finding.recurrence_of,
            "merged_into": finding.merged.into if finding.merged else None,
            "absorbed": list(finding.absorbed),
            "historical": finding.historical,
            "reported_at": report.made.at if report else None,
            "closed_at": finding.closed_at,
            **_review(finding, to),
            "version": finding.version,
            "created_at": finding.posted.at,
            "updated_at": finding.updated_at,
        }

    def document(self, finding: Finding, to: Claims, now: datetime) -> Answer:
        """With the latest that was told and the moves that are open to the caller."""
        return {
            **self.item(finding, to, now),
            **_latest(finding),
            "referral": _referral(finding, to),
            "allowed_moves": allowed_moves(finding, to, now),
        }


def _flags(finding: Finding, to: Claims, now: datetime) -> dict[str, bool]:
    return {
        "overdue": finding.is_overdue(now),
        "supervised": finding.supervised,
        # Nobody else learns from it that a case exists.
        "referred": bool(scope.known_cases(to, finding)),
    }


def _review(finding: Finding, to: Claims) -> Answer:
    """Signs that are worth a second look, for those who take it."""
    if to.role not in scope.KNOWS_FLAGS:
        return {}
    flags = [
        {"kind": one.kind.value, "because": one.because, "findings": list(one.findings)}
        for one in finding.review_flags
    ]
    return {"review_flags": flags, "review_weight": finding.review_weight}


def allowed_moves(finding: Finding, to: Claims, now: datetime) -> list[str]:
    """The moves that are open to the caller."""
    if not scope.may_touch(to, finding.facts):
        return []
    return [move.value for move in open_moves(finding, Stamp(actor(to), now))]


def _latest(finding: Finding) -> Answer:
    """The latest of each thing that the unit told; None where it told nothing."""
    plan, report = finding.latest_plan, finding.latest_report
    block, dispute = finding.latest_block, finding.latest_dispute
    extension, revisit = finding.latest_extension, finding.latest_revisit
    return {
        "plan": plan and {"measures": plan.measures, "person": plan.person, "due": plan.due},
        "report": report and {"measures": report.measures, "completed_on": report.completed_on},
        "block": block
        and {
            "reason": block.reason,
            "needs": block.needs,
            "review_on": block.review_on,
            "granted": block.granted is not None,
        },
        "dispute": dispute and {"grounds": dispute.grounds},
        "extension": extension
        and {"until": extension.until, "reason": extension.reason, "result": _result(extension)},
        "revisit": revisit and {"result": "pass" if revisit.passed else "fail", "at": revisit.made.at},
        "recurrence": revisit and revisit.recurrence,
    }


def _referral(finding: Finding, to: Claims) -> Answer | None:
    referral = finding.latest_referral
    if referral is None or to.role not in scope.KNOWS_CASES:
        return None
    return {"reason": referral.reason, "at": referral.made.at, "result": _result(referral)}


def _result(asked: Extension | Referral) -> str | None:
    """What was decided; None while it waits."""
    if asked.decided is None:
        return None
    return "granted" if asked.granted else "refused"
