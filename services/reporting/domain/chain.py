"""The whole line of one finding, hop by hop: what happened, when, who said so, in a sentence for the screen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reporting.domain.chain_words import Data, Words, told, who
from services.reporting.domain.fact import News

_CASE_PARTS = ("case", "measure", "talk", "appeal")


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the line: `what` happened in two words, `who` did it or whom it concerns (masked), and `summary` the
    sentence. `refs` name the documents that it is about."""

    step: str
    at: datetime
    what: str
    who: str | None
    event: str
    source: str
    type: str
    summary: str
    refs: Mapping[str, Any]


def restricted_cases(events: Iterable[News]) -> frozenset[str]:
    """Cases that only their handlers may know of, by the newest word on each."""
    newest: dict[str, News] = {}
    for event in events:
        if event.type.startswith("case.") and (
            event.subject not in newest or event.sequence > newest[event.subject].sequence
        ):
            newest[event.subject] = event
    return frozenset(case for case, event in newest.items() if event.data.get("restricted"))


def tells_of_case(event: News) -> bool:
    """Whether a hop shows that a case exists, or that one is asked for."""
    data = event.data
    about = str(data.get("event_type", event.type)).partition(".")[0]
    return (
        about in _CASE_PARTS
        or event.type.startswith("finding.referred.")
        or any(data.get(part) is not None for part in _CASE_PARTS)
    )


def hops(events: Sequence[News], words: Words) -> list[Hop]:
    """The line that these events make: by time, and of two at once the one that was made first."""
    names = _names(events)
    ordered = sorted(events, key=lambda event: (event.time, event.id))
    return [_hop(event, names, words) for event in ordered]


def _hop(event: News, names: Mapping[str, str], words: Words) -> Hop:
    kind, _, what = event.type.removesuffix(".v1").partition(".")
    step = what if kind == "finding" or kind == "responsibility" else f"{kind}_{what}"
    name = f"{kind}.{what}"
    label, summary = told(name, event.data, names, words) or (event.type, event.type)
    return Hop(
        step=step,
        at=event.time,
        what=label,
        who=who(name, event.data, names, words),
        event=event.id,
        source=event.source,
        type=event.type,
        summary=summary,
        refs=_refs(event.data),
    )


def _names(events: Iterable[News]) -> dict[str, str]:
    """Masked names of the cadres, as far as events tell them."""
    names: dict[str, str] = {}
    for event in events:
        for one in event.data.get("responsible") or ():
            if "name" in one:  # findings tells ids alone
                names[one["cadre"]] = one["name"]
        if event.type.startswith("warning."):
            names[event.data["cadre"]] = event.data["name"]
    return names


def _refs(data: Data) -> dict[str, Any]:
    refs: dict[str, Any] = {}
    for name in (
        "finding",
        "warning",
        "notice",
        "case",
        "measure",
        "cadre",
        "recipient",
        "event_type",
        "status",
    ):
        if data.get(name) is not None:
            refs[name] = data[name]
    if data.get("responsible"):
        refs["responsible"] = [{"cadre": one["cadre"], "role": one["role"]} for one in data["responsible"]]
    for name in ("because", "findings", "persons", "missing"):
        if data.get(name):
            refs[name] = data[name]
    return refs
