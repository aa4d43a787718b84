"""What callers may ask: the ledger of today or of a past day, and the balance."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.reporting.application import answers, scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import Clock, LedgerStore, Peers
from services.reporting.domain.balance import Balance, Ledger, balance
from services.reporting.domain.calendar import day_of, end_of
from services.reporting.domain.counters import ASSIGNED, HISTORICAL, NOTICED
from services.reporting.domain.errors import InvalidError
from services.reporting.domain.fact import rebuild
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.view import view
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims

Listed = tuple[list[Answer], str | None]
EXAMINED = 2000
"""Findings that one page of a past day looks at, at most: a page may be short, and the next one goes on there."""
_STEP = 200


class ReportingQueries:
    """One method for each question."""

    def __init__(self, store: LedgerStore, peers: Peers, areas: Areas, clock: Clock) -> None:
        self._store = store
        self._peers = peers
        self._areas = areas
        self._clock = clock

    def ledger(self, asked: Mapping[str, Any], by: Claims) -> Listed:
        """Newest first; `as_of` a day: as everything stood at its end."""
        asked, now = dict(asked), self._clock()
        limit, cursor, as_of = asked.pop("limit"), asked.pop("cursor"), asked.pop("as_of")
        scope.require_area(by, asked["area"])
        filters = Filters(reach=by.area, by_unit=by.role == "unit", **asked)
        if as_of is None or as_of == day_of(now):
            found, following = self._store.find(filters, now, limit, cursor)
            return [answers.row(fact, self._areas.name, by, now) for fact in found], following
        if as_of > day_of(now):
            raise InvalidError({"as_of": ["lies in the future"]})
        return self._past(filters, end_of(as_of), by, limit, cursor)

    def reconciliation(self, by: Claims) -> Answer:
        """Whether all services tell the same of the caller's area."""
        return answers.balance(self.balance(by.area))

    def balance(self, area: str) -> Balance:
        """What the ledger counts in an area, compared with what the others count."""
        counted = self._store.balance(area)
        ledger = ledger_of(counted, self._store.outbox_pending())
        return balance(ledger, *self._peers.counts(area))

    def counts(self, by: Claims) -> Answer:
        """The ledger's own figures."""
        ledger = ledger_of(self._store.balance(by.area), self._store.outbox_pending())
        return {
            "outbox_pending": ledger.outbox_pending,
            "posted": ledger.posted,
            "assigned": ledger.assigned,
            "noticed": ledger.noticed,
        }

    def _past(self, filters: Filters, moment: datetime, by: Claims, limit: int, cursor: str | None) -> Listed:
        """Facts made again of what had been told by then. Of the day's own time, since it is what was known."""
        rows: list[Answer] = []
        for _ in range(0, EXAMINED, _STEP):
            begin = cursor
            ids, cursor = self._store.posted_before(filters, moment, _STEP, begin)
            told = self._store.told_before(ids, moment)
            for place, fact in enumerate((rebuild(one, told.get(one, ())) for one in ids), 1):
                if matches(filters, fact, view(fact), moment):
                    rows.append(answers.row(fact, self._areas.name, by, moment))
                if len(rows) == limit:
                    # The next page begins behind this one, wherever in the step it was.
                    return rows, self._store.posted_before(filters, moment, place, begin)[1]
            if cursor is None:
                break
        return rows, cursor


def ledger_of(counted: Mapping[str, Mapping[str, int]], outbox_pending: int) -> Ledger:
    """The counters of areas as what is compared."""
    figures: dict[tuple[str, str], int] = {}
    sums = {ASSIGNED: 0, NOTICED: 0, "posted": 0}
    for area, counts in counted.items():
        for name, count in counts.items():
            if name in (ASSIGNED, NOTICED):
                sums[name] += count
                continue
            status = name.removeprefix(f"{HISTORICAL}.")
            figures[area, status] = figures.get((area, status), 0) + count
            sums["posted"] += count if status == name else 0
    shown = {key: count for key, count in figures.items() if count}
    return Ledger(shown, sums["posted"], sums[ASSIGNED], sums[NOTICED], outbox_pending)
