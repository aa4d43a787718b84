"""A measure that is no more lengthens no other: the periods that were combined with it are counted anew."""

from datetime import datetime

from services.accountability.application.ports import EffectPeriods, Work
from services.accountability.domain.measure import Measure


def recombine(work: Work, periods: EffectPeriods, gone: Measure, at: datetime) -> None:
    """Count anew what was decided against the person after `gone`, each beside what stood before it."""
    measures = list(work.measures.of_cadre(gone.person.cadre))
    place = next(position for position, one in enumerate(measures) if one.id == gone.id)
    for position, later in enumerate(measures[place + 1 :], place + 1):
        if not later.standing or later.family != gone.family:
            continue
        effect = periods(later.terms.kind, later.terms.decided_on, measures[:position])
        if later.count_anew(effect, at):
            work.measures.save(later)
