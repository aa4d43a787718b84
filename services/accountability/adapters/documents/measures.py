"""Measures as stored documents, and back. What lists ask for stands at the top of the document."""

from services.accountability.adapters.documents.dispositions import (
    of_conduct,
    of_terms,
    to_conduct,
    to_terms_of_measure,
)
from services.accountability.adapters.documents.scope import common
from services.accountability.adapters.documents.stamps import day, iso, stamp, stamped
from services.accountability.domain.effect import Period
from services.accountability.domain.measure import Measure, unfinished_parts
from services.accountability.domain.measure_parts import Grounds, Person, Refusal, Revocation, Service
from shared.persistence.transaction import Document


def of_measure(measure: Measure) -> Document:
    grounds, person = measure.grounds, measure.person
    return {
        **stamp(measure),
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "scope": common(list(grounds.areas)),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
        "cadre": person.cadre,
        "name": person.name,
        "responsibility": person.responsibility,
        "conduct": of_conduct(person.conduct),
        "kind": measure.terms.kind,
        "terms": of_terms(measure.terms),
        "family": measure.family,
        "tier": measure.tier,
        "publish": measure.publish,
        "form": measure.form,
        "approved_by": measure.approved_by,
        "approved_at": measure.approved_at,
        "standing": measure.standing,
        "known": measure.known,
        **_of_effect(measure.effect),
        "status": measure.status,
        "served": _of_service(measure.served),
        "appeal_until": iso(measure.appeal_until),
        "revoked": _of_revocation(measure.revoked),
        "announced_at": measure.announced_at,
        "talked_at": measure.talked_at,
        "submission_due": iso(measure.submission_due),
        "submitted_at": measure.submitted_at,
        # What is still to be done, while it is to be done.
        "unfinished": list(unfinished_parts(measure)),
    }


def to_measure(row: Document) -> Measure:
    return Measure(
        **stamped(row),
        grounds=Grounds(
            case=row["case"],
            findings=tuple(row["findings"]),
            areas=tuple(row["areas"]),
            restricted=row["restricted"],
            handlers=tuple(row["handlers"]),
        ),
        person=Person(row["cadre"], row["name"], row["responsibility"], to_conduct(row["conduct"])),
        terms=to_terms_of_measure(row["terms"]),
        family=row["family"],
        tier=row["tier"],
        publish=row["publish"],
        form=row["form"],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        effect=_to_effect(row),
        status=row["status"],
        served=_to_service(row["served"]),
        appeal_until=day(row["appeal_until"]),
        revoked=_to_revocation(row["revoked"]),
        announced_at=row["announced_at"],
        talked_at=row["talked_at"],
        submission_due=day(row["submission_due"]),
        submitted_at=row["submitted_at"],
    )


def _of_effect(effect: Period | None) -> Document:
    """Flat, so that an index and a comparison reach both days."""
    return {
        "effect_from": None if effect is None else iso(effect.start),
        "effect_until": None if effect is None else iso(effect.until),
    }


def _to_effect(row: Document) -> Period | None:
    start = day(row["effect_from"])
    return None if start is None else Period(start, day(row["effect_until"]))


def _of_service(one: Service | None) -> Document | None:
    if one is None:
        return None
    refusal = one.refusal
    return {
        "method": one.method,
        "at": one.at,
        "by": one.by,
        "receipt": one.receipt,
        "refusal": None
        if refusal is None
        else {"witnesses": list(refusal.witnesses), "reason": refusal.reason},
    }


def _to_service(row: Document | None) -> Service | None:
    if row is None:
        return None
    refusal = row["refusal"]
    return Service(
        method=row["method"],
        at=row["at"],
        by=row["by"],
        receipt=row["receipt"],
        refusal=None if refusal is None else Refusal(tuple(refusal["witnesses"]), refusal["reason"]),
    )


def _of_revocation(one: Revocation | None) -> Document | None:
    return None if one is None else {"reason": one.reason, "body": one.body, "at": one.at, "by": one.by}


def _to_revocation(row: Document | None) -> Revocation | None:
    return None if row is None else Revocation(row["reason"], row["body"], row["at"], row["by"])
