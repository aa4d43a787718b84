"""Whether a measure 处理措施 may be taken: against whom, by whom, beside what. The law is the county's data; what stands
here is how it is read. Every verdict cites the article it rests on."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.accountability.domain.effect import Combining

ALLOW, WARN, REFUSE = "allow", "warn", "refuse"
FEWEST_INVESTIGATORS = 2
_INVESTIGATORS = "《公职人员政务处分法》第四十二条"
_NEVER_HEAVIER = "《公职人员政务处分法》第四十三条"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a verdict; `verified`: the article was checked against its text."""

    article: str
    text: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verdict` is allow, warn or refuse."""

    verdict: str
    reasons: tuple[Reason, ...]

    @property
    def refused(self) -> bool:
        return self.verdict == REFUSE


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
    no period of effect. `talk` and `document`: what belongs to it; `publish`: the county may be told by name."""

    kind: str
    zh: str
    family: str
    tier: int
    weight: int
    recipients: tuple[str, ...]
    deciding_bodies: tuple[str, ...]
    effect_months: int | None
    talk: bool
    document: bool
    publish: bool
    law: Source
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Prohibition:
    """What is plainly forbidden, where all that is given fits."""

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


class Legality:
    """Judges by the county's `kinds`, `families` and `prohibitions`. `texts` and `label` (vocabulary: kind of code,
    code) word what people read."""

    def __init__(
        self,
        kinds: MeasureKinds,
        families: Mapping[str, Family],
        prohibitions: Sequence[Prohibition],
        texts: Mapping[str, str],
        label: Callable[[str, str], str],
    ) -> None:
        self.kinds = kinds
        self.families = families
        self._prohibitions = tuple(prohibitions)
        self._texts = texts
        self._label = label

    def refuses(self, measure: str, identity: Collection[str]) -> bool:
        """Whether the measure is plainly forbidden against such a person, whoever decides."""
        kind = self.kinds.kind(measure)
        return any(one.speaks_of(kind) and one.fits(identity, None) for one in self._prohibitions)

    def judge(self, *, identity: Collection[str], kind: str, deciding_body: str, on: date) -> Verdict:
        """May this body take the measure against a person of these identities on that day?"""
        row = self.kinds.kind(kind, on)
        forbidden = [
            Reason(one.law.article, one.text, one.law.verified)
            for one in self._prohibitions
            if one.law.valid_from <= on and one.speaks_of(row) and one.fits(identity, deciding_body)
        ]
        if forbidden:
            return Verdict(REFUSE, tuple(forbidden))
        doubts = self._doubts(row, identity, deciding_body)
        notes = self._notes(row, on)
        if doubts:
            return Verdict(WARN, (*doubts, *notes))
        return Verdict(ALLOW, (self._reason(row, "listed", kind=row.zh), *notes))

    def combination(self, kinds: Sequence[str]) -> Verdict | None:
        """Whether these may stand in one decision; None where nothing is against it."""
        rows = [self.kinds.kind(code) for code in kinds]
        for position, row in enumerate(rows):
            for other in rows[position + 1 :]:
                family = self.families[row.family]
                if other.family not in family.combinable_with:
                    text = self._texts["not_combinable"].format(kind=row.zh, other=other.zh)
                    return Verdict(REFUSE, (Reason(family.law.article, text, family.law.verified),))
        return None

    def after_defence(self, before: Sequence[str], after: Sequence[str]) -> Verdict | None:
        """Nothing gets heavier because a person spoke up for himself."""
        if not self.kinds.heavier(before, after):
            return None
        return Verdict(REFUSE, (Reason(_NEVER_HEAVIER, self._texts["heavier"]),))

    def investigation(self, investigators: Collection[str]) -> Verdict | None:
        """At least two different people investigate."""
        if len({one.strip() for one in investigators}) >= FEWEST_INVESTIGATORS:
            return None
        return Verdict(REFUSE, (Reason(_INVESTIGATORS, self._texts["investigators"]),))

    def _doubts(self, row: MeasureKind, identity: Collection[str], body: str) -> list[Reason]:
        doubts = []
        if not identity:
            doubts.append(self._reason(row, "identity_unknown"))
        elif not set(identity) & set(row.recipients):
            held = "、".join(self._label("identity", one) for one in identity)
            doubts.append(self._reason(row, "identity_not_listed", identity=held))
        if body not in row.deciding_bodies:
            doubts.append(self._reason(row, "body_not_listed", body=self._label("deciding_body", body)))
        return doubts

    def _notes(self, row: MeasureKind, on: date) -> list[Reason]:
        """What does not change the verdict and should be known."""
        notes = []
        if on < row.law.valid_from:
            notes.append(self._reason(row, "not_yet_valid", valid_from=row.law.valid_from.isoformat()))
        if not row.law.verified:
            notes.append(self._reason(row, "not_verified"))
        return notes

    def _reason(self, row: MeasureKind, text: str, **words: str) -> Reason:
        return Reason(row.law.article, self._texts[text].format(**words), row.law.verified)


def together(*verdicts: Verdict | None) -> Verdict:
    """The strictest of several, with the reasons of all that are as strict; at least one is given."""
    given = [one for one in verdicts if one is not None]
    order = (ALLOW, WARN, REFUSE)
    strictest = max(given, key=lambda one: order.index(one.verdict)).verdict
    reasons = tuple(reason for one in given if one.verdict == strictest for reason in one.reasons)
    return Verdict(strictest, reasons)
