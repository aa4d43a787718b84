"""Periods of effect: how long a new measure has effect, and measures whose effect has ended."""

from collections.abc import Sequence
from datetime import date, datetime

from services.accountability.application.ports import Work
from services.accountability.domain.effect import Period, Standing, period
from services.accountability.domain.legality import Legality
from services.accountability.domain.measure import Measure


def expire(work: Work, measure_id: str, now: datetime) -> None:
    """Its effect has ended by itself, if it still stands."""
    measure = work.measures.get(measure_id)
    if measure is not None and measure.expire(now):
        work.measures.save(measure)


class EffectPeriods:
    """The period of a new measure by the county's rules."""

    def __init__(self, legality: Legality) -> None:
        self._legality = legality

    def __call__(self, kind: str, decided_on: date, others: Sequence[Measure]) -> Period | None:
        """Combined with the person's `others`, those of the same decision included; None where it has no period."""
        row = self._legality.kinds.kind(kind, decided_on)
        if row.effect_months is None:
            return None
        beside = [
            Standing(one.terms.kind, one.effect.start, one.effect.until)
            for one in others
            if one.standing and one.family == row.family
            if one.effect is not None and one.effect.until is not None
        ]
        combining = self._legality.families[row.family].combining
        return period(decided_on, row.effect_months, kind, beside, combining)
