"""Which findings may be the same one 疑似重复: blocking first, then wording and place weighed apart, with reasons."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple, Self

from services.findings.domain.facts import Facts
from services.findings.domain.moves import Status

Alike = Callable[[str, str], float]
"""How alike two texts are, 0 to 100."""
_TOWNSHIP = 9
_REMEMBERED = 4096
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class LikenessRules:
    """The county's thresholds (likeness.yaml). `same_words` maps a word to the one it is read as."""

    days: int
    most: int
    shown: int
    wording_share: int
    suggest_from: int
    place: Mapping[str, int]
    same_words: tuple[tuple[str, str], ...]

    @property
    def period(self) -> timedelta:
        """So far apart two postings may lie."""
        return timedelta(days=self.days)


class Likeness(NamedTuple):
    """How alike two findings are, 0 to 100, and why: texts for the people who decide."""

    score: int
    reasons: tuple[str, ...]


class Compared(NamedTuple):
    """As much of a finding as a comparison needs, and (`status`, `units`) whether it may be shown."""

    id: str
    area: str
    place: str
    description: str
    units: tuple[str, ...]
    status: Status

    @classmethod
    def from_facts(cls, id: str, facts: Facts, status: Status) -> Self:
        """The part of a whole finding."""
        return cls(id, facts.area, facts.place.name, facts.description, facts.units, status)


def blocking_key(facts: Facts) -> str:
    """Only findings that share it are compared: township and category."""
    return f"{facts.area[:_TOWNSHIP]}:{facts.category}"


def normalised(text: str, rules: LikenessRules, names: Collection[str] = ()) -> str:
    """The text without names, signs and spaces, and with one word for each meaning."""
    plain = _plain(text)
    for name in sorted(names, key=len, reverse=True):
        plain = plain.replace(name, "")
    return _in_same_words(plain, rules.same_words)


# Each new finding is compared with the same neighbours as the one before it: their texts are made alike once.


@lru_cache(_REMEMBERED)
def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(_REMEMBERED)
def _in_same_words(plain: str, same_words: tuple[tuple[str, str], ...]) -> str:
    for word, read_as in same_words:
        plain = plain.replace(word, read_as)
    return _SIGNS.sub("", plain)


def likeness(
    one: Compared, other: Compared, rules: LikenessRules, alike: Alike, area_name: Callable[[str], str]
) -> Likeness:
    """Weighs wording and place; the findings share their blocking key."""
    names = {area_name(one.area), area_name(other.area), one.place, other.place}
    wording = alike(normalised(one.description, rules, names), normalised(other.description, rules, names))
    kind, reason = _place(one, other, rules, area_name)
    score = (wording * rules.wording_share + rules.place[kind] * (100 - rules.wording_share)) / 100
    return Likeness(round(score), (f"描述相似度{round(wording)}%", reason))


def _place(
    one: Compared, other: Compared, rules: LikenessRules, area_name: Callable[[str], str]
) -> tuple[str, str]:
    same_name = normalised(one.place, rules) == normalised(other.place, rules)
    here, there = area_name(one.area), area_name(other.area)
    if one.area == other.area:
        if same_name:
            return "same_place", f"同一辖区同一地点:{here} {other.place}"
        return "same_area", f"同一辖区({here}),地点不同:{one.place}、{other.place}"
    if one.area.startswith(other.area) or other.area.startswith(one.area):
        return "around", f"辖区相互包含:{here}、{there}"
    if same_name:
        return "same_name", f"辖区不同({here}、{there}),地点同名:{other.place}"
    return "other_area", f"同一乡镇(街道)的不同村(社区):{here}、{there}"
