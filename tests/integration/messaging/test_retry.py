"""A handler that fails: repeated with growing pauses, then parked; its neighbours never wait for it."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.messaging import topology
from tests.integration.messaging.events import body_of, posted
from tests.integration.messaging.kit import QUEUE, TTLS, Broker, Store, Worker, until

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


def test_traps_1_and_3_a_handler_that_always_raises_gets_five_attempts_and_is_parked(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    bad, good = posted("raise"), [posted() for _ in range(50)]
    started = time.monotonic()
    broker.say(*good[:25], bad, *good[25:])
    until(lambda: len(store.effects()) == 50, 5, "neighbours undelayed")
    (row,) = until(store.parked, 15, "parked after the tiers")
    assert time.monotonic() - started > sum(TTLS) / 1000
    until(lambda: running.consumed("parked") == 1, what="counted")
    assert running.consumed("retried") == 4
    assert row["reason"] == "handler: KeyError in attempt 5"
    assert bytes(row["body"]) == body_of(bad)
    assert row["headers"]["x-origin-user"] == broker.account("findings")
    assert row["properties"]["user_id"] == broker.account("accountability")
    assert (row["type"], row["event_id"], row["state"]) == (bad.type, bad.id, "open")
    assert store.effects() == {event.subject: 1 for event in good}
    assert all(broker.depth(f"{QUEUE}.retry.{n}") == 0 for n in (1, 2, 3, 4))
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0


@pytest.mark.parametrize("forged", ["a", 99, -3, None, [1], True])
def test_a_forged_count_of_attempts_counts_as_none(
    broker: Broker, store: Store, worker: Callable[..., Worker], forged: Any
) -> None:
    running = worker().start()
    broker.say(posted("raise"), application_headers={"x-attempt": forged})
    (row,) = until(store.parked, 15, "parked after the tiers")
    until(lambda: running.consumed("parked") == 1, what="counted")
    assert running.consumed("retried") == 4
    assert row["headers"]["x-attempt"] == 4


def test_a_retry_that_succeeds_has_its_effect_once(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    # The copy from the tier carries the own user and the origin: it must pass the user check on its way back.
    running = worker().start()
    event = posted()
    broker.put(
        body_of(event),
        exchange="accountability.retry",
        key=f"{QUEUE}.retry.1",
        user_id="accountability",
        application_headers={"x-attempt": 1, "x-origin-user": "findings"},
    )
    until(lambda: store.effects() == {event.subject: 1})
    assert store.parked() == []
    assert running.alive()


def test_a_missing_tier_queue_holds_the_message_instead_of_losing_it(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    channel = broker.channel()
    channel.queue_delete(f"{QUEUE}.retry.1")
    broker.say(posted("raise"))
    until(lambda: "copies are not confirmed yet" in running.tail())
    assert store.parked() == []
    topology.declare(broker.admin_uri, TTLS, ("accountability",))
    (row,) = until(store.parked, 20, "goes its way once the tier is there")
    assert row["reason"] == "handler: KeyError in attempt 5"
