"""The fact 台账 of one finding: what every service has said about it.

The order of events is never trusted. Each document that speaks of the finding (the finding itself, its assignment,
each warning and notice) has a part of its own, and in each part the highest sequence wins. So a fact is the same
whatever the order and however often its events came. A case may be about hundreds of findings: it tells them only
what changes (domain.case).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.reporting.domain.calendar import kept, moment

Part = Mapping[str, Any]
"""What one document says, with its `sequence` and the time `at` which it said so."""
Told = Mapping[str, Any]
"""What a case tells of itself: `status` and `restricted`. Its sequence is kept once, with the case (domain.case)."""

_MOMENTS = ("found_at", "posted_at", "due_at", "waiting_since", "reported_at", "closed_at")
# `finding` is the fact's own id; what happened (`change`) is the archive's.
_LEFT_OUT = ("finding", "change")


class News(Protocol):
    """An event, as much of it as a fact needs."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def sequence(self) -> int: ...

    @property
    def time(self) -> datetime: ...

    @property
    def data(self) -> Mapping[str, Any]: ...


def findings_of(data: Mapping[str, Any]) -> list[str]:
    """The findings that an event's data names."""
    named = [data.get("finding"), *(data.get("findings") or ())]
    return list(dict.fromkeys(one for one in named if isinstance(one, str)))


def speaks_of_a_case(news: News) -> bool:
    """Whether it is an event of a case, which may be about many findings."""
    return news.type.startswith("case.")


def told_of_case(news: News) -> Told:
    """What the event tells every finding of the case."""
    return {name: news.data[name] for name in ("status", "restricted")}


@dataclass(slots=True)
class Fact:
    """What is known of a finding. Without `state` it is a stub: others spoke of a finding that has not come yet."""

    id: str
    sequence: int = 0
    state: dict[str, Any] | None = None
    changed_at: datetime | None = None
    assignment: Part | None = None
    warnings: dict[str, Part] = field(default_factory=dict)
    cases: dict[str, Told] = field(default_factory=dict)
    notices: dict[str, Part] = field(default_factory=dict)

    def take(self, news: News) -> None:
        """Whatever the event says about this finding, unless something newer is known."""
        taker = _TAKERS.get(news.type.partition(".")[0])
        if taker is not None:
            taker(self, news)

    def enter_case(self, case: str, told: Told) -> None:
        """The case is about this finding, and tells this of itself."""
        self.cases[case] = told

    def leave_case(self, case: str) -> None:
        """The case goes on without this finding."""
        self.cases.pop(case, None)

    def _take_finding(self, news: News) -> None:
        if news.sequence <= self.sequence:
            return
        state = {name: value for name, value in news.data.items() if name not in _LEFT_OUT}
        for name in _MOMENTS:
            state[name] = moment(state.get(name))
        self.sequence, self.state = news.sequence, state
        self.changed_at = moment(news.data["change"]["at"])

    def _take_responsibility(self, news: News) -> None:
        # The entry in the list of the unassigned is another document; the assignment tells who there is.
        if news.type.startswith("responsibility.unresolved.") or not _is_newer(self.assignment, news):
            return
        data = news.data
        self.assignment = {
            **_stamp(news),
            "assigned_at": moment(data.get("assigned_at")) or kept(news.time),
            "responsible": [
                {"cadre": one["cadre"], "name": one["name"], "role": one["role"]}
                for one in data["responsible"]
            ],
        }

    def _take_warning(self, news: News) -> None:
        warning = news.data["warning"]
        if _is_newer(self.warnings.get(warning), news):
            self.warnings[warning] = {
                **_stamp(news),
                "status": news.data["status"],
                "cadre": news.data["cadre"],
            }

    def _take_notice(self, news: News) -> None:
        data = news.data
        if _is_newer(self.notices.get(data["notice"]), news):
            self.notices[data["notice"]] = {
                **_stamp(news),
                "recipient": data["recipient"],
                "event_type": data["event_type"],
                "status": data["status"],
                "queued_at": moment(data["queued_at"]),
                "signed_at": moment(data.get("signed_at")),
            }


_TAKERS = {
    "finding": Fact._take_finding,
    "responsibility": Fact._take_responsibility,
    "warning": Fact._take_warning,
    "notice": Fact._take_notice,
}


def rebuild(finding: str, events: Iterable[News]) -> Fact:
    """The fact that these events make, as far as they speak of this finding; in any order."""
    newest: dict[tuple[str, str], News] = {}
    for event in events:
        key = (event.source, event.subject)
        if key not in newest or event.sequence > newest[key].sequence:
            newest[key] = event
    fact = Fact(finding)
    for event in newest.values():
        if finding not in findings_of(event.data):
            continue
        if speaks_of_a_case(event):
            fact.enter_case(event.data["case"], told_of_case(event))
        else:
            fact.take(event)
    return fact


def _stamp(news: News) -> dict[str, Any]:
    return {"sequence": news.sequence, "at": kept(news.time)}


def _is_newer(part: Part | None, news: News) -> bool:
    return part is None or news.sequence > int(part["sequence"])
