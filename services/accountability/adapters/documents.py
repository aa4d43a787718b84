"""Aggregates as stored documents, and back. Days are kept as ISO text, times as UTC."""

from datetime import date
from typing import Any

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Assignment, Resolution, Responsible, Unassigned, Warned
from services.accountability.domain.case import Case, Suggested
from services.accountability.domain.events import CaseEvent
from services.accountability.domain.finding import Finding
from services.accountability.domain.names import masked
from services.accountability.domain.registers import Cadre, CadreCard, Duty, DutyTerms, Person
from services.accountability.domain.rules import Because
from services.accountability.domain.tally import Tally, tally_id
from services.accountability.domain.warning import IssuedWarning
from shared.persistence.transaction import Document


def _stamp(one: Aggregate) -> Document:
    return {
        "_id": one.id,
        "version": one.version,
        "published": one.published,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def _stamped(row: Document) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "version": row["version"],
        "published": row["published"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def of_cadre(cadre: Cadre) -> Document:
    card = cadre.card
    return {
        **_stamp(cadre),
        "name": card.name,
        "position": card.position,
        "unit": card.unit,
        "area": card.area,
        "identity": list(card.identity),
        "active": card.active,
    }


def to_cadre(row: Document) -> Cadre:
    card = CadreCard(
        row["name"], row["position"], row["unit"], row["area"], tuple(row["identity"]), row["active"]
    )
    return Cadre(**_stamped(row), card=card)


def to_person(row: Document) -> Person:
    return Person(row["_id"], masked(row["name"]), row["area"], tuple(row["identity"]), row["active"])


def of_duty(duty: Duty) -> Document:
    terms = duty.terms
    return {
        **_stamp(duty),
        "cadre": terms.cadre,
        "area": terms.area,
        "role": terms.role,
        "place_kinds": list(terms.place_kinds),
        "categories": list(terms.categories),
        "from": _iso(terms.from_day),
        "to": _iso(terms.to_day),
    }


def to_terms(row: Document) -> DutyTerms:
    return DutyTerms(
        cadre=row["cadre"],
        area=row["area"],
        role=row["role"],
        place_kinds=tuple(row["place_kinds"]),
        categories=tuple(row["categories"]),
        from_day=_day(row["from"]),
        to_day=_day(row["to"]),
    )


def to_duty(row: Document) -> Duty:
    return Duty(**_stamped(row), terms=to_terms(row))


def _of_finding(finding: Finding) -> Document:
    return {
        "finding": finding.id,
        "number": finding.number,
        "area": finding.area,
        "place_kind": finding.place_kind,
        "category": finding.category,
        "severity": finding.severity,
        "group": finding.group,
        "day": finding.day.isoformat(),
        "named": list(finding.named),
        "finding_status": finding.status,
        "historical": finding.historical,
        "summary": dict(finding.summary),
    }


def _to_finding(row: Document) -> Finding:
    return Finding(
        id=row["finding"],
        number=row["number"],
        area=row["area"],
        place_kind=row["place_kind"],
        category=row["category"],
        severity=row["severity"],
        group=row["group"],
        day=date.fromisoformat(row["day"]),
        named=tuple(row["named"]),
        status=row["finding_status"],
        historical=row["historical"],
        summary=row["summary"],
    )


def _of_responsible(one: Responsible) -> Document:
    return {"cadre": one.cadre, "name": one.name, "role": one.role, "area": one.area}


def _to_responsible(row: Document) -> Responsible:
    return Responsible(row["cadre"], row["name"], row["role"], row["area"])


def _of_resolution(resolution: Resolution) -> Document:
    return {
        "as_of": resolution.as_of.isoformat(),
        "responsible": [_of_responsible(one) for one in resolution.responsible],
        "unknown_cadres": list(resolution.unknown),
        "missing": resolution.missing,
        "people": bool(resolution.responsible),
    }


def _to_resolution(row: Document) -> Resolution:
    return Resolution(
        date.fromisoformat(row["as_of"]),
        tuple(_to_responsible(one) for one in row["responsible"]),
        tuple(row["unknown_cadres"]),
    )


def of_assignment(assignment: Assignment) -> Document:
    category = assignment.finding.category
    return {
        **_stamp(assignment),
        **_of_finding(assignment.finding),
        **_of_resolution(assignment.resolution),
        "assigned_at": assignment.assigned_at,
        "closed": assignment.closed,
        "counted": list(assignment.counted),
        "tallies": [tally_id(cadre, category) for cadre in assignment.counted],
        "warned": [[one.warning, one.cadre, one.rule] for one in assignment.warned],
        "case": assignment.case,
        "unassigned": assignment.unassigned,
    }


def to_assignment(row: Document) -> Assignment:
    return Assignment(
        **_stamped(row),
        finding=_to_finding(row),
        resolution=_to_resolution(row),
        assigned_at=row["assigned_at"],
        closed=row["closed"],
        counted=tuple(row["counted"]),
        warned=tuple(Warned(*one) for one in row["warned"]),
        case=row["case"],
        unassigned=row["unassigned"],
    )


def of_unassigned(entry: Unassigned) -> Document:
    return {
        **_stamp(entry),
        **_of_finding(entry.finding),
        **_of_resolution(entry.resolution),
        "tried": entry.tried,
    }


def to_unassigned(row: Document) -> Unassigned:
    return Unassigned(
        **_stamped(row), finding=_to_finding(row), resolution=_to_resolution(row), tried=row["tried"]
    )


def _of_because(because: Because) -> Document:
    return {"rule": because.rule, "version": because.version, "facts": dict(because.facts)}


def _to_because(row: Document) -> Because:
    return Because(row["rule"], row["version"], row["facts"])


def of_warning(warning: IssuedWarning) -> Document:
    return {
        **_stamp(warning),
        **_of_finding(warning.finding),
        "cadre": warning.cadre,
        "name": warning.name,
        "rule": warning.because[0].rule,
        "because": [_of_because(one) for one in warning.because],
        "status": warning.status,
        "standing": warning.standing,
        "revoked_reason": warning.revoked_reason,
        "received_at": warning.received_at,
    }


def to_warning(row: Document) -> IssuedWarning:
    return IssuedWarning(
        **_stamped(row),
        finding=_to_finding(row),
        cadre=row["cadre"],
        name=row["name"],
        because=tuple(_to_because(one) for one in row["because"]),
        status=row["status"],
        revoked_reason=row["revoked_reason"],
        received_at=row["received_at"],
    )


def of_tally(tally: Tally) -> Document:
    return {
        "_id": tally.id,
        "cadre": tally.cadre,
        "category": tally.category,
        "marks": [
            [day.isoformat(), severity, group, count] for (day, severity, group), count in tally.marks.items()
        ],
        "cases": dict(tally.cases),
    }


def to_tally(row: Document) -> Tally:
    marks = {
        (date.fromisoformat(day), severity, group): count for day, severity, group, count in row["marks"]
    }
    return Tally(cadre=row["cadre"], category=row["category"], marks=marks, cases=dict(row["cases"]))


def of_case(case: Case) -> Document:
    return {
        **_stamp(case),
        "status": case.status,
        "unfinished": case.unfinished,
        "findings": list(case.findings),
        "numbers": list(case.numbers),
        "areas": list(case.areas),
        "scope": _common(case.areas),
        "categories": list(case.categories),
        "persons": [_of_responsible(one) for one in case.persons.values()],
        "because": [_of_because(one) for one in case.because],
        "suggested": [{"cadre": one.cadre, "kind": one.kind, "rule": one.rule} for one in case.suggested],
        "tallies": list(case.tallies),
        "reason": case.reason,
        "restricted": case.restricted,
        "handlers": list(case.handlers),
    }


def to_case(row: Document) -> Case:
    persons = [_to_responsible(one) for one in row["persons"]]
    return Case(
        **_stamped(row),
        status=row["status"],
        findings=list(row["findings"]),
        numbers=list(row["numbers"]),
        areas=list(row["areas"]),
        categories=list(row["categories"]),
        persons={one.cadre: one for one in persons},
        because=[_to_because(one) for one in row["because"]],
        suggested=[Suggested(one["cadre"], one["kind"], one["rule"]) for one in row["suggested"]],
        tallies=list(row["tallies"]),
        reason=row["reason"],
        restricted=row["restricted"],
        handlers=list(row["handlers"]),
    )


def of_history(row_id: str, case: Case, event: CaseEvent) -> Document:
    return {
        "_id": row_id,
        "case": case.id,
        "at": event.at,
        "by": event.by,
        "move": event.move,
        "finding": event.finding,
        "note": event.note,
        "details": dict(event.details),
        "version": case.version,
    }


def of_case_finding(case: Case, finding: str) -> Document:
    """The claim of a case on a finding; a unique index lets a finding have one while the case is unfinished."""
    return {
        "_id": f"{case.id}:{finding}",
        "case": case.id,
        "finding": finding,
        "unfinished": case.unfinished,
    }


def _common(areas: list[str]) -> str:
    """The smallest division (6, 9 or 12 digits) that contains all areas: who may see it may see the case."""
    for length in (12, 9, 6):
        heads = {area[:length] for area in areas}
        if len(heads) == 1 and len(next(iter(heads))) in (6, 9, 12):
            return heads.pop()
    return ""
