"""kill -9 of anything, at any point between posting and ledger: nothing lost, nothing doubled.

A client posts all the while and keeps its own book of what was answered; after the fault everything must settle,
and the book must agree with every service. `DUZE_FAULT_ROUNDS` sets how often each process is killed.
"""

import contextlib
import functools
import os
import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
import requests

from tests.support.county import County, a_finding
from tests.support.eventually import eventually

pytestmark = [pytest.mark.needs_stack, pytest.mark.faults, pytest.mark.timeout(600)]
ROUNDS = int(os.environ.get("DUZE_FAULT_ROUNDS", "1"))
SERVICES = ("findings", "accountability", "notifications", "reporting")
VICTIMS = (*(f"{service}-{role}" for service in SERVICES for role in ("api", "worker")), "rabbitmq", "mongod")
SETTLED_WITHIN = 180


class Client(threading.Thread):
    """Posts findings one after the other; what is refused or lost on the way it posts again, as a phone would."""

    def __init__(self, county: County) -> None:
        super().__init__(daemon=True)
        self.county = county
        self.answered: dict[str, str] = {}
        self.doubts = 0
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            finding = a_finding(severity=random.choice(["moderate", "serious"]))
            self._post_until_answered(finding)
            self._stop_asked.wait(0.02)

    def _post_until_answered(self, finding: dict[str, Any]) -> None:
        deadline = time.monotonic() + SETTLED_WITHIN
        while time.monotonic() < deadline:
            try:
                answer = self.county.post(finding)
            except requests.RequestException:
                self.doubts += 1
                self._stop_asked.wait(0.2)
                continue
            if answer.status_code in (200, 201):
                self.answered[finding["source_ref"]] = answer.json()["id"]
                return
            assert answer.status_code in (429, 503), answer.text
            self.doubts += 1
            self._stop_asked.wait(0.2)

    def finish(self) -> dict[str, str]:
        self._stop_asked.set()
        self.join(SETTLED_WITHIN)
        assert not self.is_alive()
        return self.answered


def check_books(county: County, answered: dict[str, str]) -> None:
    """What the client was told is what every service has, once."""
    county.settle(SETTLED_WITHIN)
    ledger = Counter(row["source_ref"] for row in county.all("reporting", "/ledger?team=T05"))
    findings = Counter(row["source_ref"] for row in county.all("findings", "/findings?team=T05"))
    for reference, finding in answered.items():
        assert (findings[reference], ledger[reference]) == (1, 1), reference
        notices = county.all("notifications", f"/notices?finding={finding}")
        told = Counter((notice["event_type"], notice["recipient"]) for notice in notices)
        assert max(told.values()) == 1, told
        warnings = county.all("accountability", f"/warnings?finding={finding}")
        assert len(warnings) == sum(type == "warning.issued.v1" for type, _ in told)


def parked(county: County) -> set[str]:
    """What lies in the quarantines; other tests of the run may have left something there."""
    return {row["id"] for service in SERVICES for row in county.all(service, "/quarantine", role="admin")}


def under_load(county: County, fault: Any) -> None:
    before = parked(county)
    client = Client(county)
    client.start()
    eventually(lambda: _posted(client, 20))
    fault()
    goal = len(client.answered) + 20
    eventually(lambda: _posted(client, goal), seconds=SETTLED_WITHIN)
    check_books(county, client.finish())
    assert parked(county) == before


def _posted(client: Client, wanted: int) -> None:
    assert len(client.answered) >= wanted


@pytest.mark.parametrize("victim", VICTIMS)
def test_nothing_is_lost_or_doubled_when_a_process_is_killed(county: County, victim: str) -> None:
    def kill() -> None:
        for _ in range(ROUNDS):
            before = county.stack.pid(victim)
            county.stack.kill(victim)
            eventually(functools.partial(_restarted, county, victim, before), seconds=60)

    under_load(county, kill)


def _restarted(county: County, victim: str, before: int | None) -> None:
    assert county.stack.pid(victim) not in (None, before)


def test_posting_goes_on_while_the_broker_is_down_and_drains_afterwards(county: County) -> None:
    county.stack.halt("rabbitmq")
    try:
        answers = [county.post(a_finding(severity="serious")) for _ in range(30)]
    finally:
        county.stack.resume("rabbitmq")
    assert {answer.status_code for answer in answers} == {201}
    check_books(county, {answer.json()["source_ref"]: answer.json()["id"] for answer in answers})


def test_a_batch_is_whole_after_its_server_died_half_way(county: County) -> None:
    lines = [{**a_finding(), "source_ref": None} for _ in range(1500)]
    key = {"Idempotency-Key": f"batch-{random.random()}"}
    before = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    killer = threading.Timer(0.6, county.stack.kill, ["findings-api"])
    killer.start()
    # The server dies while it answers: that is the point.
    with contextlib.suppress(requests.RequestException):
        county.post_batch(lines, **key)
    killer.join()

    def repeated() -> dict[str, Any]:
        try:
            answer = county.post_batch(lines, **key)
        except requests.RequestException as exc:
            raise AssertionError("the server is not back yet") from exc
        assert answer.status_code == 200, answer.text
        return answer.json()

    result = eventually(repeated, seconds=60)
    assert result["rejected"] == 0
    county.settle(SETTLED_WITHIN)
    after = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    assert after - before == len(lines)
