"""Reads of the law and of what it brings: kinds of measures, their legality, who is under effect, statutory clocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.accountability.application.answers import Answer
from services.accountability.application.pages import Listed, Page, part_of, within
from services.accountability.domain.calendar import day_of
from services.accountability.domain.effect import under_effect
from services.accountability.domain.errors import ForbiddenError, InvalidError, UnknownError
from services.accountability.domain.legality import Legality, Reason, together
from services.accountability.domain.measure import Measure
from services.accountability.domain.measure_kinds import MeasureKind, Source
from services.accountability.domain.registers import Cadre
from services.accountability.domain.statutory_clock import StatutoryClock
from shared.contracts.claims import Claims

KNOWS_CASES = frozenset({"commission", "approver", "auditor"})


@dataclass(frozen=True, slots=True)
class ClockFilters:
    """`reach` is the subtree that must hold all areas, `within` one that must hold some; `handler` sees his own
    restricted cases, None sees all of them; only what is due before the day `due_before`."""

    reach: str
    within: str
    handler: str | None
    due_before: date | None


class Cadres(Protocol):
    def cadre(self, cadre_id: str) -> Cadre | None: ...


class LawStore(Protocol):
    """Where measures and clocks are read from, outside of transactions."""

    def in_effect(self, cadre: str) -> Sequence[Measure]:
        """What stands against a person and has a period of effect."""

    def clocks(self, filters: ClockFilters, page: Page) -> tuple[Sequence[StatutoryClock], str | None]: ...


class LawQueries:
    """One method for each question."""

    def __init__(
        self,
        cadres: Cadres,
        store: LawStore,
        legality: Legality,
        now: Callable[[], datetime],
    ) -> None:
        self._cadres = cadres
        self._store = store
        self._legality = legality
        self._now = now

    def kinds(self, page: Page) -> Listed:
        """Every row of the county's measures, in the order of its file."""
        shown, following = part_of(self._legality.kinds.rows, page)
        return [self._of_kind(row) for row in shown], following

    def check(self, body: Mapping[str, Any], by: Claims) -> Answer:
        """What the law says of a measure that is not decided yet."""
        cadre = self._cadres.cadre(body["cadre"])
        if cadre is None:
            raise InvalidError({"cadre": ["unknown: register the cadre first (PUT /cadres/{id})"]})
        if not by.covers(cadre.card.area):
            raise ForbiddenError("the cadre lies outside of your area")
        kind, beside, before = body["kind"], body["together_with"], body["before_defence"]
        verdict = together(
            self._legality.check(
                cadre=cadre,
                kind=kind,
                deciding_body=body["deciding_body"],
                responsibility=body["responsibility"],
                on=body["on"] or day_of(self._now()),
            ),
            self._legality.combination([kind, *beside]),
            None if before is None else self._legality.after_defence(before, [kind, *beside]),
            None if body["investigators"] is None else self._legality.investigation(body["investigators"]),
        )
        return {"verdict": verdict.verdict, "reasons": [_of_reason(one) for one in verdict.reasons]}

    def effect(self, cadre_id: str, on: date | None, by: Claims) -> Answer:
        """Whether a person is under effect on a day, and until when: nothing about what, or why.

        Before a decision is served nobody but those who know of cases learns of it, and of a restricted case only its
        handlers.
        """
        cadre = self._cadres.cadre(cadre_id)
        if cadre is None:
            raise UnknownError("cadre")
        if not by.covers(cadre.card.area):
            raise ForbiddenError("the cadre lies outside of your area")
        periods = [
            one.effect
            for one in self._store.in_effect(cadre_id)
            if one.effect is not None and (one.known or _may_know(one, by))
        ]
        found = under_effect(periods, on or day_of(self._now()))
        return {"under_effect": found is not None, "until": found.until if found else None}

    def clocks(self, area: str | None, due_before: date | None, by: Claims, page: Page) -> Listed:
        """Statutory clocks, running and stopped, newest first."""
        filters = ClockFilters(
            reach=by.area,
            within=within(area, by),
            handler=None if by.role == "auditor" else by.sub,
            due_before=due_before,
        )
        found, following = self._store.clocks(filters, page)
        return [self.shown_clock(one) for one in found], following

    def _of_kind(self, row: MeasureKind) -> Answer:
        return {
            "kind": row.kind,
            "zh": row.zh,
            "family": row.family,
            "family_zh": self._legality.families[row.family].zh,
            "tier": row.tier,
            "weight": row.weight,
            "recipients": list(row.recipients),
            "deciding_bodies": list(row.deciding_bodies),
            "effect_months": row.effect_months,
            "combinable_with": sorted(self._legality.families[row.family].combinable_with),
            "needs_talk": row.needs_talk,
            "needs_document": row.needs_document,
            "publishes": row.publishes,
            "note": row.note,
            **_of_law(row.law),
        }

    def shown_clock(self, clock: StatutoryClock) -> Answer:
        grounds, done = clock.about.grounds, clock.done
        return {
            "id": clock.id,
            "version": clock.version,
            "created_at": clock.created_at,
            "updated_at": clock.updated_at,
            "rule": clock.rule,
            "title": clock.title,
            "stage": clock.stage,
            "case": grounds.case,
            "measure": clock.about.measure,
            "cadre": clock.about.cadre,
            "areas": list(grounds.areas),
            "started_on": clock.started_on,
            "due": clock.due_on,
            "due_at": clock.due_at,
            "provisional": clock.provisional,
            "running": clock.running,
            "overdue": clock.running and clock.due_at <= self._now(),
            "stopped_at": clock.stopped_at,
            "stopped_by": clock.stopped_by,
            "done": None if done is None else {"on": done.on, "note": done.note, "by": done.by},
            "moves": clock.moves,
            **_of_law(clock.law),
        }


def _may_know(measure: Measure, by: Claims) -> bool:
    if by.role not in KNOWS_CASES:
        return False
    grounds = measure.grounds
    return not grounds.restricted or by.role == "auditor" or by.sub in grounds.handlers


def _of_law(law: Source) -> Answer:
    return {
        "article": law.article,
        "source": law.source,
        "valid_from": law.valid_from,
        "verified": law.verified,
    }


def _of_reason(reason: Reason) -> Answer:
    return {"article": reason.article, "text": reason.text, "verified": reason.verified}
