"""The in-memory twins: numbers from a dictionary, and lists by the plain meaning of each filter.

The conformance suite holds them to what MongoDB answers, so they also say what the queries must mean.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.findings.adapters.collections import FINDINGS, HISTORY
from services.findings.adapters.documents import Document, history_prefix, to_finding
from services.findings.application.queries import Count, Filters, Page, Unused
from services.findings.domain.calendar import day_of
from services.findings.domain.finding import Finding
from services.findings.domain.likeness import Compared, blocking_key
from services.findings.domain.moves import OPEN
from shared.messaging.outbox import OUTBOX
from shared.persistence.memory import MemoryDatabase


class MemoryNumberSeries:
    """Counters of one process."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, int]] = Counter()

    def take(self, county: str, year: int, count: int) -> int:
        self.taken[county, year] += count
        return self.taken[county, year] - count + 1


class MemoryFindingStore:
    """Reads what a MemoryDatabase holds; a cursor is the last id shown."""

    def __init__(self, database: MemoryDatabase, series: MemoryNumberSeries) -> None:
        self._database = database
        self._series = series

    def get(self, finding: str) -> Finding | None:
        document = self._documents(FINDINGS).get(finding)
        return None if document is None else to_finding(document)

    def find(self, filters: Filters, now: datetime, limit: int, cursor: str | None) -> Page:
        found = [one for one in self._all() if all(_tests(one, filters, now))]
        return _page(found, lambda one: one.id, limit, cursor)

    def history(
        self, finding: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[dict[str, Any]], str | None]:
        rows = [
            row for key, row in self._documents(HISTORY).items() if key.startswith(history_prefix(finding))
        ]
        shown, after = _page(rows, lambda row: row["_id"], limit, cursor)
        return [{**_without(row, "_id", "details"), **row["details"]} for row in shown], after

    def neighbours(
        self, keys: Collection[str], since: datetime, until: datetime, limit: int
    ) -> Mapping[str, Sequence[Compared]]:
        found = sorted(self._all(), key=lambda one: one.posted.at, reverse=True)
        near: dict[str, list[Compared]] = {}
        for one in found:
            if (key := blocking_key(one.facts)) in keys and since <= one.posted.at <= until:
                near.setdefault(key, []).append(Compared.from_facts(one.id, one.facts, one.status))
        return {key: these[:limit] for key, these in near.items()}

    def counts(self) -> Sequence[Count]:
        found = Counter((one.facts.area, one.status.value, one.historical) for one in self._all())
        return [Count(*key, count=count) for key, count in found.items()]

    def overdue_by_level(self, now: datetime) -> Mapping[int, int]:
        return Counter(one.told.level for one in self._all() if one.is_overdue(now))

    def outbox_pending(self) -> int:
        return sum(row["state"] == "pending" for row in self._documents(OUTBOX).values())

    def unused_numbers(
        self, county: str, year: int, now: datetime, limit: int, cursor: str | None
    ) -> tuple[Sequence[Unused], str | None]:
        numbers = [one.number for one in self._all()]
        used = {number.n for number in numbers if (number.county, number.year) == (county, year)}
        first, last = int(cursor or 0) + 1, self._series.taken[county, year]
        unused = [Unused(n, True) for n in range(first, last + 1) if n not in used]
        return unused[:limit], str(unused[limit - 1].n) if len(unused) > limit else None

    def _all(self) -> Iterator[Finding]:
        return map(to_finding, self._documents(FINDINGS).values())

    def _documents(self, collection: str) -> dict[str, Document]:
        return self._database.collections.get(collection, {})


def _tests(finding: Finding, filters: Filters, now: datetime) -> Iterator[bool]:
    """One answer for each filter that is set."""
    facts = finding.facts
    reach = [facts.area, *facts.units] if filters.by_unit else [facts.area]
    yield any(code.startswith(filters.reach) for code in reach)
    yield filters.within is None or facts.area.startswith(filters.within)
    for name in ("category", "severity", "team", "method", "group", "source_ref", "campaign"):
        yield getattr(filters, name) in (None, getattr(facts, name))
    yield filters.status in (None, finding.status)
    yield not filters.open_only or finding.status in OPEN
    yield filters.number in (None, finding.number.text)
    yield filters.unit is None or filters.unit in facts.units
    yield filters.responsible is None or filters.responsible in {one.cadre for one in finding.responsible}
    yield filters.overdue in (None, finding.is_overdue(now))
    yield filters.due_before is None or finding.due.at < filters.due_before
    yield filters.updated_since is None or finding.updated_at >= filters.updated_since
    yield filters.flagged in (None, bool(finding.review_flags))
    yield filters.q is None or _mentions(finding, filters.q)
    yield _in_days(finding, filters)


def _in_days(finding: Finding, filters: Filters) -> bool:
    moments = {"found": finding.facts.found_at, "posted": finding.posted.at, "closed": finding.closed_at}
    moment = moments[filters.date]
    if moment is None:
        return filters.since is None and filters.until is None
    day = day_of(moment)
    return (filters.since is None or day >= filters.since) and (filters.until is None or day <= filters.until)


def _mentions(finding: Finding, words: str) -> bool:
    facts = finding.facts
    texts = (facts.description, facts.suggestion, facts.place.name, finding.number.text, facts.source_ref)
    return any(text is not None and words.lower() in text.lower() for text in texts)


def _page(
    found: list[Any], key: Callable[[Any], str], limit: int, cursor: str | None
) -> tuple[list[Any], str | None]:
    left = sorted((one for one in found if cursor is None or key(one) < cursor), key=key, reverse=True)
    return left[:limit], key(left[limit - 1]) if len(left) > limit else None


def _without(row: Document, *names: str) -> Document:
    return {name: value for name, value in row.items() if name not in names}
