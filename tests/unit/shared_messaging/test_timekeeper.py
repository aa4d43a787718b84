"""The timekeeper: one at a time acts, nothing that fails ends it, and it ends when it is asked."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError

from shared.clock import clock
from shared.messaging import timekeeper
from shared.messaging.timekeeper import Timekeeper
from shared.persistence.errors import UnavailableError
from shared.persistence.ids import utc_now

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Leases:
    """A collection with the one document that leases are about; `fails` as often as it is told to."""

    def __init__(self) -> None:
        self.holder: str | None = None
        self.fails = 0
        self.asked = 0

    def find_one_and_update(self, where: Any, change: Any, **_options: Any) -> dict[str, Any]:
        self.asked += 1
        if self.fails:
            self.fails -= 1
            raise AutoReconnect("away")
        owner = where["$or"][0]["owner"]
        if self.holder not in (None, owner):
            raise DuplicateKeyError("taken")
        self.holder = owner
        return {"owner": owner}

    def delete_one(self, where: Any) -> None:
        if self.holder == where["owner"]:
            self.holder = None


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeper, "_PAUSES", (0.0, 0.0))


def keeper(
    act: Callable[[datetime], bool], leases: Leases, owner: str = "a", every: float = 0.0
) -> Timekeeper:
    return Timekeeper(act=act, clock=lambda: NOW, leases=leases, owner=owner, every=every)  # type: ignore[arg-type]


def run(made: Timekeeper) -> None:
    """It must end by itself; a thread that hangs fails the test."""
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def until(turns: int, outcomes: dict[int, Any] | None = None) -> tuple[Callable[[datetime], bool], list[Any]]:
    """An act that stops its keeper after so many turns; `outcomes` of some of them, errors are raised."""
    seen: list[Any] = []

    def act(now: datetime) -> bool:
        seen.append(now)
        if len(seen) >= turns:
            made[0].stop()
        outcome = (outcomes or {}).get(len(seen), False)
        if isinstance(outcome, Exception):
            raise outcome
        return bool(outcome)

    made: list[Timekeeper] = []
    act.made = made  # type: ignore[attr-defined]
    return act, seen


def test_it_acts_by_its_clock_and_lets_the_lease_go_at_the_end() -> None:
    leases = Leases()
    act, seen = until(3)
    act.made.append(made := keeper(act, leases))  # type: ignore[attr-defined]
    run(made)
    assert (seen, leases.holder) == ([NOW] * 3, None)


def test_while_more_may_be_due_it_does_not_wait() -> None:
    leases = Leases()
    act, seen = until(5, dict.fromkeys(range(1, 6), True))
    act.made.append(made := keeper(act, leases, every=60))  # type: ignore[attr-defined]
    run(made)
    assert len(seen) == 5
    # The lease is renewed now and then, and not at each batch.
    assert leases.asked == 1


@pytest.mark.parametrize("failure", [UnavailableError("away"), AutoReconnect("away"), KeyError("a defect")])
def test_no_failure_ends_it(failure: Exception) -> None:
    leases = Leases()
    act, seen = until(4, {1: failure, 2: failure})
    act.made.append(made := keeper(act, leases))  # type: ignore[attr-defined]
    run(made)
    assert len(seen) == 4
    assert made.fault() is None


def test_it_tells_when_it_fails_again_and_again() -> None:
    leases = Leases()
    act, _ = until(4, dict.fromkeys(range(1, 5), KeyError("a defect")))
    act.made.append(made := keeper(act, leases))  # type: ignore[attr-defined]
    run(made)
    assert made.fault() == "what is due cannot be done"


def test_it_waits_for_a_database_that_is_away() -> None:
    leases = Leases()
    leases.fails = 3
    act, seen = until(1)
    act.made.append(made := keeper(act, leases))  # type: ignore[attr-defined]
    run(made)
    assert len(seen) == 1


def test_it_does_not_act_while_another_one_holds_the_lease() -> None:
    leases = Leases()
    leases.holder = "another"
    made = keeper(lambda now: pytest.fail("acted without the lease"), leases)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    while leases.asked < 3:
        thread.join(0.01)
    made.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert leases.holder == "another"


def test_without_a_file_the_clock_is_the_real_one() -> None:
    assert clock(None) is utc_now


def test_a_test_moves_the_clock_of_every_process_that_was_given_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ahead"
    moved = clock(str(file))
    assert moved() - utc_now() < timedelta(seconds=5)
    file.write_text("86400\n")
    assert timedelta(hours=23) < moved() - utc_now() <= timedelta(days=1)
    file.write_text("")
    assert abs(moved() - utc_now()) < timedelta(seconds=5)
