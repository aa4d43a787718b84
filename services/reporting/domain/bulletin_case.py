"""A typical case 典型问题 in a bulletin: what was found out, and whom it cost what. Only what was served is in it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SERVED = frozenset({"served", "expired"})
"""Measures that may be told of; those that were revoked, varied or never served may not."""
TOLD_STATUSES = ("approved", "serving", "closed")
"""Statuses of cases of which a decision may have been served."""
OPENLY = "county_wide_notice"
DIRECT = "direct"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_HIDDEN = "某"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """One measure that was served."""

    id: str
    kind: str
    deciding_body: str
    decided_on: str
    publish: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who answers for it. `name` is masked, `full_name` what the register says; without sanctions he is dealt with
    by another body (`elsewhere`)."""

    cadre: str
    name: str
    full_name: str
    unit: str
    position: str
    responsibility: str
    sanctions: tuple[Sanction, ...]

    @property
    def is_open(self) -> bool:
        """Whether a served decision lets the county know the name."""
        return any(one.publish or one.kind == OPENLY for one in self.sanctions)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """A case of which a decision was served, and that is not restricted."""

    id: str
    area: str
    title: str
    facts: str
    since: str | None
    until: str | None
    people: tuple[Person, ...]

    @property
    def direct(self) -> tuple[Person, ...]:
        return tuple(one for one in self.people if one.responsibility == DIRECT)

    @property
    def leaders(self) -> tuple[Person, ...]:
        """Who answers for having led or supervised; they come after the direct ones."""
        return tuple(one for one in self.people if one.responsibility != DIRECT)


def case_entry(
    told: Mapping[str, Any],
    measures: Iterable[Mapping[str, Any]],
    cards: Mapping[str, Mapping[str, Any]],
    since: date,
    until: date,
) -> CaseEntry | None:
    """Of the newest words about a case, its measures and the register's cards; None when nothing of it may be told:
    it is restricted, or no decision of these days was served."""
    served = [one for one in measures if one["status"] in SERVED and one["served"] and not one["restricted"]]
    if told["restricted"] or not any(
        since <= date.fromisoformat(one["decided_on"]) <= until for one in served
    ):
        return None
    people = []
    for one in told.get("dispositions", ()):
        own = tuple(_sanction(sanction) for sanction in served if sanction["cadre"] == one["cadre"])
        if own or one["outcome"] == "elsewhere":
            people.append(_person(one, own, cards.get(one["cadre"], {})))
    if not people:
        return None
    conduct = told.get("conduct") or {}
    return CaseEntry(
        id=told["case"],
        area=_common(told["areas"]),
        title=told.get("title") or "",
        facts=told.get("facts") or "",
        since=conduct.get("start"),
        until=conduct.get("end"),
        people=tuple(people),
    )


def told_apart(cases: Sequence[CaseEntry]) -> dict[str, str]:
    """Masked names by cadre; those whose masks are alike are told apart as 张某甲, 张某乙, in order of appearance."""
    masks = {one.cadre: one.name for case in cases for one in case.people}
    alike: dict[str, list[str]] = {}
    for cadre, mask in masks.items():
        alike.setdefault(mask.rstrip(_HIDDEN), []).append(cadre)
    for surname, cadres in alike.items():
        if len(cadres) > 1:
            for place, cadre in enumerate(cadres):
                masks[cadre] = f"{surname}{_HIDDEN}{_stem(place)}"
    return masks


def not_open(cases: Collection[CaseEntry]) -> list[str]:
    """Cadres whose full names may not be told."""
    return [one.cadre for case in cases for one in case.people if not one.is_open]


def _person(told: Mapping[str, Any], own: tuple[Sanction, ...], card: Mapping[str, Any]) -> Person:
    return Person(
        cadre=told["cadre"],
        name=told["name"],
        full_name=card.get("name", told["name"]),
        unit=card.get("unit", ""),
        position=card.get("position", ""),
        responsibility=told["responsibility"],
        sanctions=own,
    )


def _sanction(told: Mapping[str, Any]) -> Sanction:
    names = ("kind", "deciding_body", "decided_on", "publish")
    return Sanction(id=told["measure"], **{name: told[name] for name in names})


def _common(areas: Sequence[str]) -> str:
    """The smallest area that holds them all."""
    shared = next((length for length in (12, 9, 6) if len({one[:length] for one in areas}) == 1), 0)
    return areas[0][:shared] if areas else ""


def _stem(place: int) -> str:
    return _STEMS[place] if place < len(_STEMS) else str(place + 1)
