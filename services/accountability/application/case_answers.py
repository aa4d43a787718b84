"""Cases and measures as those may see them who may know of them."""

from collections.abc import Mapping
from dataclasses import asdict

from services.accountability.application.answers import Answer, stamp
from services.accountability.application.event_parts import because
from services.accountability.domain.assignment import Responsible
from services.accountability.domain.case import Case, CaseDocument
from services.accountability.domain.disposition import Conduct, Disposition, PlannedMeasure
from services.accountability.domain.measure import Measure, unfinished_parts
from services.accountability.domain.measure_parts import Revocation, Service
from services.accountability.domain.registers import CadreCard

Cards = Mapping[str, CadreCard]


def _named(one: Responsible, card: CadreCard | None) -> Answer:
    person = {"cadre": one.cadre, "name": one.name, "role": one.role, "area": one.area}
    if card is None:
        return {**person, "position": None, "unit": None}
    return {**person, "name": card.name, "position": card.position, "unit": card.unit}


def of_case(case: Case, cards: Cards) -> Answer:
    """`cards` are the register's: whoever may read a case must know who it is about."""
    return {
        **stamp(case),
        "status": case.status,
        "findings": case.findings,
        "numbers": case.numbers,
        "areas": case.areas,
        "categories": case.categories,
        "persons": [_named(one, cards.get(one.cadre)) for one in case.persons.values()],
        "because": [because(one) for one in case.because],
        "suggested": [{"cadre": one.cadre, "kind": one.kind, "rule": one.rule} for one in case.suggested],
        "reason": case.reason,
        "restricted": case.restricted,
        "handlers": case.handlers,
        "recused": [{"sub": sub, "reason": reason} for sub, reason in case.recused.items()],
        "title": case.title,
        "facts": case.facts,
        "conduct": _conduct(case.conduct),
        "dispositions": [of_disposition(one, cards) for one in case.dispositions.values()],
        "without_disposition": case.without_disposition,
        "documents": [_paper(one) for one in case.documents],
        "proposed_by": case.proposed_by,
        "proposed_at": case.proposed_at,
        "approved_by": case.approved_by,
        "approved_at": case.approved_at,
        "returned_reason": case.returned_reason,
        "served_at": case.served_at,
        "closed_at": case.closed_at,
        "dismissed_reason": case.dismissed_reason,
        "merged_into": case.merged_into,
        "opened_at": case.created_at,
        "has_informant": case.has_informant,
        "investigators": case.investigators,
    }


def _conduct(conduct: Conduct | None) -> Answer | None:
    return None if conduct is None else {"from": conduct.start, "to": conduct.end}


def _name(cadre: str, masked: str, cards: Cards) -> str:
    card = cards.get(cadre)
    return masked if card is None else card.name


def of_disposition(one: Disposition, cards: Cards) -> Answer:
    return {
        "cadre": one.cadre,
        "name": _name(one.cadre, one.name, cards),
        "responsibility": one.responsibility,
        "outcome": _outcome(one),
        "conduct": _conduct(one.conduct),
        "defence": one.defence,
        "defence_waived": None if one.defence_waived is None else {"reason": one.defence_waived},
        "written_by": one.written_by,
        "written_at": one.written_at,
        "approved_at": one.approved_at,
    }


def _outcome(one: Disposition) -> Answer:
    if one.measures:
        return {"measures": [_terms(measure) for measure in one.measures]}
    if one.elsewhere is not None:
        return {"elsewhere": asdict(one.elsewhere)}
    return {"no_action": one.no_action}


def _terms(one: PlannedMeasure) -> Answer:
    return {
        "kind": one.kind,
        "form": one.form,
        "deciding_body": one.deciding_body,
        "decided_on": one.decided_on,
        "decision_no": one.decision_no,
        "documents": one.documents,
        "basis": one.basis,
        "publish": one.publish,
    }


def _paper(one: CaseDocument) -> Answer:
    return {
        "id": one.id,
        "title": one.title,
        "number": one.number,
        "dated": one.dated,
        "text": one.text,
        "sha256": one.sha256,
        "added_by": one.added_by,
        "added_at": one.added_at,
        "file": None if one.file is None else {"size": one.file.size, "content_type": one.file.content_type},
    }


def of_measure(measure: Measure, cards: Cards) -> Answer:
    grounds, person, effect = measure.grounds, measure.person, measure.effect
    return {
        **stamp(measure),
        "case": grounds.case,
        "findings": grounds.findings,
        "areas": grounds.areas,
        "restricted": grounds.restricted,
        "cadre": person.cadre,
        "name": _name(person.cadre, person.name, cards),
        "responsibility": person.responsibility,
        "conduct": _conduct(person.conduct),
        **_terms(measure.terms),
        "form": measure.form,
        "publish": measure.publish,
        "family": measure.family,
        "tier": measure.tier,
        "status": measure.status,
        "approved_at": measure.approved_at,
        "effect": None if effect is None else {"from": effect.start, "until": effect.until},
        "served": _service(measure.served),
        "appeal_until": measure.appeal_until,
        "revoked": _revocation(measure.revoked),
        "announced_at": measure.announced_at,
        "talked_at": measure.talked_at,
        "submission_due": measure.submission_due,
        "submitted_at": measure.submitted_at,
        "unfinished": unfinished_parts(measure),
        "moves": measure.moves,
    }


def _service(one: Service | None) -> Answer | None:
    if one is None:
        return None
    refusal = one.refusal
    refused = None if refusal is None else {"witnesses": refusal.witnesses, "reason": refusal.reason}
    return {"method": one.method, "at": one.at, "by": one.by, "receipt": one.receipt, "refusal": refused}


def _revocation(one: Revocation | None) -> Answer | None:
    return None if one is None else {"reason": one.reason, "by": one.body, "at": one.at}
