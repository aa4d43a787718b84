"""Notices that wait for a signature too long, batch by batch: one transaction each; a bad one costs only itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.notifications.adapters.mongo import NotificationsWork
from services.notifications.adapters.notices import NOTICES, woken_by
from services.notifications.application.reminding import Reminders
from shared.persistence.database import MongoDatabase
from shared.persistence.errors import UnavailableError
from shared.persistence.transaction import Transaction

log = structlog.get_logger("reminders")

BATCH = 100
PUT_OFF = timedelta(hours=1)


class Waking:
    """Wakes what is due in `database`."""

    def __init__(
        self,
        database: MongoDatabase,
        reminders: Reminders,
        unit_of_work: Callable[[Transaction], NotificationsWork],
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._reminders = reminders
        self._unit_of_work = unit_of_work
        self._batch = batch

    def turn(self, now: datetime) -> bool:
        """One batch; whether more may wait.

        Raises:
            UnavailableError: the database did not answer; what was committed before stays.
        """
        try:
            done = self._database.transact(
                lambda tx: self._reminders.run_out(self._unit_of_work(tx), now, self._batch)
            )
        except UnavailableError:
            raise
        except Exception:
            # One of them cannot be woken, and the others must not wait for it. The batch was rolled back whole.
            log.exception("notices are woken one by one")
            return self._one_by_one(now)
        return done == self._batch

    def _one_by_one(self, now: datetime) -> bool:
        notices, due = self._database.collection(NOTICES), woken_by(now)
        keys = [row["_id"] for row in notices.find(due, {"_id": 1}, sort=[("wake_at", 1)], limit=self._batch)]
        for key in keys:
            try:
                self._database.transact(partial(self._wake, key, now))
            except UnavailableError:
                raise
            except Exception:
                # It stays due, each hour anew, until the cause is mended.
                log.exception("a notice cannot be woken and is put off", notice=key)
                notices.update_one({"_id": key, **due}, {"$set": {"wake_at": now + PUT_OFF}})
        return len(keys) == self._batch

    def _wake(self, key: str, now: datetime, transaction: Transaction) -> None:
        work = self._unit_of_work(transaction)
        notice = work.notices.get(key)
        if notice is not None:
            self._reminders.wake(work, notice, now)
