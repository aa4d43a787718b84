"""Warnings and cases as stored documents, and back."""

from dataclasses import asdict
from datetime import date
from typing import Any

from services.accountability.adapters.documents.assignments import (
    of_finding,
    of_responsible,
    to_finding,
    to_responsible,
)
from services.accountability.adapters.documents.dispositions import (
    of_conduct,
    of_disposition,
    to_conduct,
    to_disposition,
)
from services.accountability.adapters.documents.scope import common
from services.accountability.adapters.documents.stamps import day, iso, stamp, stamped
from services.accountability.domain.case import Case, CaseDocument, Suggested
from services.accountability.domain.case_moves import DocumentFile
from services.accountability.domain.events import CaseEvent
from services.accountability.domain.rules import Because
from services.accountability.domain.warning import Decision, IssuedWarning, Objection, Paper
from shared.persistence.transaction import Document

_HANDLING = (
    "proposed_by", "proposed_at", "approved_by", "approved_at", "returned_reason", "served_at", "closed_at",
    "dismissed_reason", "merged_into",
)  # fmt: skip
"""What a case has of its stages, stored as it is."""


def _of_because(because: Because) -> Document:
    return {"rule": because.rule, "version": because.version, "facts": dict(because.facts)}


def _to_because(row: Document) -> Because:
    return Because(row["rule"], row["version"], row["facts"])


def of_warning(warning: IssuedWarning) -> Document:
    return {
        **stamp(warning),
        **of_finding(warning.finding),
        "cadre": warning.cadre,
        "name": warning.name,
        "rule": warning.because[0].rule,
        "because": [_of_because(one) for one in warning.because],
        "status": warning.status,
        "standing": warning.standing,
        "revoked_reason": warning.revoked_reason,
        "revoked_at": warning.revoked_at,
        "received_at": warning.received_at,
        "objection": _of_objection(warning.objection),
        "decision": _of_decision(warning.decision),
    }


def to_warning(row: Document) -> IssuedWarning:
    return IssuedWarning(
        **stamped(row),
        finding=to_finding(row),
        cadre=row["cadre"],
        name=row["name"],
        because=tuple(_to_because(one) for one in row["because"]),
        status=row["status"],
        revoked_reason=row["revoked_reason"],
        revoked_at=row.get("revoked_at"),
        received_at=row["received_at"],
        objection=_to_objection(row.get("objection")),
        decision=_to_decision(row.get("decision")),
    )


def _of_objection(objection: Objection | None) -> Document | None:
    if objection is None:
        return None
    paper = objection.paper
    return {
        "grounds": objection.grounds,
        "at": objection.at,
        "by": objection.by,
        "paper": None if paper is None else {"on": paper.on.isoformat(), "document": paper.document},
    }


def _to_objection(row: Document | None) -> Objection | None:
    if row is None:
        return None
    paper = row["paper"]
    told = None if paper is None else Paper(date.fromisoformat(paper["on"]), paper["document"])
    return Objection(row["grounds"], row["at"], row["by"], told)


def _of_decision(decision: Decision | None) -> Document | None:
    if decision is None:
        return None
    return {"result": decision.result, "reason": decision.reason, "at": decision.at, "by": decision.by}


def _to_decision(row: Document | None) -> Decision | None:
    return None if row is None else Decision(row["result"], row["reason"], row["at"], row["by"])


def of_case(case: Case) -> Document:
    return {
        **stamp(case),
        "status": case.status,
        "unfinished": case.unfinished,
        "findings": list(case.findings),
        "numbers": list(case.numbers),
        "areas": list(case.areas),
        "scope": common(case.areas),
        "categories": list(case.categories),
        "persons": [of_responsible(one) for one in case.persons.values()],
        "because": [_of_because(one) for one in case.because],
        "suggested": [{"cadre": one.cadre, "kind": one.kind, "rule": one.rule} for one in case.suggested],
        "tallies": list(case.tallies),
        "reason": case.reason,
        "restricted": case.restricted,
        "handlers": list(case.handlers),
        "has_informant": case.has_informant,
        "title": case.title,
        "facts": case.facts,
        "conduct": of_conduct(case.conduct),
        "investigators": list(case.investigators),
        "dispositions": [of_disposition(one) for one in case.dispositions.values()],
        # What is to be asked after: dues of what is handled elsewhere, once approved and as long as nothing is heard.
        "elsewhere_due": (asked_after := _asked_after(case)),
        "elsewhere_next": min(asked_after, default=None),
        "documents": [_of_paper(one) for one in case.documents],
        "recused": [{"sub": sub, "reason": reason} for sub, reason in case.recused.items()],
        **{name: getattr(case, name) for name in _HANDLING},
    }


def to_case(row: Document) -> Case:
    persons = [to_responsible(one) for one in row["persons"]]
    return Case(
        **stamped(row),
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
        # Cases from before they were handled here have none of these.
        title=row.get("title"),
        facts=row.get("facts"),
        conduct=to_conduct(row.get("conduct")),
        investigators=tuple(row.get("investigators", ())),
        dispositions={
            one["cadre"]: to_disposition(one, row.get("approved_at")) for one in row.get("dispositions", ())
        },
        documents=[_to_paper(one) for one in row.get("documents", ())],
        recused={one["sub"]: one["reason"] for one in row.get("recused", ())},
        has_informant=row.get("has_informant", False),
        **_handling(row),
    )


def _asked_after(case: Case) -> list[str]:
    return [
        one.elsewhere.due.isoformat()
        for one in case.dispositions.values()
        if one.approved_at and one.elsewhere and one.elsewhere.result is None
    ]


def _handling(row: Document) -> dict[str, Any]:
    return {name: row.get(name) for name in _HANDLING}


def _of_paper(one: CaseDocument) -> Document:
    return {
        "id": one.id,
        "title": one.title,
        "number": one.number,
        "dated": iso(one.dated),
        "text": one.text,
        "sha256": one.sha256,
        "added_by": one.added_by,
        "added_at": one.added_at,
        "file": None if one.file is None else asdict(one.file),
    }


def _to_paper(row: Document) -> CaseDocument:
    file = row.get("file")
    kept = None if file is None else DocumentFile(**file)
    return CaseDocument(**{**row, "dated": day(row["dated"]), "file": kept})


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
