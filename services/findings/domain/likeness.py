"""Which findings may be the same one 疑似重复: blocking first, then wording and place weighed apart, with reasons."""

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.findings.domain.facts import Facts

Alike = Callable[[str, str], float]
"""How alike two texts are, 0 to 100."""
_TOWNSHIP = 9


@dataclass(frozen=True, slots=True)
class LikenessRules:
    """The county's thresholds (likeness.yaml). `same_words` maps a word to the one it is read as."""

    days: int
    most: int
    shown: int
    wording_share: int
    suggest_from: int
    place: Mapping[str, int]
    same_words: Sequence[tuple[str, str]]

    @property
    def period(self) -> timedelta:
        """So far apart two postings may lie."""
        return timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two findings are, 0 to 100, and why: texts for the people who decide."""

    score: int
    reasons: tuple[str, ...]


def blocking_key(facts: Facts) -> str:
    """Only findings that share it are compared: township and category."""
    return f"{facts.area[:_TOWNSHIP]}:{facts.category}"


def normalised(text: str, rules: LikenessRules, names: Collection[str] = ()) -> str:
    """The text without names, signs and spaces, and with one word for each meaning."""
    plain = unicodedata.normalize("NFKC", text).lower()
    for name in sorted(names, key=len, reverse=True):
        plain = plain.replace(name, "")
    for word, read_as in rules.same_words:
        plain = plain.replace(word, read_as)
    return "".join(sign for sign in plain if sign.isalnum())


def likeness(
    one: Facts, other: Facts, rules: LikenessRules, alike: Alike, area_name: Callable[[str], str]
) -> Likeness:
    """Weighs wording and place; the findings share their blocking key."""
    names = {area_name(one.area), area_name(other.area), one.place.name, other.place.name}
    wording = alike(normalised(one.description, rules, names), normalised(other.description, rules, names))
    kind, reason = _place(one, other, rules, area_name)
    score = (wording * rules.wording_share + rules.place[kind] * (100 - rules.wording_share)) / 100
    return Likeness(round(score), (f"描述相似度{round(wording)}%", reason))


def _place(
    one: Facts, other: Facts, rules: LikenessRules, area_name: Callable[[str], str]
) -> tuple[str, str]:
    same_name = normalised(one.place.name, rules) == normalised(other.place.name, rules)
    here, there = area_name(one.area), area_name(other.area)
    if one.area == other.area:
        if same_name:
            return "same_place", f"同一辖区同一地点:{here} {other.place.name}"
        return "same_area", f"同一辖区({here}),地点不同:{one.place.name}、{other.place.name}"
    if one.area.startswith(other.area) or other.area.startswith(one.area):
        return "around", f"辖区相互包含:{here}、{there}"
    if same_name:
        return "same_name", f"辖区不同({here}、{there}),地点同名:{other.place.name}"
    return "other_area", f"同一乡镇(街道)的不同村(社区):{here}、{there}"
