"""What happened to that which a bulletin shows, between its draft and its publishing, so that it may not go out so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.bulletin_case import CaseEntry
from services.reporting.domain.bulletin_item import Item

WITHDRAWN = "the finding was withdrawn or merged into another"
UNTOLD = "no decision on the case may be told any more: revoked, restricted, or outside of the area"
LIFTED = "a measure that is told of was revoked or varied"
HIDDEN = "no decision in force lets the full name be told"
_FULL = "full"


@dataclass(frozen=True, slots=True)
class Change:
    """`id` is that of the finding or case; a finding has its number."""

    id: str
    number: str | None
    what: str


def findings_changed(shown: Iterable[Item], withdrawn: Collection[str]) -> list[Change]:
    """Withdrawn ones were no problem; what else became of a finding is told as of the draft's moment."""
    return [Change(item.id, item.number, WITHDRAWN) for item in shown if item.id in withdrawn]


def cases_changed(bulletin: Bulletin, now: Mapping[str, CaseEntry]) -> list[Change]:
    """Cases of which less may be told by `now` than the bulletin tells."""
    found = []
    for case in bulletin.shown_cases:
        if case.id not in now:
            found.append(Change(case.id, None, UNTOLD))
        elif _sanctions(case) - _sanctions(now[case.id]):
            found.append(Change(case.id, None, LIFTED))
        elif bulletin.names == _FULL and not all(one.is_open for one in now[case.id].people):
            found.append(Change(case.id, None, HIDDEN))
    return found


def _sanctions(case: CaseEntry) -> set[tuple[str, str | None]]:
    """Who is told of with what; None for who is dealt with elsewhere."""
    told: set[tuple[str, str | None]] = {(one.cadre, None) for one in case.people if not one.sanctions}
    return told | {(one.cadre, each.id) for one in case.people for each in one.sanctions}
