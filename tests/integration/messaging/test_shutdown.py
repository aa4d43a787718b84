"""SIGTERM: work in hand is finished or given back, and the process is gone with status 0, whatever hangs."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.messaging.events import posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until
from tests.integration.messaging.proxy import Mode, Proxy

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


@pytest.fixture
def broker_link(broker: Broker) -> Iterator[Proxy]:
    link = Proxy(broker.admin_uri, 5672)
    yield link
    link.close()


def test_trap_7_a_slow_handler_ends_and_its_message_is_acknowledged(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    running = worker().start()
    event = posted(f"sleep:4,{begun}")
    broker.say(event)
    until(begun.exists)
    status, took = running.term()
    assert (status, store.effects()) == (0, {event.subject: 1})
    assert 2.0 < took < 12.0
    assert broker.depth(QUEUE) == 0


def test_a_batch_that_cannot_end_in_time_is_given_back_whole(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    running = worker().start()
    broker.say(*(posted(f"sleep:3,{begun}") for _ in range(12)))
    until(begun.exists)
    status, took = running.term()
    assert status == 0
    assert took < 20.0
    assert broker.depth(QUEUE) + len(store.effects()) == 12
    assert set(store.effects().values()) <= {1}


def test_a_handler_that_never_lets_go_does_not_keep_the_process(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    running = worker().start()
    broker.say(posted("busy:60"))
    time.sleep(1.0)
    status, took = running.term()
    assert status == 0
    assert took < 20.0
    until(lambda: broker.depth(QUEUE) == 1, 10, "it will come again")
    assert store.effects() == {}


@pytest.mark.parametrize("mode", ["cut", "hole"])
def test_trap_8_the_broker_becomes_unreachable_before_the_stop(
    broker: Broker, store: Store, worker: Callable[..., Worker], broker_link: Proxy, mode: Mode
) -> None:
    running = worker(DUZE_ACCOUNTABILITY_AMQP_URI=broker.uri("accountability", broker_link.at)).start()
    broker_link.set(mode)
    time.sleep(0.5)
    status, took = running.term()
    assert status == 0
    assert took < 20.0


@pytest.mark.parametrize("mode", ["cut", "hole"])
def test_trap_8_the_broker_was_never_there(
    broker: Broker, store: Store, worker: Callable[..., Worker], broker_link: Proxy, mode: Mode
) -> None:
    broker_link.set(mode)
    running = worker(DUZE_ACCOUNTABILITY_AMQP_URI=broker.uri("accountability", broker_link.at)).start(
        ready=False
    )
    until(running.status, 15)
    time.sleep(0.5)
    status, took = running.term()
    assert status == 0
    assert took < 20.0


def test_the_database_is_away_at_the_stop(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    link = Proxy(store.uri, 27017)
    try:
        uri = link.uri(store.uri) + "&serverSelectionTimeoutMS=1000&socketTimeoutMS=1500"
        running = worker(DUZE_ACCOUNTABILITY_MONGO_URI=uri).start()
        link.set("cut")
        broker.say(posted())
        until(lambda: "the database is away" in running.tail(), 20)
        status, took = running.term()
        assert status == 0
        assert took < 20.0
        until(lambda: broker.depth(QUEUE) == 1, 5, "given back")
    finally:
        link.close()


def test_readiness_says_so_at_once(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    running = worker().start()
    broker.say(posted(f"sleep:3,{begun}"))
    until(begun.exists)
    running.process.terminate()
    until(lambda: running.status()["missing"] == {"process": "stopping"}, 2)
    assert running.process.wait(20) == 0


def test_the_stand_alone_relay_stops_too(broker: Broker, store: Store, worker: Callable[..., Worker]) -> None:
    running = worker(role="relay").start()
    status, took = running.term()
    assert status == 0
    assert took < 8.0
