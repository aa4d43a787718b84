"""From what was proposed to measures: what the law refuses is stopped, what was approved comes into being."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from services.accountability.application.ports import EffectPeriods, Legality, MeasureKinds, Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case
from services.accountability.domain.disposition import TWO_FORMS, Disposition, PlannedMeasure
from services.accountability.domain.effect import Period
from services.accountability.domain.errors import InvalidError, MeasureRefusedError, UnknownError
from services.accountability.domain.legality import REFUSE, Verdict, together
from services.accountability.domain.measure import Measure
from services.accountability.domain.measure_parts import Person


class Deciding:
    """Measures by the county's table, with periods by its rules."""

    def __init__(
        self, legality: Legality, kinds: MeasureKinds, periods: EffectPeriods, new_id: Callable[[], str]
    ) -> None:
        self._legality = legality
        self._kinds = kinds
        self._periods = periods
        self._new_id = new_id

    def check(self, work: Work, case: Case, dispositions: Sequence[Disposition]) -> None:
        """Refuse what the law plainly refuses against the person as he is registered now."""
        refused = []
        for disposition in dispositions:
            if not disposition.measures:
                continue
            cadre = work.cadres.get(disposition.cadre)
            if cadre is None:
                raise UnknownError("cadre")
            for one in disposition.measures:
                verdict = self._legality.check(
                    cadre=cadre,
                    kind=one.kind,
                    deciding_body=one.deciding_body,
                    responsibility=disposition.responsibility,
                    on=one.decided_on,
                )
                if verdict.verdict == REFUSE:
                    refused.append(_refused(cadre.id, one.kind, verdict))
            refused += self._against_all(case, disposition)
        if refused:
            raise MeasureRefusedError(refused)

    def _against_all(self, case: Case, disposition: Disposition) -> list[dict[str, Any]]:
        """What is against the measures of a person taken together. What is not known refuses nothing."""
        kinds, before = [one.kind for one in disposition.measures], disposition.before_defence
        verdicts = [self._legality.combination(kinds)]
        if before is not None:
            verdicts.append(self._legality.after_defence(before, kinds))
        if case.investigators:
            verdicts.append(self._legality.investigation(case.investigators))
        named = " + ".join(kinds)
        return [
            _refused(disposition.cadre, named, one) for one in verdicts if one is not None and one.refused
        ]

    def decide(
        self, work: Work, case: Case, dispositions: Sequence[Disposition], by: str, at: datetime
    ) -> None:
        """Bring the measures that were just approved into being."""
        for disposition in dispositions:
            person = Person(
                disposition.cadre,
                disposition.name,
                disposition.responsibility,
                disposition.conduct or case.conduct,
            )
            for one in disposition.measures:
                kind = self._kinds.kind(one.kind, one.decided_on)
                others = work.measures.of_cadre(disposition.cadre)
                effect = self._periods(one.kind, one.decided_on, others)
                work.measures.save(
                    Measure.decide(self._new_id(), case.grounds, person, one, kind, effect, by, at)
                )

    def replace(self, work: Work, measure: Measure, terms: PlannedMeasure, by: str, at: datetime) -> Measure:
        """Bring a lighter measure into being in the place of one that stands no more.

        Raises:
            InvalidError: it is of the same kind, or of a day that cannot be.
            MeasureRefusedError: the law refuses it, or it is heavier, or has effect for longer.
        """
        _check_terms(terms, measure, day_of(at))
        person = measure.person
        cadre = work.cadres.get(person.cadre)
        if cadre is None:
            raise UnknownError("cadre")
        kind = self._kinds.kind(terms.kind, terms.decided_on)
        effect = self._periods(terms.kind, terms.decided_on, work.measures.of_cadre(person.cadre))
        verdict = together(
            self._legality.check(
                cadre=cadre,
                kind=terms.kind,
                deciding_body=terms.deciding_body,
                responsibility=person.responsibility,
                on=terms.decided_on,
            ),
            self._legality.after_defence([measure.terms.kind], [terms.kind]),
            self._legality.never_heavier if _longer(effect, measure.effect) else None,
        )
        if verdict.refused:
            raise MeasureRefusedError([_refused(cadre.id, terms.kind, verdict)])
        lighter = Measure.decide(self._new_id(), measure.grounds, person, terms, kind, effect, by, at)
        work.measures.save(lighter)
        return lighter


def _check_terms(terms: PlannedMeasure, measure: Measure, today: date) -> None:
    """What is lighter is of another kind, decided since the first decision."""
    errors = {}
    if terms.kind == measure.terms.kind:
        errors["measure.kind"] = ["is that of the varied measure: uphold it, or name a lighter one"]
    if not measure.terms.decided_on <= terms.decided_on <= today:
        first = measure.terms.decided_on.isoformat()
        errors["measure.decided_on"] = [f"lies between the first decision ({first}) and today"]
    if terms.form is not None and terms.kind != TWO_FORMS:
        errors["measure.form"] = [f"is for {TWO_FORMS} only"]
    if errors:
        raise InvalidError(errors)


def _longer(effect: Period | None, before: Period | None) -> bool:
    """Whether it ends later than what it replaces; without an end is latest."""
    if effect is None or before is None or before.until is None:
        return False
    return effect.until is None or effect.until > before.until


def _refused(cadre: str, kind: str, verdict: Verdict) -> dict[str, Any]:
    reasons = [{"article": why.article, "text": why.text} for why in verdict.reasons]
    return {"cadre": cadre, "kind": kind, "reasons": reasons}
