"""Readings of details, recorded before they are answered: what cannot be recorded is not shown.

Readings that come at the same time share one insert: the first that finds nobody writing takes all that wait with it.
A process that dies between insert and answer leaves the row of a reading that did not arrive, never the other way.
"""

import threading
from dataclasses import dataclass, field

from shared.audit.rows import WAITING
from shared.persistence.database import Database
from shared.persistence.transaction import Document, Transaction

SECONDS = 5.0


@dataclass(slots=True)
class _Batch:
    rows: list[Document] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None


class ReadingRecorder:
    """Keeps the rows of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open = _Batch()
        self._joining = threading.Lock()
        self._writing = threading.Lock()

    def keep(self, row: Document) -> None:
        """Return once the row is safe.

        Raises:
            UnavailableError: it is not.
        """
        with self._joining:
            batch = self._open
            batch.rows.append(row)
        with self._writing:
            if not batch.done:
                with self._joining:
                    self._open = _Batch()
                self._write(batch)
        if batch.error is not None:
            raise batch.error

    def _write(self, batch: _Batch) -> None:
        def insert(transaction: Transaction) -> None:
            for row in batch.rows:
                transaction.insert(WAITING, row)

        try:
            self._database.transact(insert, timeout=SECONDS)
        except Exception as exc:  # noqa: BLE001 - told to every one of them
            batch.error = exc
        finally:
            batch.done = True
