"""Drafting what the schedule says is due. Each moment of a row is seen to once, in the transaction of its draft."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from services.reporting.application.bulletin_drafting import DraftBulletin, Drafting
from services.reporting.application.bulletin_outgoing import told_of
from services.reporting.application.ports import Work
from services.reporting.domain.bulletin import SCHEDULE
from services.reporting.domain.schedule import Row
from shared.contracts.claims import Claims
from shared.contracts.reporting import BULLETIN_DRAFTED_V1

Transact = Callable[[Callable[[Work], None]], None]


class CountyDay:
    """Drafts by itself."""

    def __init__(self, rows: tuple[Row, ...], drafting: Drafting) -> None:
        self._rows = rows
        self._drafting = drafting

    def turn(self, transact: Transact, now: datetime) -> None:
        """Whatever is due now, one transaction each."""
        for row in self._rows:
            slot = row.last_slot(now)
            if slot is not None:
                transact(partial(self._see_to, row, slot, now))

    def _see_to(self, row: Row, slot: datetime, now: datetime, work: Work) -> None:
        seen = work.bulletins.last_slot(row.id)
        if seen is not None and seen >= slot:
            return
        work.bulletins.see_slot(row.id, slot)
        if seen is None:
            return  # It begins to count: days before are not made up for.
        since, until = row.span(slot)
        command = DraftBulletin(
            kind=row.kind,
            area=row.area,
            since=since,
            until=until,
            team=None,
            title=None,
            names=None,
            group_by=None,
            by=Claims(SCHEDULE, "office", row.area),
        )
        draft = self._drafting.draft(work, command, told=1)
        work.tell(BULLETIN_DRAFTED_V1, draft.id, draft.told, told_of(draft, "drafted", now), now)
