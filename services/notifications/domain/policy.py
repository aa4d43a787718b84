"""Who is told what: the county's table (deploy/county/policies.yaml) as values, and what it says about a matter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.notifications.domain import recipients
from services.notifications.domain.matter import Matter

INBOX = "inbox"
CLOCK = "clock.due."
# A notice of these would let a person learn of a case before a decision is served or a talk is scheduled.
SECRET = ("case.", "measure.decided.", "measure.expired.", "appeal.lodged.")
_AFTER_SERVICE = "after_service"
OPEN_STAGES = frozenset({"finding", _AFTER_SERVICE})


@dataclass(frozen=True, slots=True)
class Urgency:
    """When the outside channels are used at once: one of these is enough."""

    always: bool = False
    immediate: bool = False
    severities: frozenset[str] = frozenset()

    def fits(self, matter: Matter) -> bool:
        """Whether the matter cannot wait for the daily digest."""
        return self.always or (self.immediate and matter.immediate) or matter.severity in self.severities


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One row. All of `when` must fit; it counts from `valid_from` on."""

    id: str
    event: str
    recipients: tuple[str, ...]
    channels: tuple[str, ...]
    template: str
    urgent: Urgency
    valid_from: date
    when: Mapping[str, frozenset[object]] = field(default_factory=dict)

    def fits(self, matter: Matter, day: date) -> bool:
        """Whether the row speaks of such a matter on `day`."""
        return (
            self.event == matter.event_type
            and self.valid_from <= day
            and all(matter.traits.get(trait) in wanted for trait, wanted in self.when.items())
        )

    @property
    def tells_of_a_case(self) -> bool:
        """Whether it could tell somebody of a case too early."""
        if self.event.startswith(CLOCK):
            return not self.when.get("stage") or not self.when["stage"] <= OPEN_STAGES
        return self.event.startswith(SECRET)

    @property
    def tells_too_many_of_a_case(self) -> bool:
        """Whether it speaks of a case's clock to others than the office, who alone may know of it after service."""
        stages = self.when.get("stage", frozenset())
        return (
            self.event.startswith(CLOCK)
            and _AFTER_SERVICE in stages
            and set(self.recipients) != {recipients.OFFICE}
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """One recipient of one matter; `reason` is the word of the policy that he was found by."""

    recipient: str
    reason: str
    channels: tuple[str, ...]
    template: str
    urgent: bool


_Selector = Callable[[Matter], Iterable[str]]

SELECTORS: Mapping[str, _Selector] = {
    "direct": lambda matter: (one.cadre for one in matter.direct),
    "line_leader": lambda matter: (one.cadre for one in matter.leaders("line_leader")),
    "principal_leader": lambda matter: (one.cadre for one in matter.leaders("principal_leader")),
    "cadre": lambda matter: (matter.cadre,) if matter.cadre else (),
    "told": lambda matter: matter.told,
    "added": lambda matter: matter.added,
    "removed": lambda matter: matter.removed,
    "unit": lambda matter: map(recipients.unit, matter.units),
    "team": lambda matter: (recipients.team(matter.team),),
    "office": lambda _matter: (recipients.OFFICE,),
}
_PERSONS = frozenset({"direct", "line_leader", "principal_leader", "cadre", "added", "removed"})


def tellings(policies: Sequence[Policy], matter: Matter, day: date) -> list[Telling]:
    """Whom the table tells of the matter, each once: the first row that names him, urgent when any of them is."""
    found: dict[str, Telling] = {}
    for policy in policies:
        if not policy.fits(matter, day):
            continue
        urgent = policy.urgent.fits(matter)
        for reason in policy.recipients:
            for recipient in SELECTORS[reason](matter):
                if reason in _PERSONS and not recipients.is_person(recipient):
                    continue
                new = Telling(recipient, reason, policy.channels, policy.template, urgent)
                found[recipient] = _joined(found.get(recipient), new)
    return list(found.values())


def _joined(known: Telling | None, new: Telling) -> Telling:
    if known is None:
        return new
    channels = tuple(dict.fromkeys((*known.channels, *new.channels)))
    return Telling(known.recipient, known.reason, channels, known.template, known.urgent or new.urgent)
