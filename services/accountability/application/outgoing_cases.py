"""What the outside is told of cases and measures: ids, and of what may be known no more than their contract says."""

from typing import Any

from services.accountability.application.event_parts import because, change, day, moment
from services.accountability.domain.case import Case
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.events import (
    CaseAdvanced,
    CaseClosed,
    CaseDismissed,
    CaseEvent,
    CaseOpened,
    DomainEvent,
    MeasureDecided,
    MeasureExpired,
    MeasureFollowed,
    MeasureRecounted,
    MeasureRevoked,
    MeasureServed,
)
from services.accountability.domain.measure import Measure
from shared.contracts import accountability as contract

Data = dict[str, Any]
Message = tuple[str, Data]

_CASE_TYPES: dict[type[CaseEvent], str] = {
    CaseOpened: contract.CASE_OPENED_V1,
    CaseAdvanced: contract.CASE_ADVANCED_V1,
    CaseClosed: contract.CASE_CLOSED_V1,
    CaseDismissed: contract.CASE_DISMISSED_V1,
}
_MEASURE_TYPES: dict[type[DomainEvent], tuple[str, str]] = {
    MeasureDecided: (contract.MEASURE_DECIDED_V1, "decided"),
    # No other type tells nobody: who was served once is not told again.
    MeasureFollowed: (contract.MEASURE_DECIDED_V1, "access_changed"),
    MeasureRecounted: (contract.MEASURE_DECIDED_V1, "effect_changed"),
    MeasureServed: (contract.MEASURE_SERVED_V1, "served"),
    MeasureRevoked: (contract.MEASURE_REVOKED_V1, "revoked"),
    MeasureExpired: (contract.MEASURE_EXPIRED_V1, "expired"),
}


def case_message(case: Case, event: CaseEvent) -> Message:
    return _CASE_TYPES[type(event)], _case_data(case, event)


def measure_message(measure: Measure, event: DomainEvent) -> Message:
    told, move = _MEASURE_TYPES[type(event)]
    return told, _measure_data(measure, event, move)


def _case_data(case: Case, event: CaseEvent) -> Data:
    """What was found out and decided is told once the person concerned knows, and never of a restricted case."""
    told = case.served_at is not None and not case.restricted
    conduct = case.conduct if told else None
    return {
        "case": case.id,
        "status": case.status,
        "findings": list(case.findings),
        "areas": list(case.areas),
        "persons": list(case.persons),
        "because": [because(one) for one in case.because],
        "suggested": [{"cadre": one.cadre, "kind": one.kind, "rule": one.rule} for one in case.suggested],
        "restricted": case.restricted,
        "handlers": list(case.handlers),
        "title": case.title if told else None,
        "facts": case.facts if told else None,
        "conduct": None if conduct is None else {"start": day(conduct.start), "end": day(conduct.end)},
        "dispositions": [_disposition(one) for one in case.dispositions.values() if one.approved_at]
        if told
        else [],
        "opened_at": moment(case.created_at),
        "version": case.version,
        "change": change(event, event.move),
    }


def _disposition(one: Disposition) -> Data:
    return {
        "cadre": one.cadre,
        "name": one.name,
        "responsibility": one.responsibility,
        "outcome": one.outcome,
        "measures": [measure.kind for measure in one.measures],
        "elsewhere_due": day(one.elsewhere.due) if one.elsewhere else None,
    }


def _measure_data(measure: Measure, event: DomainEvent, move: str) -> Data:
    grounds, person, terms = measure.grounds, measure.person, measure.terms
    effect, served = measure.effect, measure.served
    return {
        "measure": measure.id,
        "case": grounds.case,
        "findings": list(grounds.findings),
        "areas": list(grounds.areas),
        "restricted": grounds.restricted,
        "handlers": list(grounds.handlers),
        "cadre": person.cadre,
        "name": person.name,
        "responsibility": person.responsibility,
        "kind": terms.kind,
        "deciding_body": terms.deciding_body,
        "decided_on": day(terms.decided_on),
        "decision_no": terms.decision_no,
        "family": measure.family,
        "tier": measure.tier,
        "form": measure.form,
        "publish": measure.publish,
        "status": measure.status,
        "effect": None if effect is None else {"start": day(effect.start), "until": day(effect.until)},
        "served": None if served is None else {"method": served.method, "at": moment(served.at)},
        "appeal_until": day(measure.appeal_until),
        "version": measure.version,
        "change": change(event, move),
    }
