"""Findings and self-checks whose clocks have run out, batch by batch: one transaction each, and one that cannot be
told costs only itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from services.findings.adapters.mongo import FINDINGS, FindingsWork, woken_by
from services.findings.adapters.self_checks import SELF_CHECKS
from services.findings.application.clocks import FindingClocks
from services.findings.application.self_check_clocks import SelfCheckClocks
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import UnavailableError
from shared.persistence.transaction import Transaction

log = structlog.get_logger("clocks")

BATCH = 100
PUT_OFF = timedelta(hours=1)


class _Clocks(Protocol):
    """What can run out of documents of one kind."""

    def run_out(self, work: FindingsWork, now: datetime, limit: int) -> int: ...

    def run_out_of(self, work: FindingsWork, key: str, now: datetime) -> None: ...


class Waking:
    """Wakes what is due in `database`."""

    def __init__(
        self,
        database: MongoDatabase,
        clocks: FindingClocks,
        self_checks: SelfCheckClocks,
        unit_of_work: Callable[[Transaction], FindingsWork],
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._clocks = clocks
        self._self_checks = self_checks
        self._unit_of_work = unit_of_work
        self._batch = batch

    def turn(self, now: datetime) -> bool:
        """One batch of findings and one of self-checks; whether more may wait.

        Raises:
            UnavailableError: the database did not answer; what was committed before stays.
        """
        more = [self._wake(FINDINGS, self._clocks, now), self._wake(SELF_CHECKS, self._self_checks, now)]
        return any(more)

    def _wake(self, collection: str, clocks: _Clocks, now: datetime) -> bool:
        try:
            done = self._database.transact(
                lambda tx: clocks.run_out(self._unit_of_work(tx), now, self._batch)
            )
        except UnavailableError:
            raise
        except Exception:
            # One of them cannot be woken, and the others must not wait for it. The batch was rolled back whole.
            log.exception("woken one by one", collection=collection)
            return self._one_by_one(collection, clocks, now)
        return done == self._batch

    def _one_by_one(self, collection: str, clocks: _Clocks, now: datetime) -> bool:
        documents = self._database.collection(collection)
        due = woken_by(now)
        keys = [
            row["_id"] for row in documents.find(due, {"_id": 1}, sort=[("wake_at", 1)], limit=self._batch)
        ]
        for key in keys:
            try:
                self._database.transact(partial(self._wake_one, clocks, key, now))
            except UnavailableError:
                raise
            except Exception:
                # Its own transaction was rolled back: it stays due, each hour anew, until the cause is mended.
                log.exception("cannot be woken and is put off", collection=collection, key=key)
                documents.update_one({"_id": key, **due}, {"$set": {"wake_at": now + PUT_OFF}})
        return len(keys) == self._batch

    def _wake_one(self, clocks: _Clocks, key: str, now: datetime, transaction: Transaction) -> None:
        clocks.run_out_of(self._unit_of_work(transaction), key, now)
