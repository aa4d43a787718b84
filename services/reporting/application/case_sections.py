"""Typical cases 典型问题 as sections: what was done and when, what it cost those who did it, and then who led them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.bulletin_case import CaseEntry, Person, Sanction, told_apart
from services.reporting.domain.official_document import chinese_date
from shared.contracts.vocabulary import Vocabulary

FULL, MASKED = "full", "masked"
_SOMEBODY = "有关责任人"


class CaseSections:
    """Makes them of a cases bulletin."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._label = vocabulary.label

    def of(self, bulletin: Bulletin) -> list[dict[str, Any]]:
        names = self._names(bulletin)
        return [self._section(case, names) for case in bulletin.shown_cases]

    def _names(self, bulletin: Bulletin) -> Mapping[str, str]:
        """What stands behind the post; nothing where the post alone is told."""
        if bulletin.names == FULL:
            return {one.cadre: one.full_name for case in bulletin.cases for one in case.people}
        return told_apart(bulletin.cases) if bulletin.names == MASKED else {}

    def _section(self, case: CaseEntry, names: Mapping[str, str]) -> dict[str, Any]:
        people = (*case.direct, *case.leaders)
        told = [self._conduct(case), *(self._person(one, names) for one in people)]
        who = "、".join(_called(one, names) for one in case.direct) or _SOMEBODY
        return {
            "name": case.title or f"{who}履行职责不到位问题",
            "path": None,
            "paragraphs": [text for text in told if text],
            "places": [],
            "totals": [],
        }

    def _conduct(self, case: CaseEntry) -> str:
        if not case.since:
            return case.facts
        days = _day(case.since)
        if case.until and case.until != case.since:
            days += f"至{_day(case.until)}"
        return f"{days}，{case.facts}" if case.facts else f"问题发生于{days}。"

    def _person(self, one: Person, names: Mapping[str, str]) -> str:
        duty = self._label("responsibility", one.responsibility)
        who = f"{_called(one, names)}对此负有{duty}"
        if not one.sanctions:
            return f"{who}，由有关单位另行处理。"
        return f"{who}，{'；'.join(self._sanction(each) for each in one.sanctions)}。"

    def _sanction(self, one: Sanction) -> str:
        body, kind = self._label("deciding_body", one.deciding_body), self._label("measure", one.kind)
        return f"{_day(one.decided_on)}由{body}作出{kind}处理"


def post(one: Person) -> str:
    """Unit and position; the unit once, where the position names it already."""
    if not one.position:
        return one.unit or _SOMEBODY
    return one.position if one.position[:2] == one.unit[:2] else f"{one.unit}{one.position}"


def _called(one: Person, names: Mapping[str, str]) -> str:
    return f"{post(one)}{names.get(one.cadre, '')}"


def _day(text: str) -> str:
    return chinese_date(date.fromisoformat(text))
