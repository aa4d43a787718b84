"""What time alone brings: clocks that run out and measures whose effect ends, one transaction each.

What is due stands in the documents; whoever does it reads the document anew in its transaction and finds nothing left
to do when another worker was faster. One that fails costs only itself: it is tried again after an hour.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.accountability.adapters import indexes
from services.accountability.adapters.mongo import UnitOfWork
from services.accountability.application.clocks import Clocks
from services.accountability.application.expiry import expire
from services.accountability.domain.calendar import day_of
from services.accountability.domain.measure import DECIDED, SERVED
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import UnavailableError
from shared.persistence.transaction import Transaction

log = structlog.get_logger("clocks")

BATCH = 100
PUT_OFF = timedelta(hours=1)
Act = Callable[[UnitOfWork, str, datetime], None]


def clocks_due(now: datetime) -> dict[str, Any]:
    """Clocks of which something is to be told; one without `wake_at` never."""
    return {"wake_at": {"$lte": now}}


def effects_ended(now: datetime) -> dict[str, Any]:
    """Measures in force whose last day has passed."""
    return {"status": {"$in": [DECIDED, SERVED]}, "effect_until": {"$lte": day_of(now).isoformat()}}


class DueTurns:
    """Does what is due in `database`."""

    def __init__(
        self, database: MongoDatabase, clocks: Clocks, unit_of_work: Callable[[Transaction], UnitOfWork]
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._put_off: dict[str, datetime] = {}
        self._works: tuple[tuple[str, Callable[[datetime], dict[str, Any]], Act], ...] = (
            (indexes.CLOCKS, clocks_due, clocks.run_out),
            (indexes.MEASURES, effects_ended, expire),
        )

    def turn(self, now: datetime) -> bool:
        """One batch of each; whether more may wait.

        Raises:
            UnavailableError: the database did not answer; what was committed before stays.
        """
        self._put_off = {key: until for key, until in self._put_off.items() if now < until}
        more = False
        for collection, due, act in self._works:
            where = {**due(now), "_id": {"$nin": list(self._put_off)}}
            rows = self._database.collection(collection).find(where, {"_id": 1}, limit=BATCH)
            keys = [row["_id"] for row in rows]
            for key in keys:
                self._do(key, act, now)
            more = more or len(keys) == BATCH
        return more

    def _do(self, key: str, act: Act, now: datetime) -> None:
        try:
            self._database.transact(lambda transaction: act(self._unit_of_work(transaction), key, now))
        except UnavailableError:
            raise
        except Exception:
            # Rolled back whole: it stays due, each hour anew, until the cause is mended.
            log.exception("what is due cannot be done and is put off", document=key)
            self._put_off[key] = now + PUT_OFF
