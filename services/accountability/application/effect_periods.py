"""How long a new measure has effect, by the county's table, beside what already stands against the person."""

from collections.abc import Sequence
from datetime import date

from services.accountability.domain.effect import Period, Standing, period
from services.accountability.domain.legality import Legality
from services.accountability.domain.measure import Measure


class TableOfPeriods:
    """Measures of one family meet by the rule of that family; those of different families run apart."""

    def __init__(self, legality: Legality) -> None:
        self._legality = legality

    def __call__(self, kind: str, decided_on: date, others: Sequence[Measure]) -> Period | None:
        row = self._legality.kinds.kind(kind, decided_on)
        if row.effect_months is None:
            return None
        beside = [
            Standing(one.terms.kind, one.effect.start, one.effect.until)
            for one in others
            if one.standing and one.family == row.family and one.effect and one.effect.until
        ]
        return period(
            decided_on, row.effect_months, kind, beside, self._legality.families[row.family].combining
        )
