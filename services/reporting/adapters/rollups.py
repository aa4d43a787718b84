"""Rollups as documents. A transaction that changes facts only writes the differences down, in one row; they are added
to the rollups later, many together (`fold`), and whoever reads takes both in one moment: so the figures are exact at
any time, and an event pays for one insert.
"""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from services.reporting.domain.filters import Filters
from services.reporting.domain.rollups import Line, Place, Share, Sum, apart, happened, netted, spans, within
from services.reporting.domain.statistics import KEYS, Cell
from services.reporting.domain.view import is_overdue
from shared.persistence.transaction import Transaction

ROLLUPS, NEWS = "rollups", "rollup_news"
ENOUGH = 100
"""Rows that are folded together."""
Document = dict[str, Any]
Changes = Iterable[tuple[int, Share]]
Find = Callable[[str, Document], Iterable[Document]]
"""Documents of a collection that match."""
_DOUBLES = "d"


def tell(transaction: Transaction, key: str, changes: Changes, suffix: str = "") -> None:
    """Write down what was taken out (-1) and put in (1). `key` is above that of all transactions before: what is taken
    out was put in by an earlier row."""
    rows = [[times, *_of_share(share)] for times, share in changes]
    transaction.insert(NEWS + suffix, {"_id": key, "rows": rows})


def fold(transaction: Transaction, suffix: str = "", most: int = ENOUGH) -> bool:
    """Add the oldest rows to the rollups; whether there may be more."""
    news = transaction.find(NEWS + suffix, {}, [("_id", 1)], limit=most)
    shares = netted(change for row in news for change in changes_of(row))
    sums = added_up(shares)
    known = transaction.get_many(ROLLUPS + suffix, (place.id for place in sums))
    for place, lines in sums.items():
        document = changed(known.get(place.id), place, lines)
        if document is not None:
            transaction.replace(ROLLUPS + suffix, document)
        elif place.id in known:
            transaction.delete(ROLLUPS + suffix, place.id)
    for row in news:
        transaction.delete(NEWS + suffix, row["_id"])
    return len(news) == most


def added_up(shares: Mapping[Share, int]) -> dict[Place, dict[Line, Sum]]:
    """By rollup and line."""
    sums: dict[Place, dict[Line, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for share, times in shares.items():
        lines = list(share.lines())
        for place in share.places():
            of_place = sums[place]
            for line in lines:
                of_place[line].add(share, times)
    return sums


def changed(before: Document | None, place: Place, lines: Mapping[Line, Sum]) -> Document | None:
    """The rollup after these changes; None when nothing is left in it."""
    known = {} if before is None else {line: sums for by in KEYS for line, sums in lines_of(before, by)}
    for line, sums in lines.items():
        findings, items, seconds = known.pop(line, (0, 0, array(_DOUBLES)))
        if findings + sums.findings:
            known[line] = (findings + sums.findings, items + sums.items, _changed(seconds, sums.seconds))
    if not known:
        return None
    document: Document = {"_id": place.id, "township": place.township, **{by: [] for by in KEYS}}
    for (by, key, facet), (findings, items, seconds) in sorted(known.items(), key=_order):
        document[by].append([key, *facet, findings, items, seconds.tobytes()])
    return document


def lines_of(document: Document, by: str) -> Iterator[tuple[Line, tuple[int, int, "array[float]"]]]:
    """The lines of a rollup."""
    for key, status, on_time, recurrence, first, overdue_from, past_from, findings, items, packed in document[
        by
    ]:
        facet = (status, on_time, recurrence, first, overdue_from, past_from)
        yield (by, key, facet), (findings, items, array(_DOUBLES, packed))


def changes_of(row: Document) -> Iterator[tuple[int, Share]]:
    """What a row tells."""
    for times, township, days, keys, facet, items, seconds in row["rows"]:
        happened = tuple((what, day) for what, day in days)
        counted = tuple((by, tuple(found)) for by, found in keys)
        yield times, Share(township, happened, counted, tuple(facet), items, seconds)


def cells(find: Find, filters: Filters, by: str, now: datetime) -> list[Cell]:
    """What the rollups and the rows that are not yet in them say together; `find` reads both in one moment."""
    if apart(filters):
        return []
    groups: dict[tuple[str | None, str, bool, bool, bool, bool, bool], Group] = defaultdict(Group)
    for span in spans(filters):
        begin = f"{happened(filters)}|{span.length}|"
        periods = {"$gte": begin + span.first, "$lt": f"{begin}{span.last}~"}
        for document in find(ROLLUPS, {"_id": periods, "township": subtree(within(filters))}):
            for line, told in lines_of(document, by):
                groups[_alike(line, now)].take(*told)
    for share, times in netted(change for row in find(NEWS, {}) for change in changes_of(row)).items():
        if share.counts_in(filters):
            for line in share.lines(by):
                groups[_alike(line, now)].change(share, times)
    return [
        Cell(*alike, findings=group.findings, items=group.items, seconds=group.runs())
        for alike, group in groups.items()
        if group.findings
    ]


def _alike(line: Line, now: datetime) -> tuple[str | None, str, bool, bool, bool, bool, bool]:
    """What the findings of a cell of the statistics have in common."""
    _, key, (status, on_time, recurrence, first, overdue_from, past_from) = line
    return key, status, is_overdue(overdue_from, now), is_overdue(past_from, now), on_time, recurrence, first


class Group:
    """What the lines that are alike hold together."""

    def __init__(self) -> None:
        self.findings = self.items = 0
        self._runs: list[array[float]] = []
        self._changed: Counter[float] = Counter()

    def take(self, findings: int, items: int, seconds: "array[float]") -> None:
        self.findings += findings
        self.items += items
        if seconds:
            self._runs.append(seconds)

    def change(self, share: Share, times: int) -> None:
        self.findings += times
        self.items += times * share.items
        if share.seconds is not None:
            self._changed[share.seconds] += times

    def runs(self) -> "list[array[float]]":
        """Of each finding that has a passing report."""
        runs = list(self._runs)
        added: array[float] = array(_DOUBLES)
        for value, times in sorted(self._changed.items()):
            added.extend([value] * times)
            for _ in range(-times):
                _take_out(runs, value)
        return [*runs, added] if added else runs


def _take_out(runs: "list[array[float]]", value: float) -> None:
    """Once, of the first run that has it."""
    for number, run in enumerate(runs):
        place = bisect_left(run, value)
        if place < len(run) and run[place] == value:
            runs[number] = run[:place] + run[place + 1 :]
            return
    raise ValueError(f"no rollup has {value}, which was put into one")


def subtree(area: str) -> dict[str, Any]:
    """An area and everything below it."""
    return {"$gte": area, "$lt": area + ":"}  # ":" comes after every digit


def _of_share(share: Share) -> list[Any]:
    days = [list(pair) for pair in share.days]
    keys = [[by, list(found)] for by, found in share.keys]
    return [share.township, days, keys, list(share.facet), share.items, share.seconds]


def _changed(seconds: "array[float]", changes: Mapping[float, int]) -> "array[float]":
    """Sorted, so that the same values make the same document."""
    if not any(changes.values()):
        return seconds
    kept = sorted(seconds)
    for value, times in changes.items():
        for _ in range(-times):
            del kept[bisect_left(kept, value)]
    for value, times in changes.items():
        kept += [value] * times
    return array(_DOUBLES, sorted(kept))


def _order(pair: tuple[Line, Any]) -> tuple[Any, ...]:
    (by, key, (status, on_time, recurrence, first, overdue_from, past_from)), _ = pair
    never = datetime.max.replace(tzinfo=UTC)
    return by, key or "", status, on_time, recurrence, first, overdue_from or never, past_from or never
