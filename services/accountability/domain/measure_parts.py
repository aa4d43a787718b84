"""Parts of a measure: what it takes over from its case, against whom it is, how it was served, why it is no more."""

from dataclasses import dataclass
from datetime import datetime

from services.accountability.domain.disposition import Conduct


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a measure takes over from its case: where it belongs and who may know of it."""

    case: str
    findings: tuple[str, ...]
    areas: tuple[str, ...]
    restricted: bool = False
    handlers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Against whom, and for what part in it. `name` is masked."""

    cadre: str
    name: str
    responsibility: str
    conduct: Conduct | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The person did not take the decision; two witnesses were there."""

    witnesses: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Service:
    """How and when a decision reached the person; `receipt` describes the proof, or `refusal` stands for it."""

    method: str
    at: datetime
    by: str
    receipt: str | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """Why a measure is no more; `body` revoked it, `by` entered it."""

    reason: str
    body: str
    at: datetime
    by: str
