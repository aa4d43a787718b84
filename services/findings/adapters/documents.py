"""A finding as a document and back. Days are kept as texts (BSON knows moments only)."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from services.findings.adapters.flags import from_flags, to_flag
from services.findings.adapters.parts import (
    Document,
    of_actor,
    of_block,
    of_clock,
    of_dispute,
    of_extension,
    of_plan,
    of_referral,
    of_report,
    of_revisit,
    to_block,
    to_clock,
    to_dispute,
    to_extension,
    to_plan,
    to_referral,
    to_report,
    to_revisit,
)
from services.findings.adapters.searching import LEVELS
from services.findings.domain.events import FindingEvent
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.levels import Told
from services.findings.domain.likeness import blocking_key
from services.findings.domain.moves import Actor, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Merged, Responsible, Stamp
from services.findings.domain.requests import open_questions


def to_document(finding: Finding) -> Document:
    """The whole finding. `reach`, `blocking_key`, `asked`, `overdue_from` and what begins with `due_` are
    there to be found by; they are never read back."""
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
        "clock": of_clock(finding.clock),
        "due_at": finding.due.at,
        "due_on": finding.due.day.isoformat(),
        "due_provisional": finding.due.provisional,
        "overdue_from": finding.overdue_from,
        "status": finding.status.value,
        "dispute_until": finding.dispute_until,
        "source_team": finding.source_team,
        "posted_by": of_actor(finding.posted.by),
        "plan": of_plan(finding.latest_plan),
        "done": finding.done,
        "report": of_report(finding.latest_report),
        "block": of_block(finding.latest_block),
        "dispute": of_dispute(finding.latest_dispute),
        "extension": of_extension(finding.latest_extension),
        "referral": of_referral(finding.latest_referral),
        "revisit": of_revisit(finding.latest_revisit),
        "closed_at": finding.closed_at,
        "returned_count": finding.returned_count,
        "extensions": finding.extensions,
        "supervised": finding.supervised,
        "historical": finding.historical,
        "recurrence_of": finding.recurrence_of,
        "evidence": list(finding.evidence),
        "told": asdict(finding.told),
        "responsible": [{"cadre": one.cadre, "role": one.role} for one in finding.responsible],
        "cases": sorted(finding.cases),
        "hidden_cases": sorted(finding.hidden_cases),
        "asked": open_questions(finding),
        **from_flags(finding.review_flags),
        "merged": _from_merged(finding.merged),
        "absorbed": list(finding.absorbed),
    }


def to_finding(document: Document) -> Finding:
    """The finding that `to_document` made the document of."""
    return Finding(
        id=document["_id"],
        number=Number(document["county"], document["year"], document["n"], document["number"]),
        facts=_to_facts(document),
        clock=to_clock(document["clock"]),
        posted=Stamp(Actor(**document["posted_by"]), document["created_at"]),
        updated_at=document["updated_at"],
        source_team=document["source_team"],
        dispute_until=document["dispute_until"],
        status=Status(document["status"]),
        latest_plan=to_plan(document["plan"]),
        done=document["done"],
        latest_report=to_report(document["report"]),
        latest_block=to_block(document["block"]),
        latest_dispute=to_dispute(document["dispute"]),
        latest_extension=to_extension(document["extension"]),
        latest_referral=to_referral(document["referral"]),
        latest_revisit=to_revisit(document["revisit"]),
        closed_at=document["closed_at"],
        returned_count=document["returned_count"],
        extensions=document["extensions"],
        supervised=document["supervised"],
        historical=document["historical"],
        recurrence_of=document["recurrence_of"],
        evidence=tuple(document["evidence"]),
        told=Told(**document.get("told", {})),
        responsible=tuple(Responsible(**one) for one in document["responsible"]),
        cases=frozenset(document["cases"]),
        hidden_cases=frozenset(document.get("hidden_cases", ())),
        review_flags=tuple(to_flag(one) for one in document.get("review_flags", ())),
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
    return reaching([facts.area, *facts.units])


def reaching(codes: Iterable[str]) -> list[str]:
    """These areas and all above them."""
    return sorted({code[:digits] for code in codes for digits in LEVELS if len(code) >= digits})


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
        "campaign": facts.campaign,
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
        campaign=document.get("campaign"),
    )


def _from_merged(merged: Merged | None) -> Document | None:
    return None if merged is None else {"into": merged.into, "came_from": merged.came_from.value}


def _to_merged(document: Document | None) -> Merged | None:
    return None if document is None else Merged(document["into"], Status(document["came_from"]))
