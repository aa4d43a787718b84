"""The relay: every row of the outbox reaches the broker at least once, whatever refuses it or dies meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from shared.messaging import outbox, topology
from shared.messaging.connection import user_of
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.relay import Collections, Relay
from shared.persistence.ids import new_id, utc_now
from shared.persistence.transaction import Transaction
from tests.integration.messaging.events import finding
from tests.integration.messaging.kit import QUEUE, TTLS, Broker, Store, Worker, until
from tests.integration.messaging.proxy import Proxy

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


def say(store: Store, count: int = 1) -> list[str]:
    """Commit events of the findings service; their ids."""

    def work(transaction: Transaction) -> list[str]:
        made = []
        for _ in range(count):
            subject = new_id()
            event = outbox.publish(
                transaction,
                source="findings",
                type="finding.posted.v1",
                subject=subject,
                sequence=1,
                data=finding(subject),
                now=utc_now(),
            )
            made.append(event.id)
        return made

    return store.database.transact(work)


def states(store: Store) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in store.database.collection("outbox").find():
        found[row["state"]] = found.get(row["state"], 0) + 1
    return found


class Running:
    """A relay of the findings service in a thread."""

    def __init__(self, uri: str, collection: Collections, owner: str = "test") -> None:
        self.publisher = ConfirmingPublisher(uri, "test relay")
        self.relay = Relay(
            service="findings",
            user=user_of(uri),
            collection=collection,
            publisher=self.publisher,
            owner=owner,
        )
        self._thread = threading.Thread(target=self.relay.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.relay.stop()
        self._thread.join(15)
        assert not self._thread.is_alive()


@pytest.fixture
def relay(broker: Broker, store: Store) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def make(uri: str | None = None, owner: str = "test") -> Running:
        made.append(Running(uri or broker.uri("findings"), store.database.collection, owner))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_commit_wakes_it_at_once_and_the_message_carries_what_the_contract_says(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    relay()
    time.sleep(1.5)  # it is idle by now, and asleep on the stream
    started = time.monotonic()
    (event_id,) = say(store)
    until(lambda: states(store) == {"published": 1}, 3)
    assert time.monotonic() - started < 0.7
    message = broker.channel().basic_get(QUEUE, no_ack=True)
    row = store.database.collection("outbox").find_one({"_id": event_id})
    assert row is not None
    assert message.body == bytes(row["body"])
    expected = {
        "content_type": "application/cloudevents+json",
        "delivery_mode": 2,
        "message_id": event_id,
        "type": "finding.posted.v1",
        "user_id": broker.account("findings"),
    }
    headers = message.properties.pop("application_headers", {})
    assert headers.keys() <= {"x-delivery-count"}, "the broker's own"
    assert message.properties == expected
    assert message.delivery_info["routing_key"] == "finding.posted.v1"
    assert abs(row["expire_at"] - utc_now() - timedelta(days=30)) < timedelta(minutes=1)


def test_a_backlog_is_sent_once_each(broker: Broker, store: Store, relay: Callable[..., Running]) -> None:
    for _ in range(4):
        say(store, 300)
    relay()
    until(lambda: states(store) == {"published": 1200}, 20)
    assert broker.depth(QUEUE) == 1200


def test_trap_13_and_26_a_row_no_queue_takes_stays_pending_and_is_delivered_after_the_rebind(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    channel = broker.channel()
    channel.queue_unbind(QUEUE, "ev.findings", routing_key="finding.#")
    running = relay()
    (event_id,) = say(store)
    fault = until(running.relay.fault, 5)
    assert "finding.posted.v1" in fault
    assert states(store) == {"pending": 1}
    assert broker.depth(QUEUE) == 0
    topology.declare(broker.admin_uri, TTLS, ("accountability",))
    until(lambda: states(store) == {"published": 1}, 10)
    until(lambda: running.relay.fault() is None, 3)
    assert broker.channel().basic_get(QUEUE, no_ack=True).properties["message_id"] == event_id


def test_a_missing_exchange_is_waited_for(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    broker.channel().exchange_delete("ev.findings")
    running = relay()
    say(store)
    until(running.relay.fault, 5)
    topology.declare(broker.admin_uri, TTLS, ("accountability",))
    until(lambda: states(store) == {"published": 1}, 15)
    until(lambda: running.relay.fault() is None, 3)


def test_a_full_queue_refuses_and_the_rows_wait(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    limit = {"pattern": f"^{QUEUE}$", "definition": {"max-length": 3}, "apply-to": "queues"}
    broker.api("PUT", f"policies/{broker.vhost}/small", json=limit)
    relay()
    say(store, 20)
    # A quorum queue notices that it is full a little late.
    until(lambda: broker.depth(QUEUE) >= 3, 5)
    time.sleep(0.5)
    say(store, 20)
    until(lambda: _attempts(store) > 0, 5, "refused")
    assert states(store)["pending"] > 0
    broker.api("DELETE", f"policies/{broker.vhost}/small")
    until(lambda: states(store) == {"published": 40}, 20)
    assert broker.depth(QUEUE) >= 40


def _attempts(store: Store) -> int:
    return max(row["attempts"] for row in store.database.collection("outbox").find())


def test_a_row_that_cannot_be_sent_does_not_hold_up_the_others(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    row: dict[str, Any] = {
        "state": "pending",
        "next_at": utc_now(),
        "at": utc_now(),
        "subject": "x",
        "body": b"{}",
    }
    bad = {**row, "_id": new_id(), "type": "x" * 300, "attempts": 0}
    store.database.collection("outbox").insert_one(bad)
    say(store, 5)
    relay()
    until(lambda: states(store) == {"published": 5, "pending": 1}, 5)
    assert broker.depth(QUEUE) == 5


def test_another_ones_lease_is_respected_and_taken_over_when_it_ends(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    leases = store.database.collection("leases")
    leases.insert_one({"_id": "relay", "owner": "another", "until": utc_now().replace(year=2100)})
    relay()
    say(store)
    time.sleep(2.5)
    assert states(store) == {"pending": 1}
    leases.update_one({"_id": "relay"}, {"$set": {"until": utc_now()}})
    until(lambda: states(store) == {"published": 1}, 5)


def test_trap_12_the_broker_comes_back_after_a_cut_and_everything_is_sent(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    link = Proxy(broker.admin_uri, 5672)
    try:
        running = relay(broker.uri("findings", link.at))
        say(store, 50)
        until(lambda: states(store) == {"published": 50}, 5)
        link.set("cut")
        say(store, 50)
        until(running.relay.fault, 5)
        link.set("pass")
        until(lambda: states(store) == {"published": 100}, 15)
    finally:
        link.close()


@pytest.mark.faults
def test_trap_11_a_broker_that_says_nothing_does_not_hold_the_relay_for_ever(
    broker: Broker, store: Store, relay: Callable[..., Running]
) -> None:
    link = Proxy(broker.admin_uri, 5672)
    try:
        running = relay(broker.uri("findings", link.at))
        say(store)
        until(lambda: states(store) == {"published": 1}, 5)
        link.set("hole")
        say(store)
        until(running.relay.fault, 15, "the deadline of a publish is 10 s")
        link.set("pass")
        until(lambda: states(store) == {"published": 2}, 20)
    finally:
        link.close()


def test_kill_9_between_confirm_and_mark_sends_twice_and_has_its_effect_once(
    broker: Broker, store: Store, worker: Callable[..., Worker], tmp_path: Path
) -> None:
    # The worker's own outbox speaks to nobody here: its queue is bound to its own exchange for once.
    channel = broker.channel()
    channel.queue_declare("witness", durable=True, auto_delete=False)
    channel.queue_bind("witness", "ev.accountability", routing_key="#")
    flag = tmp_path / "died"
    running = worker(TEST_DIE_AT="before_mark", TEST_DIE_FLAG=str(flag)).start()
    (event_id,) = say(store)
    running.process.wait(15)
    assert flag.exists()
    assert states(store) == {"pending": 1}
    started = time.monotonic()
    running.start()
    until(lambda: states(store) == {"published": 1}, 10)
    assert time.monotonic() - started < 10, "its successor need not wait for the lease to run out"
    twice = [channel.basic_get("witness", no_ack=True).properties["message_id"] for _ in range(2)]
    assert twice == [event_id, event_id]


def test_at_rest_it_asks_the_database_at_most_five_times_a_second(broker: Broker, store: Store) -> None:
    counted = Counted()
    with MongoClient[Any](store.uri, event_listeners=[counted]) as client:
        watched = Running(broker.uri("findings"), client[store.name].get_collection)
        say(store)
        until(lambda: states(store) == {"published": 1}, 5)
        time.sleep(1.0)
        before = counted.commands
        time.sleep(4.0)
        asked = counted.commands - before
        watched.stop()
    assert 0 < asked <= 4 * 5, f"{asked} commands in 4 s"


class Counted(CommandListener):
    """Counts what one client asks the server for."""

    commands = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.commands += event.command_name in ("find", "aggregate", "getMore", "findAndModify", "update")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Counted when it began."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Counted when it began."""
