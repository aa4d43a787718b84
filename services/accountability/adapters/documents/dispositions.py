"""Dispositions, and the terms of measures, as parts of stored documents, and back."""

from datetime import datetime

from services.accountability.adapters.documents.stamps import day, iso
from services.accountability.domain.disposition import Conduct, Disposition, Elsewhere, PlannedMeasure
from shared.persistence.transaction import Document


def of_conduct(conduct: Conduct | None) -> Document | None:
    return None if conduct is None else {"start": conduct.start.isoformat(), "end": conduct.end.isoformat()}


def to_conduct(row: Document | None) -> Conduct | None:
    if row is None or (start := day(row["start"])) is None or (end := day(row["end"])) is None:
        return None
    return Conduct(start, end)


def of_terms(one: PlannedMeasure) -> Document:
    return {
        "kind": one.kind,
        "deciding_body": one.deciding_body,
        "decided_on": iso(one.decided_on),
        "form": one.form,
        "decision_no": one.decision_no,
        "documents": list(one.documents),
        "basis": one.basis,
        "publish": one.publish,
    }


def to_terms_of_measure(row: Document) -> PlannedMeasure:
    decided_on = day(row["decided_on"])
    assert decided_on is not None, "every measure has the day of its decision"
    return PlannedMeasure(
        kind=row["kind"],
        deciding_body=row["deciding_body"],
        decided_on=decided_on,
        form=row["form"],
        decision_no=row["decision_no"],
        documents=tuple(row["documents"]),
        basis=row["basis"],
        publish=row["publish"],
    )


def of_disposition(one: Disposition) -> Document:
    elsewhere = one.elsewhere
    return {
        "cadre": one.cadre,
        "name": one.name,
        "responsibility": one.responsibility,
        "written_by": one.written_by,
        "written_at": one.written_at,
        "measures": [of_terms(measure) for measure in one.measures],
        "no_action": one.no_action,
        "elsewhere": None if elsewhere is None else _of_elsewhere(elsewhere),
        "conduct": of_conduct(one.conduct),
        "defence": one.defence,
        "defence_waived": one.defence_waived,
        "before_defence": None if one.before_defence is None else list(one.before_defence),
        "approved_at": one.approved_at,
    }


def to_disposition(row: Document, case_approved_at: datetime | None) -> Disposition:
    """Those of a case from before it could be supplemented were approved with it."""
    return Disposition(
        cadre=row["cadre"],
        name=row["name"],
        responsibility=row["responsibility"],
        written_by=row["written_by"],
        written_at=row["written_at"],
        measures=tuple(to_terms_of_measure(one) for one in row["measures"]),
        no_action=row["no_action"],
        elsewhere=_elsewhere(row["elsewhere"]),
        conduct=to_conduct(row["conduct"]),
        defence=row["defence"],
        defence_waived=row["defence_waived"],
        before_defence=None if (meant := row.get("before_defence")) is None else tuple(meant),
        approved_at=row.get("approved_at", case_approved_at),
    )


def _of_elsewhere(one: Elsewhere) -> Document:
    return {"by": one.by, "due": iso(one.due), "result": one.result, "reported_on": iso(one.reported_on)}


def _elsewhere(row: Document | None) -> Elsewhere | None:
    due = None if row is None else day(row["due"])
    if row is None or due is None:
        return None
    return Elsewhere(row["by"], due, row["result"], day(row["reported_on"]))
