"""The county's rules: which of them speak about a finding, and what they lead to. A rule warns or opens a case with
suggestions; it never decides on a sanction."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.accountability.domain.finding import Finding
from services.accountability.domain.tally import Repeat, Tally

ON_FINDING = "finding"
ON_OVERDUE = "overdue"
ON_REVISIT = "revisit"
ON_WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Revisit:
    """回头看: whether it had come back (`result` fail), on which day, and as which finding."""

    result: str
    day: date
    recurrence: str | None = None


@dataclass(frozen=True, slots=True)
class Because:
    """Why: the rule, its version, the facts it saw."""

    rule: str
    version: int
    facts: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, int, str | None]:
        """One line for each rule, and for each person where the rule is about one."""
        return self.rule, self.version, self.facts.get("cadre")


@dataclass(frozen=True, slots=True)
class Repeated:
    """`needed` standing warnings of one person, of different findings that lie within `within` days."""

    needed: int
    within: int

    def around(self, days: Sequence[date], day: date) -> list[date]:
        """The days of the first such period that holds `day`, none when there is none; `days` in order."""
        for start in days:
            period = [one for one in days if 0 <= (one - start).days < self.within]
            if start <= day and day in period and len(period) >= self.needed:
                return period
        return []


@dataclass(frozen=True, slots=True)
class When:
    """All that is given must fit; None means that it is not asked. `result` and `level` are asked of revisits and
    overdue findings."""

    severity: frozenset[str] | None = None
    category: frozenset[str] | None = None
    result: frozenset[str] | None = None
    level: frozenset[int] | None = None
    repeat: Repeat | None = None
    warnings: Repeated | None = None
    one_of: tuple["When", ...] = ()

    def fits(self, finding: Finding) -> bool:
        """Whether the finding itself fits; a repetition is looked for apart."""
        return (
            (self.severity is None or finding.severity in self.severity)
            and (self.category is None or finding.category in self.category)
            and (not self.one_of or any(one.fits(finding) for one in self.one_of))
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A measure to suggest, and what to suggest for a person whom the law does not let it be taken against."""

    measure: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What follows: a warning to the persons of these roles, or a case with suggestions."""

    warn: tuple[str, ...] = ()
    case: bool = False
    suggest: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. A version in force is never edited: a later one takes its place."""

    id: str
    version: int
    title: str
    on: str
    when: When
    then: Then
    source: str
    valid_from: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that spoke. `cadres` are whom it speaks of: the one who repeats, else every direct person."""

    rule: Rule
    because: Because
    cadres: tuple[str, ...]


class RuleBook:
    """All versions of all rules; those in force on the day of the finding speak."""

    def __init__(self, rules: Sequence[Rule], version: int = 1) -> None:
        self.rules = tuple(rules)
        self.version = version
        self._from = sorted({rule.valid_from for rule in rules})
        self._in_force = [self._newest(day) for day in self._from]

    def in_force(self, day: date, on: str = ON_FINDING) -> list[Rule]:
        """The newest version of each rule on that day, in the order of the file."""
        position = bisect_right(self._from, day)
        return self._in_force[position - 1].get(on, []) if position else []

    def _newest(self, day: date) -> dict[str, list[Rule]]:
        newest: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.valid_from <= day and rule.version >= newest.get(rule.id, rule).version:
                newest[rule.id] = rule
        by_ground: dict[str, list[Rule]] = {}
        for rule in newest.values():
            by_ground.setdefault(rule.on, []).append(rule)
        return by_ground

    def of_finding(
        self, finding: Finding, direct: Sequence[str], tallies: Mapping[str, Tally]
    ) -> list[Firing]:
        """What the rules say about a finding; `tallies` are those of the direct persons, by cadre, this finding
        counted."""
        fired: list[Firing] = []
        for rule in self.in_force(finding.day):
            if not rule.when.fits(finding):
                continue
            repeat = rule.when.repeat
            if repeat is None:
                fired.append(Firing(rule, _because(rule, finding, {"cadres": list(direct)}), tuple(direct)))
            elif finding.severity not in repeat.ignored:
                fired += [
                    Firing(rule, _because(rule, finding, facts), (cadre,))
                    for cadre in direct
                    if (facts := _repetition(tallies[cadre], repeat, finding.day))
                ]
        return fired

    def of_revisit(self, finding: Finding, direct: Sequence[str], revisit: Revisit) -> list[Firing]:
        """What the rules in force on the day of the revisit say about it."""
        told = {
            "cadres": list(direct),
            "result": revisit.result,
            "revisited_on": revisit.day.isoformat(),
            "recurrence": revisit.recurrence,
        }
        return [
            Firing(rule, _because(rule, finding, told), tuple(direct))
            for rule in self.in_force(revisit.day, ON_REVISIT)
            if rule.when.fits(finding) and (rule.when.result is None or revisit.result in rule.when.result)
        ]

    @staticmethod
    def of_warnings(rule: Rule, finding: Finding, cadre: str, days: Sequence[date]) -> Firing | None:
        """What a rule about warnings says of a person who was just warned; `days` are those of the findings of all
        his standing warnings, in order."""
        many = rule.when.warnings
        period = many.around(days, finding.day) if many else []
        if many is None or not period:
            return None
        told = {"cadre": cadre, "days": [one.isoformat() for one in period], "within_days": many.within}
        return Firing(rule, _because(rule, finding, told), (cadre,))

    def of_level(self, finding: Finding, level: int, direct: Sequence[str]) -> list[Firing]:
        """What the rules say about a finding that has reached an overdue level."""
        return [
            Firing(rule, _because(rule, finding, {"cadres": list(direct), "level": level}), tuple(direct))
            for rule in self.in_force(finding.day, ON_OVERDUE)
            if rule.when.fits(finding) and (rule.when.level is None or level in rule.when.level)
        ]


def _repetition(tally: Tally, repeat: Repeat, day: date) -> dict[str, Any] | None:
    days = tally.repeated(repeat, day)
    if not days:
        return None
    return {
        "cadre": tally.cadre,
        "days": [one.isoformat() for one in days],
        "within_days": repeat.within,
    }


def _because(rule: Rule, finding: Finding, facts: Mapping[str, Any]) -> Because:
    seen = {
        "finding": finding.id,
        "number": finding.number,
        "severity": finding.severity,
        "category": finding.category,
    }
    return Because(rule.id, rule.version, {**seen, **facts})
