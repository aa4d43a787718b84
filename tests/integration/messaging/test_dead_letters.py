"""The quarantine: dead letters arrive there intact, go back when asked, and once by themselves when innocent."""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.messaging.copies import Copier
from shared.messaging.deadletters import Drainer, key_of
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.reader import Reader
from shared.messaging.redrive import Redriver
from shared.messaging.topology import DELIVERY_LIMIT
from shared.persistence.ids import utc_now
from tests.integration.messaging.events import body_of, posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


class Draining:
    """Drainer and redriver in threads, without any consumer."""

    def __init__(self, broker: Broker, store: Store) -> None:
        uri, quarantine = broker.uri("accountability"), store.database.collection("quarantine")

        def opened() -> Reader:
            reader = Reader(uri, "test drain", [f"{QUEUE}.dlq"], 100)
            reader.open()
            return reader

        copier = Copier("accountability", broker.account("accountability"))
        self.drainer = Drainer(reader=opened, quarantine=quarantine)
        self.redriver = Redriver(
            quarantine=quarantine, copier=copier, publisher=ConfirmingPublisher(uri, "test redrive")
        )
        self._threads = [threading.Thread(target=each.run) for each in (self.drainer, self.redriver)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.drainer.stop()
        self.redriver.stop()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def draining(broker: Broker, store: Store) -> Iterator[Draining]:
    made = Draining(broker, store)
    yield made
    made.stop()


def die_of_dropped_connections(broker: Broker, count: int = 1) -> None:
    """What 21 crashes do to everything that was prefetched."""
    channel = broker.channel()
    for _ in range(count * (DELIVERY_LIMIT + 1)):
        message = until(lambda: channel.basic_get(QUEUE), 5)
        channel.basic_reject(message.delivery_tag, requeue=True)


def test_trap_18_an_innocent_is_sent_back_once_by_itself_and_has_its_effect(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    events = [posted(), posted()]
    for event in events:
        broker.say(event)
        die_of_dropped_connections(broker)
    assert broker.depth(QUEUE) == 0
    running = worker().start()
    until(lambda: len(store.effects()) == 2, 15)
    until(lambda: {row["state"] for row in store.parked()} == {"redriven"}, 5)
    assert {row["reason"] for row in store.parked()} == {"delivery_limit"}
    assert {row["redrives"] for row in store.parked()} == {1}
    assert running.consumed("parked") == 0


def test_trap_18_one_at_a_time_and_the_second_time_it_stays(
    broker: Broker, store: Store, draining: Draining
) -> None:
    events = [posted(), posted()]
    for event in events:
        broker.say(event)
        die_of_dropped_connections(broker)
    until(lambda: broker.depth(QUEUE) == 1, 10, "the first is back")
    time.sleep(1.5)
    assert broker.depth(QUEUE) == 1, "the second waits for it"
    die_of_dropped_connections(broker)
    until(lambda: sorted(row["state"] for row in store.parked()) == ["open", "redriving"], 10)
    (stays,) = [row for row in store.parked() if row["state"] == "open"]
    assert (stays["times"], stays["redrives"], stays["auto"]) == (2, 1, False)
    until(lambda: broker.depth(QUEUE) == 1, 10, "now the second")


def test_a_silent_one_does_not_block_the_next_for_ever(
    broker: Broker, store: Store, draining: Draining
) -> None:
    for event in (posted(), posted()):
        broker.say(event)
        die_of_dropped_connections(broker)
    until(lambda: broker.depth(QUEUE) == 1, 10)
    long_ago = utc_now() - timedelta(minutes=11)
    store.database.collection("quarantine").update_many(
        {"sent_at": {"$exists": True}}, {"$set": {"sent_at": long_ago}}
    )
    until(lambda: broker.depth(QUEUE) == 2, 10)


def test_redrive_of_a_mended_message_has_its_effect_and_a_second_death_opens_it_again(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    bad = posted("raise")
    broker.say(bad)
    (row,) = until(store.parked, 15)
    quarantine = store.database.collection("quarantine")
    quarantine.update_one({"_id": row["_id"]}, {"$set": {"state": "redriving"}})
    until(lambda: store.parked()[0]["times"] == 2, 15, "it failed again and came back")
    assert len(store.parked()) == 1
    assert store.parked()[0]["state"] == "open"
    assert store.parked()[0]["redrives"] == 1
    assert running.alive()


def test_redrive_sends_it_through_the_user_check_and_its_effect_closes_the_matter(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    event = posted()
    broker.put(body_of(event), exchange="accountability.dlx", key=QUEUE, user_id="findings")
    worker().start()
    (row,) = until(store.parked, 10)
    store.database.collection("quarantine").update_one({"_id": row["_id"]}, {"$set": {"state": "redriving"}})
    until(lambda: store.effects() == {event.subject: 1})
    until(lambda: store.parked()[0]["state"] == "redriven")


def test_a_redriven_message_that_is_stale_by_now_is_closed(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    old = posted("raise")
    broker.say(old)
    (row,) = until(store.parked, 15)
    newer = posted(subject=old.subject, sequence=2)
    broker.say(newer)
    until(lambda: store.effects() == {newer.subject: 1})
    store.database.collection("quarantine").update_one({"_id": row["_id"]}, {"$set": {"state": "redriving"}})
    until(lambda: store.parked()[0]["state"] == "closed", 10)
    assert store.effects() == {newer.subject: 1}
    until(lambda: running.consumed("stale") == 1)


def test_a_redriven_forgery_is_refused_again(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    worker().start()
    broker.put(body_of(posted()), user_id="reporting")
    (row,) = until(store.parked, 10)
    store.database.collection("quarantine").update_one({"_id": row["_id"]}, {"$set": {"state": "redriving"}})
    until(lambda: store.parked()[0]["times"] == 2, 10)
    assert store.effects() == {}
    assert store.parked()[0]["headers"]["x-origin-user"] == broker.account("reporting")


def test_discarded_and_open_ones_stay_where_they_are(
    broker: Broker, store: Store, draining: Draining
) -> None:
    for body, state in ((b"one", "discarded"), (b"two", "open")):
        broker.put(body, exchange="accountability.dlx", key=QUEUE)
        key = key_of(QUEUE, body)
        quarantine = store.database.collection("quarantine")
        until(functools.partial(quarantine.find_one, {"_id": key}), 10)
        quarantine.update_one({"_id": key}, {"$set": {"state": state}})
    time.sleep(2.5)
    assert broker.depth(QUEUE) == 0
    assert sorted(row["state"] for row in store.parked()) == ["discarded", "open"]


def test_the_same_dead_letter_twice_is_one_row(broker: Broker, store: Store, draining: Draining) -> None:
    for _ in range(3):
        broker.put(
            b"again", exchange="accountability.dlx", key=QUEUE, application_headers={"x-reason": "test"}
        )
    until(lambda: [row["times"] for row in store.parked()] == [3], 10)
    assert broker.depth(f"{QUEUE}.dlq") == 0
    assert store.parked()[0]["reason"] == "test"
