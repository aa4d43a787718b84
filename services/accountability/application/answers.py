"""Documents as the outside may see them."""

from typing import Any

from services.accountability.application.event_parts import because
from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Assignment, Resolution, Responsible
from services.accountability.domain.registers import Cadre, Duty, Link
from services.accountability.domain.rules import Rule, Then, When
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import Decision, IssuedWarning, Objection

Answer = dict[str, Any]


def stamp(one: Aggregate) -> Answer:
    """What every document says of itself."""
    return {
        "id": one.id,
        "version": one.version,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def of_cadre(cadre: Cadre) -> Answer:
    card = cadre.card
    return {
        **stamp(cadre),
        "name": card.name,
        "position": card.position,
        "unit": card.unit,
        "area": card.area,
        "identity": card.identity,
        "active": card.active,
    }


def of_duty(duty: Duty) -> Answer:
    terms = duty.terms
    return {
        **stamp(duty),
        "cadre": terms.cadre,
        "area": terms.area,
        "role": terms.role,
        "place_kinds": terms.place_kinds,
        "categories": terms.categories,
        "from": terms.from_day,
        "to": terms.to_day,
    }


def of_link(link: Link) -> Answer:
    return {"cadre": link.cadre, "role": link.role, "area": link.area, "duty": link.duty}


def _person(one: Responsible) -> Answer:
    return {"cadre": one.cadre, "name": one.name, "role": one.role, "area": one.area}


def _resolution(resolution: Resolution) -> Answer:
    return {
        "as_of": resolution.as_of,
        "responsible": [_person(one) for one in resolution.responsible],
        "missing": resolution.missing,
        "unknown_cadres": resolution.unknown,
    }


def of_assignment(assignment: Assignment) -> Answer:
    """Whether the finding is in a case is left out: the registers' readers need not know."""
    finding = assignment.finding
    return {
        **stamp(assignment),
        "finding": finding.id,
        "number": finding.number,
        "area": finding.area,
        "area_name": finding.summary.get("area_name"),
        "category": finding.category,
        "severity": finding.severity,
        "found_on": finding.day,
        "status": _status(assignment),
        "historical": finding.historical,
        "assigned_at": assignment.assigned_at,
        "warnings": [one.warning for one in assignment.warned],
        **_resolution(assignment.resolution),
    }


def _status(assignment: Assignment) -> str:
    if assignment.closed:
        return "withdrawn"
    return "assigned" if assignment.resolution.responsible else "unresolved"


def of_unassigned(entry: Unassigned) -> Answer:
    finding = entry.finding
    return {
        **stamp(entry),
        "finding": finding.id,
        "number": finding.number,
        "area": finding.area,
        "area_name": finding.summary.get("area_name"),
        "place": finding.summary.get("place"),
        "category": finding.category,
        "severity": finding.severity,
        "found_on": finding.day,
        **_resolution(entry.resolution),
    }


def of_warning(warning: IssuedWarning) -> Answer:
    finding = warning.finding
    return {
        **stamp(warning),
        "finding": finding.id,
        "number": finding.number,
        "area": finding.area,
        "area_name": finding.summary.get("area_name"),
        "category": finding.category,
        "severity": finding.severity,
        "cadre": warning.cadre,
        "name": warning.name,
        "because": [because(one) for one in warning.because],
        "status": warning.status,
        "issued_at": warning.created_at,
        "received_at": warning.received_at,
        "revoked_reason": warning.revoked_reason,
        "objection": None if warning.objection is None else _objection(warning.objection),
        "decision": None if warning.decision is None else _decision(warning.decision),
    }


def _objection(objection: Objection) -> Answer:
    paper = objection.paper
    told = None if paper is None else {"on": paper.on, "document": paper.document}
    return {"grounds": objection.grounds, "at": objection.at, "paper": told}


def _decision(decision: Decision) -> Answer:
    return {"result": decision.result, "reason": decision.reason, "at": decision.at}


def of_rule(rule: Rule) -> Answer:
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "on": rule.on,
        "when": _when(rule.when),
        "then": _then(rule.then),
        "source": rule.source,
        "valid_from": rule.valid_from,
        "verified": rule.verified,
    }


def _when(when: When) -> Answer:
    asked: Answer = {
        name: sorted(values)
        for name, values in (
            ("severity", when.severity),
            ("category", when.category),
            ("result", when.result),
            ("level", when.level),
        )
        if values is not None
    }
    if when.repeat is not None:
        repeat = when.repeat
        asked["repeat"] = {
            "same": ["category", "cadre"],
            "days_with_findings": repeat.needed,
            "within_days": repeat.within,
            "once_per": ["day", "group"] if repeat.groups_once else ["day"],
            "ignore_severity": sorted(repeat.ignored),
            "ignore_status": ["withdrawn"],
        }
    if when.warnings is not None:
        asked["warnings"] = {"count": when.warnings.needed, "within_days": when.warnings.within}
    if when.one_of:
        asked["any"] = [_when(one) for one in when.one_of]
    return asked


def _then(then: Then) -> Answer:
    if not then.case:
        return {"warning": {"to": list(then.warn)}}
    suggest = [{"measure": one.measure, "otherwise": one.otherwise} for one in then.suggest]
    return {"case": {"suggest": suggest}}
