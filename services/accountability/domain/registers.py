"""The county's registers: cadres 责任人, their duties 职责(包保), and the chain of duty that follows from them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.errors import InvalidError
from services.accountability.domain.events import CadreRegistered

DIRECT = "direct"
_CHAINS_KEPT = 4096
_ID = re.compile(r"[\w.\-]{1,64}")


def id_fault(value: str) -> str | None:
    """What is wrong with an id of the county's own; `office` is kept for the office as a recipient of notices."""
    if _ID.fullmatch(value) and value != "office":
        return None
    return "has 1 to 64 letters, digits, dots, hyphens or underscores"


def _check_id(value: str) -> None:
    fault = id_fault(value)
    if fault:
        raise InvalidError({"id": [fault]})


@dataclass(frozen=True, slots=True)
class CadreCard:
    """What the office registers of a person; `identity` holds vocabulary codes, sorted."""

    name: str
    position: str
    unit: str
    area: str
    identity: tuple[str, ...]
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Cadre(Aggregate):
    """A cadre under the county's own id."""

    card: CadreCard

    @classmethod
    def register(cls, cadre_id: str, card: CadreCard, at: datetime) -> "Cadre":
        """A person who is new in the register."""
        _check_id(cadre_id)
        cadre = cls(id=cadre_id, created_at=at, updated_at=at, card=card)
        cadre._tell(at)
        return cadre

    def enter(self, card: CadreCard, at: datetime) -> bool:
        """Take what the office entered; False when it says what was known."""
        if card == self.card:
            return False
        self.card = card
        self._tell(at)
        return True

    def _tell(self, at: datetime) -> None:
        self.changed(at)
        self.pending.append(CadreRegistered(at))


@dataclass(frozen=True, slots=True)
class DutyTerms:
    """What a duty is: empty `place_kinds` and `categories` mean all; no `from_day` means it has always held, no
    `to_day` that it still holds. Both days belong to it. It covers the whole subtree of its area."""

    cadre: str
    area: str
    role: str
    place_kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    from_day: date | None = None
    to_day: date | None = None

    def check(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.from_day and self.to_day and self.to_day < self.from_day:
            raise InvalidError({"to": ["lies before from"]})

    def holds(self, place_kind: str | None, category: str | None, on: date) -> bool:
        """Whether it speaks of such a place and category on that day; None asks for any."""
        return (
            (self.from_day is None or self.from_day <= on)
            and (self.to_day is None or on <= self.to_day)
            and (not self.place_kinds or place_kind is None or place_kind in self.place_kinds)
            and (not self.categories or category is None or category in self.categories)
        )


@dataclass(slots=True, kw_only=True)
class Duty(Aggregate):
    """A duty under the county's own id."""

    terms: DutyTerms

    @classmethod
    def register(cls, duty_id: str, terms: DutyTerms, at: datetime) -> "Duty":
        """A duty that is new in the register."""
        _check_id(duty_id)
        terms.check()
        duty = cls(id=duty_id, created_at=at, updated_at=at, terms=terms)
        duty.changed(at)
        return duty

    def enter(self, terms: DutyTerms, at: datetime) -> bool:
        """Take what the office entered; False when it says what was known."""
        if terms == self.terms:
            return False
        terms.check()
        self.terms = terms
        self.changed(at)
        return True


@dataclass(frozen=True, slots=True)
class Person:
    """A cadre as chains and rules need him; `name` is masked."""

    id: str
    name: str
    area: str
    identity: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One person in a chain of duty."""

    cadre: str
    role: str
    area: str
    duty: str


class Registers:
    """All duties and cadres at one version of the registers; made once, asked for every finding."""

    def __init__(
        self, version: int, people: Mapping[str, Person], duties: Iterable[tuple[str, DutyTerms]]
    ) -> None:
        self.version = version
        self.people = people
        self._by_area: dict[str, list[tuple[str, DutyTerms]]] = {}
        for duty, terms in sorted(duties, key=lambda item: (item[1].cadre, item[0])):
            self._by_area.setdefault(terms.area, []).append((duty, terms))
        self._lengths = sorted({len(area) for area in self._by_area}, reverse=True)
        # Findings of one place and day come together: their chain is the same as long as the registers are.
        self._known_chain = lru_cache(maxsize=_CHAINS_KEPT)(self._find_chain)

    def active(self, cadre: str) -> bool:
        """Whether the register knows this cadre and he is in office."""
        person = self.people.get(cadre)
        return person is not None and person.active

    def chain(self, area: str, place_kind: str | None, category: str | None, on: date) -> tuple[Link, ...]:
        """Direct persons first, then leaders; each nearest area first, then by id. A person appears once."""
        return self._known_chain(area, place_kind, category, on)

    def _find_chain(
        self, area: str, place_kind: str | None, category: str | None, on: date
    ) -> tuple[Link, ...]:
        direct: dict[str, Link] = {}
        leaders: dict[str, Link] = {}
        for duty, terms in self._above(area):
            if self.active(terms.cadre) and terms.holds(place_kind, category, on):
                links = direct if terms.role == DIRECT else leaders
                links.setdefault(terms.cadre, Link(terms.cadre, terms.role, terms.area, duty))
        return (*direct.values(), *(link for cadre, link in leaders.items() if cadre not in direct))

    def _above(self, area: str) -> Sequence[tuple[str, DutyTerms]]:
        """Every duty over `area`, nearest first."""
        found: list[tuple[str, DutyTerms]] = []
        for length in self._lengths:
            if length <= len(area):
                found += self._by_area.get(area[:length], ())
        return found
