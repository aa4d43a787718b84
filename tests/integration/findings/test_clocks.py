"""Clocks on real servers: whatever number of workers run, and wherever one dies, each level is told once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local.settings import ROOT
from services.findings.adapters.mongo import woken_by
from shared.contracts.envelope import Event, decode
from tests.integration.findings.conftest import Api
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.support.service import KEY

DAY = 86400.0
FINDINGS = 250


class Worker:
    """A worker without a broker: clocks go on without one, and what they tell waits in the outbox."""

    def __init__(self, api: Api, clock: Path, folder: Path, mongo_uri: str, **env: str) -> None:
        self.port = free_port()
        self.log = folder / f"worker-{self.port}.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DUZE_")}
        settings = {
            "DUZE_JWT_KEY": KEY, "DUZE_FINDINGS_MONGO_URI": mongo_uri, "DUZE_TEST_CLOCK_FILE": str(clock),
            "DUZE_FINDINGS_WORKER_PORT": str(self.port),
            "DUZE_FINDINGS_AMQP_URI": f"amqp://nobody:nothing@127.0.0.1:{free_port()}/nowhere",
        }  # fmt: skip
        module = "tests.integration.findings.worker_process"
        command = [sys.executable, "-W", "ignore", "-m", module, api.database.name]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=kept | settings | env, stdout=out, stderr=out
            )

    def metric(self, name: str) -> float:
        text = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=5).text
        return float(next(line for line in text.splitlines() if line.startswith(name)).split()[-1])

    def stop(self) -> int:
        """Ask for the end; the exit status, which must come within the limit."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
def worker(api: Api, clock: Path, tmp_path: Path, mongo_admin_uri: str) -> Iterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def make(**env: str) -> Worker:
        made.append(Worker(api, clock, tmp_path, mongo_admin_uri, **env))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait(10)


@pytest.fixture
def findings(api: Api) -> list[str]:
    """Fresh findings, due within days; those of earlier tests are gone."""
    for collection in ("findings", "history", "outbox", "leases", "self_checks"):
        api.database[collection].delete_many({})
    facts = {
        "team": "T05", "method": "inspection", "found_at": "2026-02-11T14:00:00+08:00", "area": "990100001001",
        "place": {"name": "东门", "kind": "checkpoint"}, "category": "access_control", "severity": "serious",
        "description": "东门没有人值守",
    }  # fmt: skip
    answer = api.batch(b"\n".join(json.dumps(facts).encode() for _ in range(FINDINGS)))
    assert answer["accepted"] == FINDINGS
    return [one["id"] for one in answer["results"]]


def told(api: Api) -> dict[str, list[Event]]:
    """The overdue events of each finding, in the order of their sequence."""
    rows = api.database["outbox"].find({"type": "finding.overdue.v1"})
    found: dict[str, list[Event]] = {}
    for event in sorted((decode(row["body"]) for row in rows), key=lambda event: event.sequence):
        found.setdefault(event.subject, []).append(event)
    return found


def stored(api: Api, finding: str) -> dict[str, Any]:
    document = api.database["findings"].find_one({"_id": finding})
    assert document is not None
    return document


def waits(api: Api) -> int:
    return api.database["findings"].count_documents({"told.level": {"$lt": 3}})


def assert_each_level_once(api: Api, findings: list[str]) -> None:
    events = told(api)
    assert set(events) == set(findings)
    assert {tuple(one.data["level"] for one in each) for each in events.values()} == {(1, 2, 3)}
    for one in api.database["findings"].find():
        sequences = sorted(
            decode(row["body"]).sequence for row in api.database["outbox"].find({"subject": one["_id"]})
        )
        assert sequences == list(range(1, one["sequence"] + 1))
        assert (one["supervised"], one["wake_at"]) == (True, None)
    assert api.database["history"].count_documents({"move": "overdue"}) == 3 * len(findings)


def none_waits(api: Api) -> None:
    assert waits(api) == 0


def test_two_workers_and_a_moved_clock_tell_each_level_once(
    api: Api, clock: Path, findings: list[str], worker: Callable[..., Worker]
) -> None:
    first, second = worker(), worker()
    clock.write_text(str(60 * DAY))
    eventually(lambda: none_waits(api), 30)
    assert_each_level_once(api, findings)
    # The state is the service's: whoever holds the lease, both tell the same of it.
    for one in (first, second):
        eventually(partial(_tells, one, FINDINGS))
        assert one.metric('duze_findings_overdue{level="1"}') == 0
    # The broker cannot be reached, and yet they end in time; the lease is free at once.
    assert [first.stop(), second.stop()] == [0, 0]
    assert api.database["leases"].find_one({"_id": "timekeeper"}) is None


def _tells(worker: Worker, findings: int) -> None:
    assert worker.metric('duze_findings_overdue{level="3"}') == findings


def _is(value: float, wanted: float) -> None:
    assert value == wanted


def test_levels_are_reached_as_the_clock_is_moved_day_by_day(
    api: Api, clock: Path, findings: list[str], worker: Callable[..., Worker]
) -> None:
    worker()
    first = stored(api, findings[0])
    due, posted = first["overdue_from"], first["created_at"]
    clock.write_text(str((due - posted).total_seconds() - 60))
    eventually(lambda: _is(api.database["outbox"].count_documents({"type": "clock.due.v1"}), FINDINGS), 30)
    assert told(api) == {}
    clock.write_text(str((due - posted).total_seconds() + 60))
    eventually(lambda: _is(api.database["findings"].count_documents({"told.level": 1}), FINDINGS), 30)
    assert {len(each) for each in told(api).values()} == {1}


def test_even_when_all_workers_believe_to_hold_the_lease_each_level_is_told_once(
    api: Api, clock: Path, findings: list[str], worker: Callable[..., Worker]
) -> None:
    clock.write_text(str(60 * DAY))
    for _ in range(2):
        worker(TEST_LEASES_FOR_ALL="yes")
    eventually(lambda: none_waits(api), 60)
    assert_each_level_once(api, findings)


@pytest.mark.parametrize("where", ["130", "commit"])
def test_a_worker_that_is_killed_leaves_nothing_half_done_and_the_next_one_goes_on(
    api: Api, clock: Path, tmp_path: Path, findings: list[str], worker: Callable[..., Worker], where: str
) -> None:
    clock.write_text(str(60 * DAY))
    dying = worker(TEST_DIE_AT=where, TEST_DIE_FLAG=str(tmp_path / "died"))
    assert dying.process.wait(30) == -signal.SIGKILL, dying.log.read_text()
    # In the middle of the first batch, or right after it.
    assert waits(api) == (FINDINGS if where != "commit" else FINDINGS - 100)
    assert len(told(api)) == FINDINGS - waits(api)
    # The dead worker's lease and locks have to run out first.
    worker()
    eventually(lambda: none_waits(api), 100)
    assert_each_level_once(api, findings)


def test_a_move_between_two_looks_is_what_counts(
    api: Api, clock: Path, findings: list[str], worker: Callable[..., Any]
) -> None:
    body = {"measures": "已安排值守", "completed_on": "2026-02-12", "attachments": []}
    area: dict[str, Any] = {"area": "990100001"}
    reported = findings[0]
    assert api.ask("POST", f"/findings/{reported}/report", "unit", json=body, **area).status_code == 200
    clock.write_text(str(60 * DAY))
    worker()
    eventually(lambda: _is(waits(api), 1), 30)
    assert set(told(api)) == set(findings) - {reported}
    (waiting,) = api.database["outbox"].find({"type": "clock.due.v1"})
    assert decode(waiting["body"]).data["clock"]["rule"] == "unverified"


def test_a_finding_or_self_check_that_cannot_be_woken_costs_only_itself(
    api: Api, clock: Path, findings: list[str], worker: Callable[..., Worker]
) -> None:
    broken, *others = findings
    ordered = api.ask(
        "POST", f"/findings/{others[0]}/self-checks", "office",
        json={"areas": ["990100001002", "990100002001", "990100003001"], "due": _day(3)},
    )  # fmt: skip
    assert ordered.status_code == 201, ordered.text
    unreadable, *told_of = sorted(one["_id"] for one in api.database["self_checks"].find())
    api.database["findings"].update_one({"_id": broken}, {"$set": {"status": "no such status"}})
    api.database["self_checks"].update_one({"_id": unreadable}, {"$set": {"due": "no such day"}})
    clock.write_text(str(60 * DAY))
    one = worker()
    eventually(lambda: _is(waits(api), 1), 60)
    assert set(told(api)) == set(others)
    # Late self-checks are told to unit and office at each level, once.
    eventually(lambda: _is(len(told_late(api)), 6), 30)
    assert sorted(told_late(api)) == sorted((check, level) for check in told_of for level in (1, 2, 3))
    # What cannot be woken is tried again, later and by itself.
    for collection, key in (("findings", broken), ("self_checks", unreadable)):
        eventually(partial(_is_put_off, api, collection, key, _moved(clock)))
    assert "cannot be woken" in one.log.read_text()


def told_late(api: Api) -> list[tuple[str, int]]:
    """The self-check and the level of each event that tells of a late one."""
    events = (decode(row["body"]) for row in api.database["outbox"].find({"type": "clock.due.v1"}))
    late = (event for event in events if event.data["clock"]["rule"] == "self_check")
    return [(event.subject.removeprefix("clock-"), event.sequence) for event in late]


def _is_put_off(api: Api, collection: str, key: str, now: datetime) -> None:
    document = api.database[collection].find_one({"_id": key})
    assert document is not None
    assert document["wake_at"] > now


def _day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


def _moved(clock: Path) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(clock.read_text()))


def test_what_is_due_is_found_by_its_index_among_all_that_are_not(api: Api, findings: list[str]) -> None:
    plan = api.database["findings"].find(woken_by(datetime.now(UTC))).sort("wake_at", 1).limit(100).explain()
    assert "wake_at_1" in json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
    assert plan["executionStats"]["totalDocsExamined"] == 0
    assert len(findings) == FINDINGS
