"""How people may be named in a bulletin, by what was decided for them and by who will read it."""

from dataclasses import replace

from services.reporting.application.case_sections import FULL, MASKED, post
from services.reporting.domain.bulletin import CASES, Bulletin
from services.reporting.domain.bulletin_case import CaseEntry, not_open
from services.reporting.domain.errors import InvalidError

POSITION_ONLY = "position_only"
PUBLIC = "public"
_SHOWN = 10


def checked_names(kind: str, names: str | None, cases: tuple[CaseEntry, ...]) -> str:
    """How people are named: as was asked, else masked in typical cases and by position elsewhere.

    Raises:
        InvalidError: full names of people of whom no served decision says that the county be told.
    """
    if names is None:
        return MASKED if kind == CASES else POSITION_ONLY
    hidden = not_open(cases)
    if names == FULL and (hidden or not cases):
        who = f": {', '.join(hidden[:_SHOWN])}" if hidden else ""
        text = f"full names need a served decision that is to be made known{who}; use masked or position_only"
        raise InvalidError({"names": [text]})
    return names


def check_audience(bulletin: Bulletin) -> None:
    """What the public reads names in full only those whose decision says `publish`: a notice through the county does
    not reach beyond it.

    Raises:
        InvalidError: naming them.
    """
    if bulletin.audience != PUBLIC or bulletin.names != FULL:
        return
    hidden = [
        one.cadre
        for case in bulletin.shown_cases
        for one in case.people
        if not any(each.publish for each in one.sanctions)
    ]
    if hidden:
        text = f"the decisions about {', '.join(hidden[:_SHOWN])} are not for the public: choose county or internal"
        raise InvalidError({"audience": [text]})


def kept_names(names: str, cases: tuple[CaseEntry, ...]) -> tuple[CaseEntry, ...]:
    """The cases as they are kept: without full names where none is to be shown, in what people wrote neither."""
    if names == FULL:
        return cases
    return tuple(_hidden(names, case) for case in cases)


def _hidden(names: str, case: CaseEntry) -> CaseEntry:
    title, facts = case.title, case.facts
    for one in case.people:
        shown = one.name if names == MASKED else post(one)
        for written in dict.fromkeys((one.full_name, one.name)):
            title, facts = title.replace(written, shown), facts.replace(written, shown)
    people = tuple(replace(one, full_name=one.name) for one in case.people)
    return replace(case, title=title, facts=facts, people=people)
