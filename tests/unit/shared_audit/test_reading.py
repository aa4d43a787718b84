"""Readings are recorded before they are answered, together where they come together."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from shared.audit.reading import ReadingRecorder
from shared.audit.rows import WAITING
from shared.persistence.errors import UnavailableError
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction


class SlowDatabase(MemoryDatabase):
    """The first transaction waits until it is let go; counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.transactions = 0
        self.entered, self.go_on = threading.Event(), threading.Event()

    def transact(self, work: Callable[[Transaction], Any], timeout: float = 5.0) -> Any:
        self.transactions += 1
        if self.transactions == 1:
            self.entered.set()
            assert self.go_on.wait(10)
        return super().transact(work, timeout)


def test_those_that_come_while_one_is_written_share_the_next_write() -> None:
    database = SlowDatabase()
    recorder = ReadingRecorder(database)
    threads = [threading.Thread(target=recorder.keep, args=({"_id": str(n)},), daemon=True) for n in range(9)]
    threads[0].start()
    assert database.entered.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(recorder._open.rows) < 8:
        threads[1].join(0.01)
    assert WAITING not in database.collections, "nothing is answered before its row is safe"
    assert all(thread.is_alive() for thread in threads)
    database.go_on.set()
    for thread in threads:
        thread.join(10)
    assert sorted(database.collections[WAITING]) == [str(n) for n in range(9)]
    assert database.transactions == 2


def test_what_cannot_be_recorded_is_not_answered_and_the_next_one_is_tried_again() -> None:
    class Away(MemoryDatabase):
        away = True

        def transact(self, work: Callable[[Transaction], Any], timeout: float = 5.0) -> Any:
            if self.away:
                raise UnavailableError("away")
            return super().transact(work, timeout)

    database = Away()
    recorder = ReadingRecorder(database)
    with pytest.raises(UnavailableError):
        recorder.keep({"_id": "1"})
    database.away = False
    recorder.keep({"_id": "2"})
    assert list(database.collections[WAITING]) == ["2"]
