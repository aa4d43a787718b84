"""What happened here, for those within the service; outgoing.py says which of it the world is told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """One thing that happened, when, and by whom (a person's `sub`, or none for the system)."""

    at: datetime
    by: str | None = None


class CadreRegistered(DomainEvent):
    """A cadre is new in the register, or something about him changed."""


class ResponsibilityAssigned(DomainEvent):
    """At least one person answers for a finding."""


@dataclass(frozen=True, slots=True)
class ResponsibilityCorrected(DomainEvent):
    """Some who answered for a finding do so no more (`removed`, as they answered), others do (`added`)."""

    reason: str | None = None
    removed: tuple[Any, ...] = ()
    added: tuple[Any, ...] = ()


class ResponsibilityUnresolved(DomainEvent):
    """No direct person, or nobody at all, was found."""


class WarningIssued(DomainEvent):
    """A rule warned a person."""


class WarningObjected(DomainEvent):
    """The warned person objected: known to those who decide, told to nobody else."""


class WarningDecided(DomainEvent):
    """An objection was turned down: the warning stands."""


@dataclass(frozen=True, slots=True)
class WarningRevoked(DomainEvent):
    """The ground of a warning fell."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseEvent(DomainEvent):
    """A line of a case's history."""

    move: str = ""
    finding: str | None = None
    note: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


class CaseOpened(CaseEvent):
    """A case exists."""


class CaseAdvanced(CaseEvent):
    """A case grew, or something it stands on changed."""


class CaseClosed(CaseEvent):
    """All that was decided in a case is done."""


class CaseDismissed(CaseEvent):
    """A case ended without a decision."""


class MeasureDecided(DomainEvent):
    """A measure came into being with the approval of its case."""


class MeasureFollowed(DomainEvent):
    """Others may know of a measure than before, since its case was restricted or opened up."""


class MeasureRecounted(DomainEvent):
    """Its period of effect is another one, since a measure it was combined with is no more."""


class MeasureServed(DomainEvent):
    """The decision has reached the person."""


class MeasureExpired(DomainEvent):
    """The period of effect has ended."""


@dataclass(frozen=True, slots=True)
class MeasureRevoked(DomainEvent):
    """A measure is no more."""

    reason: str = ""


class TalkScheduled(DomainEvent):
    """The person is told when and where he is talked to."""


class TalkRecorded(DomainEvent):
    """A talk was held."""


class AppealLodged(DomainEvent):
    """The person appeals."""


class AppealDecided(DomainEvent):
    """An appeal has ended."""


@dataclass(frozen=True, slots=True)
class ClockRanOut(DomainEvent):
    """A statutory clock will end soon (`before`), or has ended (`due`)."""

    stage: str = ""
