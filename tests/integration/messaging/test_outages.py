"""The database or the broker goes away: held or waited out, nothing parked, nothing lost, nobody hangs."""

import time
from collections.abc import Callable, Iterator

import pytest

from shared.messaging import topology
from tests.integration.messaging.events import posted
from tests.integration.messaging.kit import QUEUE, TTLS, Broker, Store, Worker, until
from tests.integration.messaging.proxy import Mode, Proxy

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo, pytest.mark.faults]


@pytest.fixture
def mongo_link(store: Store) -> Iterator[Proxy]:
    link = Proxy(store.uri, 27017)
    yield link
    link.close()


@pytest.fixture
def broker_link(broker: Broker) -> Iterator[Proxy]:
    link = Proxy(broker.admin_uri, 5672)
    yield link
    link.close()


def _through(broker: Broker, link: Proxy, heartbeat: int = 2) -> str:
    return f"{broker.uri('accountability', link.at)}?heartbeat={heartbeat}"


@pytest.mark.parametrize("mode", ["cut", "hole"])
def test_database_away_the_batch_is_held_no_attempt_is_burnt_nothing_is_parked(
    broker: Broker, store: Store, worker: Callable[..., Worker], mongo_link: Proxy, mode: Mode
) -> None:
    uri = mongo_link.uri(store.uri) + "&serverSelectionTimeoutMS=1000&socketTimeoutMS=1500"
    running = worker(DUZE_ACCOUNTABILITY_MONGO_URI=uri).start()
    broker.say(posted())
    until(lambda: len(store.effects()) == 1)
    mongo_link.set(mode)
    events = [posted() for _ in range(30)]
    broker.say(*events)
    until(lambda: "the database is away" in running.tail(), 20)
    time.sleep(2.0)
    assert running.alive()
    assert len(store.effects()) == 1
    assert all(broker.depth(f"{QUEUE}.retry.{n}") == 0 for n in (1, 2, 3, 4))
    mongo_link.set("pass")
    until(lambda: len(store.effects()) == 31, 20)
    assert set(store.effects().values()) == {1}
    assert running.consumed("retried") == 0
    assert store.parked() == []
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0


def test_trap_24_heartbeats_outlive_a_long_hold_and_a_long_handler(
    broker: Broker, store: Store, worker: Callable[..., Worker], broker_link: Proxy
) -> None:
    # Three times the heartbeat: the broker would have given the connection up.
    running = worker(DUZE_ACCOUNTABILITY_AMQP_URI=_through(broker, broker_link, heartbeat=2)).start()
    event = posted("sleep:7")
    broker.say(event)
    until(lambda: store.effects() == {event.subject: 1}, 20)
    until(lambda: running.consumed("applied") == 1)
    time.sleep(0.5)
    assert running.consumed("duplicate") == 0, "the connection was lost and the message came again"
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0


def test_trap_6_the_broker_drops_every_connection_and_the_worker_goes_on(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    events = [posted("sleep:0.05") for _ in range(60)]
    broker.say(*events[:30])
    until(lambda: any(one["vhost"] == broker.vhost for one in broker.api("GET", "connections")), 10)
    for one in broker.api("GET", "connections"):
        if one["vhost"] == broker.vhost and one["user"] == broker.account("accountability"):
            broker.api("DELETE", f"connections/{one['name'].replace(' ', '%20')}")
    broker.say(*events[30:])
    until(lambda: len(store.effects()) == 60, 30)
    assert running.alive()
    assert set(store.effects().values()) == {1}
    assert store.parked() == []


def test_trap_10_a_black_hole_is_noticed_and_survived_without_help(
    broker: Broker, store: Store, worker: Callable[..., Worker], broker_link: Proxy
) -> None:
    running = worker(DUZE_ACCOUNTABILITY_AMQP_URI=_through(broker, broker_link)).start()
    broker_link.set("hole")
    until(lambda: any(name.startswith("consumer") for name in running.status()["missing"]), 15, "detected")
    event = posted()
    broker.say(event)
    broker_link.set("pass")
    until(lambda: store.effects() == {event.subject: 1}, 20, "recovered")
    until(lambda: not running.status()["missing"], 20, "ready again")


def test_trap_8_and_12_started_without_a_broker_it_waits_inside_and_begins_when_it_comes(
    broker: Broker, store: Store, worker: Callable[..., Worker], broker_link: Proxy
) -> None:
    broker_link.set("cut")
    running = worker(DUZE_ACCOUNTABILITY_AMQP_URI=_through(broker, broker_link)).start(ready=False)
    event = posted()
    broker.say(event)
    until(lambda: f"consumer {QUEUE}" in running.status().get("missing", {}), 10)
    time.sleep(1.5)
    assert running.alive()
    broker_link.set("pass")
    until(lambda: store.effects() == {event.subject: 1}, 15)
    until(lambda: not running.status()["missing"], 15, "ready")


def test_trap_16_a_queue_deleted_under_the_consumer_makes_it_unready_until_it_is_back(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    broker.channel().queue_delete(QUEUE)
    until(lambda: f"consumer {QUEUE}" in running.status()["missing"], 10)
    assert running.alive()
    topology.declare(broker.admin_uri, TTLS, ("accountability",))
    until(lambda: not running.status()["missing"], 20)
    event = posted()
    broker.say(event)
    until(lambda: store.effects() == {event.subject: 1})
