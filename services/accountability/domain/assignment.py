"""Who answers for a finding: resolved from the names the team gave and the chain of duty on a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.errors import InvalidError
from services.accountability.domain.events import (
    ResponsibilityAssigned,
    ResponsibilityCorrected,
)
from services.accountability.domain.finding import Finding
from services.accountability.domain.registers import DIRECT, Registers

MISSING_DIRECT = "direct"
MISSING_ALL = "all"


@dataclass(frozen=True, slots=True)
class Responsible:
    """One person who answers; `area` is where the duty lies, none for one whom the team named without a duty there.
    `name` is masked."""

    cadre: str
    name: str
    role: str
    area: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Direct persons first, then leaders. `unknown` are named cadres whom the register does not know or who have
    left: they are kept, and do not count as direct."""

    as_of: date
    responsible: tuple[Responsible, ...]
    unknown: tuple[str, ...] = ()

    @property
    def direct(self) -> tuple[str, ...]:
        """The cadres with direct responsibility."""
        return tuple(one.cadre for one in self.responsible if one.role == DIRECT)

    @property
    def missing(self) -> str | None:
        """`all` when nobody was found, `direct` when only leaders were, else none."""
        if not self.responsible:
            return MISSING_ALL
        return None if self.responsible[0].role == DIRECT else MISSING_DIRECT

    @property
    def complete(self) -> bool:
        """Whether nothing is left to look for."""
        return self.missing is None and not self.unknown

    def better_than(self, other: "Resolution") -> bool:
        """Whether it finds somebody the other does not, and loses no ground to it."""
        if (rank := _rank(self)) != (known := _rank(other)):
            return rank > known
        return not {one.cadre for one in self.responsible} <= {one.cadre for one in other.responsible}


def _rank(resolution: Resolution) -> int:
    return {MISSING_ALL: 0, MISSING_DIRECT: 1, None: 2}[resolution.missing]


def resolve(finding: Finding, registers: Registers, as_of: date) -> Resolution:
    """Who answers for `finding` by the duties of that day.

    The cadres that the team named are the direct ones; the chain then supplies the leaders only, since another
    person must not answer in place of the one who was named.
    """
    people = registers.people
    links = registers.chain(finding.area, finding.place_kind, finding.category, as_of)
    if not finding.named:
        return Resolution(
            as_of, tuple(Responsible(one.cadre, people[one.cadre].name, one.role, one.area) for one in links)
        )
    areas = {one.cadre: one.area for one in links if one.role == DIRECT}
    named = sorted(cadre for cadre in set(finding.named) if registers.active(cadre))
    direct = [Responsible(cadre, people[cadre].name, DIRECT, areas.get(cadre)) for cadre in named]
    leaders = [
        Responsible(one.cadre, people[one.cadre].name, one.role, one.area)
        for one in links
        if one.role != DIRECT and one.cadre not in named
    ]
    unknown = tuple(cadre for cadre in dict.fromkeys(finding.named) if cadre not in named)
    return Resolution(as_of, (*direct, *leaders), unknown)


def resolve_again(finding: Finding, registers: Registers, today: date) -> Resolution:
    """After a change of the registers: as of the finding's own day, and as of today where that finds more."""
    then = resolve(finding, registers, finding.day)
    if then.missing is None:
        return then
    now = resolve(finding, registers, today)
    return now if now.better_than(then) else then


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that stands because of this finding."""

    warning: str
    cadre: str
    rule: str


@dataclass(slots=True, kw_only=True)
class Assignment(Aggregate):
    """One for each finding, under the finding's id.

    `counted` are the cadres in whose tally the finding counts, `warned` the standing warnings, `case` the unfinished
    case it is in, `unassigned` its entry in the list of what the office must look at, `drawn_level` the overdue level
    up to which the rules have spoken. `corrected`: people have said who answers, which a change of the registers does
    not undo. `released` are the (cadre, rule) whose warning was revoked on objection: the rule warns them no more.
    `referred_at` and `revisited_at` are the newest referral and revisit that were acted on.
    """

    finding: Finding
    resolution: Resolution
    assigned_at: datetime | None = None
    closed: bool = False
    counted: tuple[str, ...] = ()
    warned: tuple[Warned, ...] = ()
    case: str | None = None
    unassigned: str | None = None
    corrected: bool = False
    released: tuple[tuple[str, str], ...] = ()
    referred_at: datetime | None = None
    revisited_at: datetime | None = None
    drawn_level: int = 0

    @classmethod
    def begin(cls, finding: Finding, at: datetime) -> "Assignment":
        """A finding nobody answers for yet."""
        nobody = Resolution(finding.day, ())
        assignment = cls(id=finding.id, created_at=at, updated_at=at, finding=finding, resolution=nobody)
        assignment.changed(at)
        return assignment

    @property
    def direct(self) -> tuple[str, ...]:
        """The cadres with direct responsibility."""
        return self.resolution.direct

    def take(self, finding: Finding, at: datetime) -> None:
        """The newest state of the finding."""
        self.finding = finding
        self.changed(at)

    def assign(self, resolution: Resolution, at: datetime) -> None:
        """Take a resolution, and tell of it when it names anybody."""
        self.resolution = resolution
        if resolution.responsible:
            self.assigned_at = self.assigned_at or at
            self.pending.append(ResponsibilityAssigned(at))

    def assign_anew(self, resolution: Resolution, at: datetime) -> None:
        """The finding went to another area: nothing stands against those who answered for it before."""
        self.counted = ()
        self.warned = ()
        self.corrected = False
        self.released = ()
        before, told_before = self.resolution, self.assigned_at is not None
        self.assign(resolution, at)
        removed = _without(before, {one.cadre for one in resolution.responsible})
        if told_before and removed:
            self.pending.append(ResponsibilityCorrected(at, removed=removed))

    def correct(
        self,
        remove: Sequence[str],
        add: Sequence[Responsible],
        *,
        reason: str,
        by: str,
        at: datetime,
    ) -> tuple[Responsible, ...]:
        """People say that the wrong person was named: those who answer no more.

        Raises:
            InvalidError: somebody to be removed does not answer for it, or somebody to be added does already.
        """
        before = {one.cadre: one for one in self.resolution.responsible}
        faults: dict[str, list[str]] = {}
        if strangers := [cadre for cadre in remove if cadre not in before]:
            faults["remove"] = [f"does not answer for this finding: {', '.join(strangers)}"]
        if known := [one.cadre for one in add if one.cadre in before and one.cadre not in remove]:
            faults["add"] = [
                f"answers for this finding already: {', '.join(known)}; remove it to change the role"
            ]
        if faults:
            raise InvalidError(faults)
        kept = [one for one in self.resolution.responsible if one.cadre not in remove]
        # Direct persons first, as everywhere; within that the order in which they were named.
        people = sorted([*kept, *add], key=lambda one: one.role != DIRECT)
        unknown = tuple(one for one in self.resolution.unknown if one not in remove)
        self.resolution = Resolution(self.resolution.as_of, tuple(people), unknown)
        self.assigned_at = self.assigned_at or at
        self.corrected = True
        self.changed(at)
        removed = _without(
            Resolution(self.resolution.as_of, tuple(before.values())), {one.cadre for one in people}
        )
        added = tuple(one for one in add if one.cadre not in before)
        self.pending.append(ResponsibilityCorrected(at, by, reason, removed, added))
        return removed

    def close(self, at: datetime) -> None:
        """The finding is withdrawn: nothing follows from it any more."""
        self.closed = True
        self.counted = ()
        self.warned = ()
        self.unassigned = None
        self.changed(at)


def _without(resolution: Resolution, cadres: Collection[str]) -> tuple[Responsible, ...]:
    return tuple(one for one in resolution.responsible if one.cadre not in cadres)
