"""Measures, warnings and dispositions as they stood on a day: what came later is not in them yet."""

from dataclasses import replace
from datetime import date, datetime

from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case
from services.accountability.domain.disposition import Disposition
from services.accountability.domain.measure import DECIDED, EXPIRED, SERVED, Measure
from services.accountability.domain.warning import ISSUED, OBJECTED, REVOKED, UPHELD, IssuedWarning


def measure_on(measure: Measure, day: date) -> Measure | None:
    """The measure as of that day; None before the day of its decision."""
    if measure.terms.decided_on > day:
        return None
    served = measure.served if measure.served and day_of(measure.served.at) <= day else None
    revoked = measure.revoked if measure.revoked and day_of(measure.revoked.at) <= day else None
    if revoked is not None:
        status = measure.status
    elif measure.effect and measure.effect.until and measure.effect.until <= day:
        status = EXPIRED
    else:
        status = DECIDED if served is None else SERVED
    return replace(
        measure,
        status=status,
        served=served,
        appeal_until=None if served is None else measure.appeal_until,
        revoked=revoked,
        talked_at=_until(measure.talked_at, day),
        submitted_at=_until(measure.submitted_at, day),
    )


def warning_on(warning: IssuedWarning, day: date) -> IssuedWarning | None:
    """The warning as of that day; None before it was issued."""
    if day_of(warning.created_at) > day:
        return None
    objection = warning.objection if warning.objection and warning.objection.day <= day else None
    decision = warning.decision if warning.decision and day_of(warning.decision.at) <= day else None
    # Warnings from before the moment was kept: nothing happens to a fallen one but its late receipt.
    fallen_at = None if warning.standing else warning.revoked_at or warning.updated_at
    status = ISSUED if objection is None else OBJECTED
    if decision is not None:
        status = UPHELD
    if fallen_at is not None and day_of(fallen_at) <= day:
        status = REVOKED
    return replace(
        warning,
        status=status,
        revoked_reason=warning.revoked_reason if status == REVOKED else None,
        revoked_at=fallen_at if status == REVOKED else None,
        received_at=_until(warning.received_at, day),
        objection=objection,
        decision=decision,
    )


def disposition_on(case: Case, cadre: str, day: date) -> Disposition | None:
    """What was approved for a person of a case by that day."""
    found = case.dispositions.get(cadre)
    if found is None or found.approved_at is None or day_of(found.approved_at) > day:
        return None
    handled = found.elsewhere
    if handled is not None and handled.reported_on is not None and handled.reported_on > day:
        return replace(found, elsewhere=replace(handled, result=None, reported_on=None))
    return found


def _until(moment: datetime | None, day: date) -> datetime | None:
    return None if moment is None or day_of(moment) > day else moment
