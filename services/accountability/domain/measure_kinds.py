"""Kinds of measures 处理措施 as the county's data has them: who may receive and decide each, what is forbidden."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.accountability.domain.effect import Combining


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row of law comes from, since when it holds, and whether it was checked."""

    article: str
    source: str
    valid_from: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Measures of one nature: which families may stand beside it, and how its periods of effect meet."""

    id: str
    zh: str
    combinable_with: frozenset[str]
    combining: Combining
    law: Source


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """A kind of measure. `tier` is its form of the four, `weight` its rank among all kinds; no `effect_months`: it has
    no period of effect. `publishes`: the county may be told by name."""

    kind: str
    zh: str
    family: str
    tier: int
    weight: int
    recipients: tuple[str, ...]
    deciding_bodies: tuple[str, ...]
    effect_months: int | None
    needs_talk: bool
    needs_document: bool
    publishes: bool
    law: Source
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Prohibition:
    """What is plainly forbidden, where all that is given fits: to whom holds one of `holds`, and none of `lacks`, when
    one of `bodies` decides."""

    id: str
    families: frozenset[str]
    kinds: frozenset[str]
    holds: frozenset[str]
    lacks: frozenset[str]
    bodies: frozenset[str]
    text: str
    law: Source

    def speaks_of(self, kind: MeasureKind) -> bool:
        return kind.family in self.families or kind.kind in self.kinds

    def fits(self, identity: Collection[str], body: str | None) -> bool:
        """Whether it forbids. A person of no known identity, and a body not yet known, are left to people."""
        if self.bodies and body not in self.bodies:
            return False
        if not (self.holds or self.lacks):
            return True
        return (
            bool(identity)
            and (not self.holds or not self.holds.isdisjoint(identity))
            and self.lacks.isdisjoint(identity)
        )


class MeasureKinds:
    """Every kind in all its versions."""

    def __init__(self, rows: Sequence[MeasureKind]) -> None:
        self.rows = tuple(rows)
        self._by_code: dict[str, list[MeasureKind]] = {}
        for row in sorted(rows, key=lambda one: one.law.valid_from):
            self._by_code.setdefault(row.kind, []).append(row)

    def kind(self, code: str, on: date | None = None) -> MeasureKind:
        """The newest row, or the newest valid on a day; the first one where none was valid yet.

        Raises:
            KeyError: no such kind.
        """
        rows = self._by_code[code]
        valid = [row for row in rows if on is None or row.law.valid_from <= on]
        return valid[-1] if valid else rows[0]

    def heavier(self, before: Iterable[str], after: Iterable[str]) -> bool:
        """Whether an outcome is heavier than the one before: a heavier measure, or one more beside the same."""
        return self._ranks(after) > self._ranks(before)

    def _ranks(self, codes: Iterable[str]) -> list[tuple[int, int]]:
        kinds = [self.kind(code) for code in codes]
        return sorted(((kind.tier, kind.weight) for kind in kinds), reverse=True)
