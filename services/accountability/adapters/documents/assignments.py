"""Assignments, unassigned findings and tallies as stored documents, and back."""

from datetime import date

from services.accountability.adapters.documents.stamps import stamp, stamped
from services.accountability.domain.assignment import Assignment, Resolution, Responsible, Warned
from services.accountability.domain.finding import Finding
from services.accountability.domain.tally import Tally, tally_id
from services.accountability.domain.unassigned import Unassigned
from shared.persistence.transaction import Document


def of_finding(finding: Finding) -> Document:
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
        "level": finding.level,
    }


def to_finding(row: Document) -> Finding:
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
        level=row.get("level", 0),
    )


def of_responsible(one: Responsible) -> Document:
    return {"cadre": one.cadre, "name": one.name, "role": one.role, "area": one.area}


def to_responsible(row: Document) -> Responsible:
    return Responsible(row["cadre"], row["name"], row["role"], row["area"])


def _of_resolution(resolution: Resolution) -> Document:
    return {
        "as_of": resolution.as_of.isoformat(),
        "responsible": [of_responsible(one) for one in resolution.responsible],
        "unknown_cadres": list(resolution.unknown),
        "missing": resolution.missing,
    }


def _to_resolution(row: Document) -> Resolution:
    return Resolution(
        date.fromisoformat(row["as_of"]),
        tuple(to_responsible(one) for one in row["responsible"]),
        tuple(row["unknown_cadres"]),
    )


def of_assignment(assignment: Assignment) -> Document:
    category = assignment.finding.category
    return {
        **stamp(assignment),
        **of_finding(assignment.finding),
        **_of_resolution(assignment.resolution),
        # Whoever was once assigned was told: a transfer to where nobody answers does not undo that.
        "people": assignment.assigned_at is not None,
        "assigned_at": assignment.assigned_at,
        "closed": assignment.closed,
        "counted": list(assignment.counted),
        "tallies": [tally_id(cadre, category) for cadre in assignment.counted],
        "warned": [[one.warning, one.cadre, one.rule] for one in assignment.warned],
        "case": assignment.case,
        "unassigned": assignment.unassigned,
        "corrected": assignment.corrected,
        "released": [list(one) for one in assignment.released],
        "referred_at": assignment.referred_at,
        "revisited_at": assignment.revisited_at,
        "drawn_level": assignment.drawn_level,
    }


def to_assignment(row: Document) -> Assignment:
    return Assignment(
        **stamped(row),
        finding=to_finding(row),
        resolution=_to_resolution(row),
        assigned_at=row["assigned_at"],
        closed=row["closed"],
        counted=tuple(row["counted"]),
        warned=tuple(Warned(*one) for one in row["warned"]),
        case=row["case"],
        unassigned=row["unassigned"],
        corrected=row.get("corrected", False),
        released=tuple((cadre, rule) for cadre, rule in row.get("released", ())),
        referred_at=row.get("referred_at"),
        revisited_at=row.get("revisited_at"),
        drawn_level=row.get("drawn_level", 0),
    )


def of_unassigned(entry: Unassigned) -> Document:
    return {
        **stamp(entry),
        **of_finding(entry.finding),
        **_of_resolution(entry.resolution),
        "tried": entry.tried,
    }


def to_unassigned(row: Document) -> Unassigned:
    return Unassigned(
        **stamped(row), finding=to_finding(row), resolution=_to_resolution(row), tried=row["tried"]
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
