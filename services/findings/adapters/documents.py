"""A finding as a document and back. Days are kept as texts (BSON knows moments only)."""

from datetime import date
from typing import Any

from services.findings.domain.deadlines import Due
from services.findings.domain.events import FindingEvent
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import blocking_key
from services.findings.domain.moves import Actor, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Block, Dispute, Merged, Plan, Report, Responsible, Stamp

Document = dict[str, Any]
_LEVELS = (6, 9, 12)


def to_document(finding: Finding) -> Document:
    """The whole finding. `reach`, `blocking_key` and `overdue_from` are to be found by; they are never read back."""
    return {
        "_id": finding.id,
        "version": finding.version,
        "sequence": finding.sequence,
        "created_at": finding.posted.at,
        "updated_at": finding.updated_at,
        "number": finding.number.text,
        "county": finding.number.county,
        "year": finding.number.year,
        "n": finding.number.n,
        **_from_facts(finding.facts),
        "reach": reach_of(finding.facts),
        "blocking_key": blocking_key(finding.facts),
        "content_hash": finding.content_hash,
        "due_at": finding.due.at,
        "due_on": finding.due.day.isoformat(),
        "due_provisional": finding.due.provisional,
        "overdue_from": finding.overdue_from,
        "status": finding.status.value,
        "posted_by": _from_actor(finding.posted.by),
        "plan": _from_plan(finding.latest_plan),
        "done": finding.done,
        "report": _from_report(finding.latest_report),
        "block": _from_block(finding.latest_block),
        "dispute": _from_dispute(finding.latest_dispute),
        "closed_at": finding.closed_at,
        "returned_count": finding.returned_count,
        "extensions": finding.extensions,
        "supervised": finding.supervised,
        "historical": finding.historical,
        "recurrence_of": finding.recurrence_of,
        "evidence": list(finding.evidence),
        "responsible": [{"cadre": one.cadre, "role": one.role} for one in finding.responsible],
        "cases": sorted(finding.cases),
        "merged": _from_merged(finding.merged),
        "absorbed": list(finding.absorbed),
    }


def to_finding(document: Document) -> Finding:
    """The finding that `to_document` made the document of."""
    return Finding(
        id=document["_id"],
        number=Number(document["county"], document["year"], document["n"], document["number"]),
        facts=_to_facts(document),
        due=Due(document["due_at"], date.fromisoformat(document["due_on"]), document["due_provisional"]),
        posted=Stamp(Actor(**document["posted_by"]), document["created_at"]),
        updated_at=document["updated_at"],
        status=Status(document["status"]),
        latest_plan=_to_plan(document["plan"]),
        done=document["done"],
        latest_report=_to_report(document["report"]),
        latest_block=_to_block(document["block"]),
        latest_dispute=_to_dispute(document["dispute"]),
        closed_at=document["closed_at"],
        returned_count=document["returned_count"],
        extensions=document["extensions"],
        supervised=document["supervised"],
        historical=document["historical"],
        recurrence_of=document["recurrence_of"],
        evidence=tuple(document["evidence"]),
        responsible=tuple(Responsible(**one) for one in document["responsible"]),
        cases=frozenset(document["cases"]),
        merged=_to_merged(document.get("merged")),
        absorbed=tuple(document.get("absorbed", ())),
        content_hash=document["content_hash"],
        version=document["version"],
        sequence=document["sequence"],
    )


def reach_of(facts: Facts) -> list[str]:
    """Every area whose people the finding concerns: where it lies and its units, each with all areas above.

    A subtree is then found by one equality, which an index serves in the order of the list.
    """
    codes = (facts.area, *facts.units)
    return sorted({code[:digits] for code in codes for digits in _LEVELS if len(code) >= digits})


def history_row(finding: Finding, version: int, event: FindingEvent, contract: str | None) -> Document:
    """One entry of a finding's history; its `_id` sorts by finding, then by version."""
    details = {name: _kept(value) for name, value in event.details.items()}
    return {
        "_id": f"{history_prefix(finding.id)}{version:06d}",
        "version": version,
        "at": event.made.at,
        "move": event.move.value,
        "event": contract,
        "by": event.made.by.sub,
        "role": event.made.by.role,
        "from": event.before.value if event.before else None,
        "to": event.after.value,
        "note": event.note,
        "details": details,
    }


def history_prefix(finding: str) -> str:
    """What the `_id` of every entry of a finding's history begins with."""
    return f"{finding}#"


def finding_of(entry: str) -> str:
    """The finding that the `_id` of an entry of its history begins with."""
    return entry.partition("#")[0]


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Place):
        return {"name": value.name, "kind": value.kind}
    if isinstance(value, dict):
        return {name: _kept(inner) for name, inner in value.items()}
    return value


def _from_facts(facts: Facts) -> Document:
    return {
        "source_ref": facts.source_ref,
        "team": facts.team,
        "method": facts.method,
        "found_at": facts.found_at,
        "area": facts.area,
        "place": {"name": facts.place.name, "kind": facts.place.kind},
        "category": facts.category,
        "severity": facts.severity,
        "description": facts.description,
        "suggestion": facts.suggestion,
        "immediate": facts.immediate,
        "deadline": facts.deadline.isoformat() if facts.deadline else None,
        "count": facts.count,
        "group": facts.group,
        "units": list(facts.units),
        "named": list(facts.responsible),
    }


def _to_facts(document: Document) -> Facts:
    return Facts(
        source_ref=document["source_ref"],
        team=document["team"],
        method=document["method"],
        found_at=document["found_at"],
        area=document["area"],
        place=Place(**document["place"]),
        category=document["category"],
        severity=document["severity"],
        description=document["description"],
        suggestion=document["suggestion"],
        immediate=document["immediate"],
        deadline=date.fromisoformat(document["deadline"]) if document["deadline"] else None,
        count=document["count"],
        group=document["group"],
        units=tuple(document["units"]),
        responsible=tuple(document["named"]),
    )


def _from_actor(actor: Actor) -> Document:
    return {"sub": actor.sub, "role": actor.role}


def _from_stamp(stamp: Stamp) -> Document:
    return {"at": stamp.at, "by": _from_actor(stamp.by)}


def _to_stamp(document: Document) -> Stamp:
    return Stamp(Actor(**document["by"]), document["at"])


def _from_plan(plan: Plan | None) -> Document | None:
    if plan is None:
        return None
    return {"measures": plan.measures, "person": plan.person, "due": plan.due.isoformat()}


def _to_plan(document: Document | None) -> Plan | None:
    if document is None:
        return None
    return Plan(document["measures"], document["person"], date.fromisoformat(document["due"]))


def _from_report(report: Report | None) -> Document | None:
    if report is None:
        return None
    completed_on = report.completed_on.isoformat()
    return {"measures": report.measures, "completed_on": completed_on, "made": _from_stamp(report.made)}


def _to_report(document: Document | None) -> Report | None:
    if document is None:
        return None
    completed_on = date.fromisoformat(document["completed_on"])
    return Report(document["measures"], completed_on, _to_stamp(document["made"]))


def _from_block(block: Block | None) -> Document | None:
    if block is None:
        return None
    return {
        "reason": block.reason,
        "needs": block.needs,
        "review_on": block.review_on.isoformat(),
        "made": _from_stamp(block.made),
        "granted": _from_stamp(block.granted) if block.granted else None,
    }


def _to_block(document: Document | None) -> Block | None:
    if document is None:
        return None
    return Block(
        document["reason"],
        document["needs"],
        date.fromisoformat(document["review_on"]),
        _to_stamp(document["made"]),
        _to_stamp(document["granted"]) if document["granted"] else None,
    )


def _from_dispute(dispute: Dispute | None) -> Document | None:
    if dispute is None:
        return None
    return {
        "grounds": dispute.grounds,
        "came_from": dispute.came_from.value,
        "made": _from_stamp(dispute.made),
    }


def _to_dispute(document: Document | None) -> Dispute | None:
    if document is None:
        return None
    return Dispute(document["grounds"], Status(document["came_from"]), _to_stamp(document["made"]))


def _from_merged(merged: Merged | None) -> Document | None:
    return None if merged is None else {"into": merged.into, "came_from": merged.came_from.value}


def _to_merged(document: Document | None) -> Merged | None:
    return None if document is None else Merged(document["into"], Status(document["came_from"]))
