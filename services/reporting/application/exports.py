"""The ledger as a file: the rows of its filters, with every column, and their totals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.reporting.application import answers, scope
from services.reporting.application.answers import Answer
from services.reporting.application.ports import Clock, ExportLog, LedgerStore, Spooled, Writer
from services.reporting.application.totals import Totals
from services.reporting.domain.calendar import day_of, end_of
from services.reporting.domain.columns import Column, Words, cells
from services.reporting.domain.errors import InvalidError
from services.reporting.domain.export import FAILED, MADE, MAKING, Export
from services.reporting.domain.fact import Fact, rebuild
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.view import view
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

MOST_ROWS = 1_000_000
"""A sheet holds no more."""
_STEP = 500
_TOLD_EVERY = 1000
_SHOWN = 20

STATUSES = (MAKING, MADE, FAILED)


class LedgerExports:
    """One file at a time is made of a cursor: however long it is, no more than a step of it is in memory."""

    def __init__(
        self,
        store: LedgerStore,
        writers: Mapping[str, Writer],
        columns: Sequence[Column],
        vocabulary: Vocabulary,
        areas: Areas,
        clock: Clock,
        log: ExportLog,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._log = log
        self._new_id = new_id
        self._writers = writers
        self._columns = columns
        self._areas = areas
        self._words = Words(vocabulary.label, areas.name)
        self._clock = clock

    def file(self, ending: str, asked: Mapping[str, Any], by: Claims) -> Spooled:
        """The ledger of these filters, newest first; `ending` is xlsx or csv.

        Raises:
            InvalidError: there are more rows than a sheet holds, or the day lies in the future.
        """
        facts, moment, of = self._facts(dict(asked), by)
        export = Export(self._new_id(), by.sub, ending, self._clock(), of)
        totals = Totals(self._words, moment)
        # The totals are those of the rows that are in the file, whatever is told meanwhile.
        rows = self._told(self._rows(totals.counted(facts), by, moment), export)
        self._log.tell(export)
        try:
            spooled = self._writers[ending].write(self._columns, rows, totals.table)
        except BaseException:
            # Also when the caller goes away: whoever waits for the file learns that there will be none.
            # What it was goes on upwards, where it is logged.
            self._log.tell(replace(export, status=FAILED))
            raise
        self._log.tell(replace(export, status=MADE, rows=spooled.rows))
        return spooled

    def progress(self, by: Claims) -> list[Answer]:
        """The caller's files of the last day, the newest first."""
        return [_answer(one) for one in self._log.of(by.sub, _SHOWN)]

    def _told(self, rows: Iterator[list[Any]], export: Export) -> Iterator[list[Any]]:
        for number, row in enumerate(rows):
            if number and number % _TOLD_EVERY == 0:
                self._log.tell(replace(export, rows=number))
            yield row

    def _rows(self, facts: Iterator[Fact], by: Claims, now: datetime) -> Iterator[list[Any]]:
        for number, fact in enumerate(facts):
            if number == MOST_ROWS:
                raise InvalidError({"from": [f"more than {MOST_ROWS:,} rows: narrow the filters"]})
            row = answers.row(fact, self._areas.name, by, now)
            yield list(cells(self._columns, row, self._words))

    def _facts(self, asked: dict[str, Any], by: Claims) -> tuple[Iterator[Fact], datetime, int | None]:
        now, as_of = self._clock(), asked.pop("as_of")
        scope.require_area(by, asked["area"])
        filters = Filters(reach=by.area, by_unit=by.role == "unit", **asked)
        if as_of is None or as_of == day_of(now):
            return self._store.each(filters, now), now, self._store.count(filters, now)
        if as_of > day_of(now):
            raise InvalidError({"as_of": ["lies in the future"]})
        return self._past(filters, end_of(as_of)), end_of(as_of), None

    def _past(self, filters: Filters, moment: datetime) -> Iterator[Fact]:
        cursor, more = None, True
        while more:
            ids, cursor = self._store.posted_before(filters, moment, _STEP, cursor)
            told, more = self._store.told_before(ids, moment), cursor is not None
            for fact in (rebuild(one, told.get(one, ())) for one in ids):
                if matches(filters, fact, view(fact), moment):
                    yield fact


def _answer(export: Export) -> Answer:
    return {
        "id": export.id,
        "format": export.ending,
        "begun_at": export.begun_at,
        "status": export.status,
        "rows": export.rows,
        "of": export.of,
        "percent": export.percent,
    }
