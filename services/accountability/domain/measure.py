"""A measure 处理措施 that was decided against a person: it comes into being when its case is approved.

Talks, self-criticisms and appeals are documents of their own that name the measure; what of them counts for closing the
case is noted here (`note_talk`, `note_submission`), in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.calendar import day_of
from services.accountability.domain.disposition import TALK, WRITTEN, PlannedMeasure
from services.accountability.domain.effect import Period
from services.accountability.domain.errors import InvalidError, InvalidTransitionError
from services.accountability.domain.events import (
    DomainEvent,
    MeasureDecided,
    MeasureExpired,
    MeasureFollowed,
    MeasureRecounted,
    MeasureRevoked,
    MeasureServed,
)
from services.accountability.domain.measure_parts import Grounds, Person, Revocation, Service

DECIDED, SERVED, EXPIRED, REVOKED, VARIED = STATUSES = ("decided", "served", "expired", "revoked", "varied")
SELF_CRITICISM = "written_self_criticism"
COUNTY_WIDE_NOTICE = "county_wide_notice"
METHODS = ("in_person", "notice", "paper")
_WHOSE = {"serve": "commission", "revoke": "approver"}


class Kind(Protocol):
    """What of a kind of measure a decided one keeps, so that a later version of the data does not change it."""

    @property
    def family(self) -> str: ...

    @property
    def tier(self) -> int: ...

    @property
    def needs_talk(self) -> bool: ...


@dataclass(slots=True, kw_only=True)
class Measure(Aggregate):
    """`approved_by` may not decide an appeal against it. `appeal_until`, the last day for one, is set with the service.
    `publish`: the decision itself names the person to the county. `announced_at`: its talk was scheduled or held."""

    grounds: Grounds
    person: Person
    terms: PlannedMeasure
    family: str
    tier: int
    publish: bool
    form: str | None
    approved_by: str
    approved_at: datetime
    effect: Period | None = None
    status: str = DECIDED
    served: Service | None = None
    appeal_until: date | None = None
    revoked: Revocation | None = None
    announced_at: datetime | None = None
    talked_at: datetime | None = None
    submission_due: date | None = None
    submitted_at: datetime | None = None

    @classmethod
    def decide(
        cls,
        measure_id: str,
        grounds: Grounds,
        person: Person,
        terms: PlannedMeasure,
        kind: Kind,
        effect: Period | None,
        by: str,
        at: datetime,
    ) -> "Measure":
        """An approved one. It runs from the day of its decision, which may lie before."""
        measure = cls(
            id=measure_id,
            created_at=at,
            updated_at=at,
            grounds=grounds,
            person=person,
            terms=terms,
            family=kind.family,
            tier=kind.tier,
            publish=terms.publish or terms.kind == COUNTY_WIDE_NOTICE,
            form=(terms.form or TALK) if kind.needs_talk else None,
            approved_by=by,
            approved_at=at,
            effect=effect,
        )
        measure._tell(MeasureDecided(at, by), at)
        return measure

    @property
    def standing(self) -> bool:
        """Whether it counts: neither revoked nor replaced by a lighter one."""
        return self.status not in (REVOKED, VARIED)

    @property
    def known(self) -> bool:
        """Whether the person may know of it."""
        return self.served is not None or self.announced_at is not None

    @property
    def may_be_served(self) -> bool:
        """Whether it was not served yet; a talk does not stand for the service."""
        return self.standing and self.served is None

    def in_force(self, on: date) -> bool:
        """Whether it has effect on that day."""
        return self.standing and self.effect is not None and self.effect.holds(on)

    def serve(self, service: Service, at: datetime) -> None:
        """The decision has reached the person, or was refused before witnesses: periods run from then."""
        if not self.may_be_served:
            raise InvalidTransitionError("serve", "measure", self.status, self.moves_of(_WHOSE["serve"]))
        if service.at > at:
            raise InvalidError({"at": ["lies in the future"]})
        if day_of(service.at) < self.terms.decided_on:
            raise InvalidError({"at": [f"lies before the decision ({self.terms.decided_on.isoformat()})"]})
        self.served = service
        if self.status == DECIDED:
            self.status = SERVED
        self._tell(MeasureServed(at, service.by), at)

    def appealable_until(self, last_day: date) -> None:
        """Through which day the person may appeal; set with the service, before it is saved."""
        self.appeal_until = last_day

    def note_talk(self, held_at: datetime | None, at: datetime) -> None:
        """Its talk was scheduled, or held and recorded: the person knows."""
        self.announced_at = self.announced_at or at
        self.talked_at = held_at
        self.changed(at)

    def ask_submission(self, due: date) -> None:
        """Through which day the self-criticism is to be handed in; set with the service, or when one is returned."""
        self.submission_due = due

    def note_submission(self, submitted_at: datetime | None, at: datetime) -> None:
        """The person has handed in his self-criticism; none when it was returned."""
        self.submitted_at = submitted_at
        self.changed(at)

    def revoke(self, revocation: Revocation, status: str = REVOKED) -> None:
        """It is no more, as if it had never been in force; `varied` is that a lighter one takes its place."""
        if not self.standing:
            raise InvalidTransitionError("revoke", "measure", self.status, self.moves_of(_WHOSE["revoke"]))
        self.status = status
        self.revoked = revocation
        self._tell(MeasureRevoked(revocation.at, revocation.by, reason=revocation.reason), revocation.at)

    def expire(self, at: datetime) -> bool:
        """Its effect has ended; False when there is nothing to end."""
        if self.status not in (DECIDED, SERVED) or self.effect is None:
            return False
        if self.effect.until is None or day_of(at) < self.effect.until:
            return False
        self.status = EXPIRED
        self._tell(MeasureExpired(at), at)
        return True

    def count_anew(self, effect: Period | None, at: datetime) -> bool:
        """Its period without a measure that is no more; False when that changes nothing."""
        if effect == self.effect:
            return False
        self.effect = effect
        self._tell(MeasureRecounted(at), at)
        return True

    def limit_access(self, restricted: bool, handlers: Sequence[str], at: datetime) -> None:
        """Its case was restricted, or opened up."""
        grounds = replace(self.grounds, restricted=restricted, handlers=tuple(handlers))
        if grounds != self.grounds:
            self.grounds = grounds
            self._tell(MeasureFollowed(at), at)

    @property
    def moves(self) -> Sequence[str]:
        """What may be done with it now."""
        if not self.standing:
            return ()
        return ("serve", "revoke") if self.may_be_served else ("revoke",)

    def moves_of(self, role: str) -> list[str]:
        """What a role may do with it now."""
        return [move for move in self.moves if _WHOSE[move] == role]

    def _tell(self, event: DomainEvent, at: datetime) -> None:
        self.changed(at)
        self.pending.append(event)


def unfinished_parts(measure: Measure) -> tuple[str, ...]:
    """What is still to be done before its case may be closed."""
    if not measure.standing:
        return ()
    parts = []
    if measure.served is None:
        parts.append("serve")
    if measure.form is not None and measure.form != WRITTEN and measure.talked_at is None:
        parts.append("talk")
    if measure.terms.kind == SELF_CRITICISM and measure.submitted_at is None:
        parts.append("submission")
    return tuple(parts)
