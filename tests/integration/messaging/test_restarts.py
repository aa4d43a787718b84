"""Broker and database die or change their role while events flow: everything arrives, once, and nothing is parked.

The servers are this module's own: nobody else's go down with them.
"""

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pymongo
import pytest
from pymongo.errors import AutoReconnect

from shared.persistence.errors import UnavailableError
from tests.integration.messaging.events import posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until
from tests.integration.messaging.test_relay import Running, say, states
from tests.support.stack import Stack

pytestmark = [
    pytest.mark.needs_rabbitmq,
    pytest.mark.needs_mongo,
    pytest.mark.faults,
    pytest.mark.timeout(240),
]

_ADDRESSES = {
    "DUZE_TEST_AMQP_ADMIN_URI": "DUZE_AMQP_ADMIN_URI",
    "DUZE_TEST_AMQP_MANAGEMENT_URI": "DUZE_AMQP_MANAGEMENT_URI",
    "DUZE_TEST_MONGO_ADMIN_URI": "DUZE_MONGO_ADMIN_URI",
}


@pytest.fixture(scope="module", autouse=True)
def servers() -> Iterator[Stack]:
    made = Stack(servers_only=True)
    try:
        made.start()
        given = made.env()
        with pytest.MonkeyPatch.context() as patch:
            for name, source in _ADDRESSES.items():
                patch.setenv(name, given[source])
            yield made
    finally:
        made.stop()


@pytest.fixture
def relay(broker: Broker, store: Store) -> Iterator[Running]:
    made = Running(broker.uri("findings"), store.database.collection)
    yield made
    made.stop()


def kill_9(servers: Stack, name: str) -> None:
    """And wait until the supervisor has put another one in its place."""
    before = servers.pid(name)
    servers.kill(name)
    until(lambda: servers.pid(name) not in (None, before), 30, f"{name} is started again")


def flow(store: Store, seconds: float, fault: Callable[[], None]) -> int:
    """Commit events all the while; the fault comes in between. How many were committed."""
    count = 0
    end = time.monotonic() + seconds
    for again in (True, False):
        while time.monotonic() < end or not again:
            count += committed(store)
            time.sleep(0.02)
            if not again and time.monotonic() > end:
                return count
        fault()
        end = time.monotonic() + seconds
    return count


def committed(store: Store) -> int:
    """Three events, or none while the database is away (then whether they are there is found out later)."""
    try:
        return len(say(store, 3))
    except UnavailableError:
        return 0


def everything_arrives(store: Store, at_least: int) -> None:
    until(lambda: states(store).keys() == {"published"}, 60, "the outbox is empty")
    total = store.database.collection("outbox").count_documents({})
    assert total >= at_least
    until(lambda: len(store.effects()) == total, 60, f"{total} effects")
    time.sleep(1.0)
    assert set(store.effects().values()) == {1}
    assert store.parked() == []


@pytest.mark.parametrize("victim", ["rabbitmq", "mongod"])
def test_kill_9_of_a_server_while_events_flow_loses_and_doubles_nothing(
    servers: Stack, broker: Broker, store: Store, worker: Callable[..., Worker], relay: Running, victim: str
) -> None:
    running = worker().start()
    count = flow(store, 1.5, functools.partial(kill_9, servers, victim))
    everything_arrives(store, count)
    until(lambda: not running.status()["missing"], 30, "ready again")
    until(lambda: relay.relay.fault() is None, 30)
    assert running.consumed("retried") == 0
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0


def test_a_primary_that_steps_down_costs_no_attempt(
    servers: Stack, broker: Broker, store: Store, worker: Callable[..., Worker], relay: Running
) -> None:
    running = worker().start()

    def elected() -> object:
        return store.client.admin.command("hello").get("electionId")

    def step_down() -> None:
        before = elected()
        # It may close the connection on which it was asked.
        with contextlib.suppress(AutoReconnect):
            store.client.admin.command("replSetStepDown", 2, secondaryCatchUpPeriodSecs=0, force=True)
        until(lambda: elected() not in (None, before), 15, "it is elected anew")

    count = flow(store, 1.5, step_down)
    everything_arrives(store, count)
    assert running.consumed("retried") == 0
    assert running.alive()


def test_after_the_database_was_restarted_a_commit_wakes_the_relay_again(
    servers: Stack, broker: Broker, store: Store, relay: Running
) -> None:
    say(store)
    until(lambda: states(store) == {"published": 1}, 5)
    time.sleep(1.0)  # it is asleep on the stream
    kill_9(servers, "mongod")
    until(lambda: committed(store) > 0, 30)
    until(lambda: states(store).keys() == {"published"}, 30)
    until(lambda: relay.relay.fault() is None, 10)
    time.sleep(1.5)
    started = time.monotonic()
    before = states(store)["published"]
    say(store)
    until(lambda: states(store) == {"published": before + 1}, 3)
    assert time.monotonic() - started < 0.7


def test_dead_letters_wait_for_the_database_and_are_kept_once(
    servers: Stack, broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    running = worker().start()
    servers.halt("mongod")
    try:
        for number in range(5):
            broker.put(b"dead %d" % number, exchange="accountability.dlx", key=QUEUE)
        until(lambda: "the quarantine cannot be written to" in running.tail(), 30)
    finally:
        servers.resume("mongod")
    with pymongo.timeout(60):
        until(lambda: len(store.parked()) == 5, 60)
    assert {row["times"] for row in store.parked()} == {1}
    event = posted()
    broker.say(event)
    until(lambda: store.effects() == {event.subject: 1}, 30)
    assert running.alive()
