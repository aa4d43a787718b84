"""What happened, as far as telling people of it goes: the part of an event that decides who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Responsible:
    """One person in the chain of duty; `role` is a code of the vocabulary (`duty_role`), `area` where the duty lies."""

    cadre: str
    name: str
    role: str
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One event. `told` are those who were told of what it now corrects, `added` and `removed` those who answer
    for the finding by a correction and those who do no more; `traits` what a policy's `when` asks for.

    `handlers` are those who may see the case it is about while that is restricted; None: it is not. `since` is when
    what it tells of was found or served: a receipt on paper may be as old as that.
    """

    event: str
    event_type: str
    area: str
    team: str
    units: tuple[str, ...]
    severity: str
    immediate: bool
    finding: str | None = None
    case: str | None = None
    warning: str | None = None
    measure: str | None = None
    cadre: str | None = None
    responsible: tuple[Responsible, ...] = ()
    told: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    handlers: tuple[str, ...] | None = None
    since: datetime | None = None
    traits: Mapping[str, object] = field(default_factory=dict)

    @property
    def direct(self) -> tuple[Responsible, ...]:
        """The direct responsible persons; where there is none, the nearest leader."""
        direct = tuple(one for one in self.responsible if one.role == DIRECT)
        return direct or _nearest(self.responsible)

    @property
    def chain_above(self) -> tuple[str, ...]:
        """The leaders of the chain, each nearest area first; of equal areas those stay in the order of the chain."""
        above = [one for one in self.responsible if one.role not in ("", DIRECT)]
        above.sort(key=lambda one: -len(one.area))
        return tuple(dict.fromkeys(one.cadre for one in above))

    def leaders(self, role: str) -> tuple[Responsible, ...]:
        """The nearest person of this role."""
        return _nearest(tuple(one for one in self.responsible if one.role == role))


def _nearest(chain: tuple[Responsible, ...]) -> tuple[Responsible, ...]:
    """The one whose duty lies in the smallest area (the longest code), the first of several; nobody of nobody."""
    return (max(chain, key=lambda one: len(one.area)),) if chain else ()
