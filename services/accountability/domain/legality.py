"""Whether a measure 处理措施 may be taken: against whom, by whom, beside what.

The law is the county's data; what stands here is how it is read. Every verdict cites the article it rests on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.accountability.domain.measure_kinds import (
    Family,
    MeasureKind,
    MeasureKinds,
    Prohibition,
    Source,
)
from services.accountability.domain.registers import Cadre

ALLOW, WARN, REFUSE = "allow", "warn", "refuse"


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
    reasons: tuple[Reason, ...] = ()

    @property
    def refused(self) -> bool:
        return self.verdict == REFUSE


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of procedure: what is said where it is broken, and the law behind it."""

    text: str
    law: Source


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a case is handled: at least `fewest_investigators` of them; never heavier after a defence or an appeal."""

    fewest_investigators: int
    investigators: Rule
    never_heavier: Rule


class Legality:
    """Judges by the county's `kinds`, `families` and `prohibitions`. `texts` and `label` (vocabulary: kind of code,
    code) word what people read."""

    def __init__(
        self,
        kinds: MeasureKinds,
        families: Mapping[str, Family],
        prohibitions: Sequence[Prohibition],
        procedure: Procedure,
        texts: Mapping[str, str],
        label: Callable[[str, str], str],
    ) -> None:
        self.kinds = kinds
        self.families = families
        self._prohibitions = tuple(prohibitions)
        self._procedure = procedure
        self._texts = texts
        self._label = label

    def refuses(self, measure: str, identity: Collection[str]) -> bool:
        """Whether the measure is plainly forbidden against such a person, whoever decides."""
        kind = self.kinds.kind(measure)
        return any(one.speaks_of(kind) and one.fits(identity, None) for one in self._prohibitions)

    def check(self, *, cadre: Cadre, kind: str, deciding_body: str, responsibility: str, on: date) -> Verdict:
        """May this body take the measure against this cadre? No rule known today depends on the `responsibility`."""
        return self.judge(identity=cadre.card.identity, kind=kind, deciding_body=deciding_body, on=on)

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
        return self.never_heavier

    @property
    def never_heavier(self) -> Verdict:
        """What is said where something would get heavier because a person spoke up."""
        return _broken(self._procedure.never_heavier)

    def investigation(self, investigators: Collection[str]) -> Verdict | None:
        """Whether enough different people investigate."""
        if len({one.strip() for one in investigators}) >= self._procedure.fewest_investigators:
            return None
        return _broken(self._procedure.investigators)

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


def _broken(rule: Rule) -> Verdict:
    return Verdict(REFUSE, (Reason(rule.law.article, rule.text, rule.law.verified),))
