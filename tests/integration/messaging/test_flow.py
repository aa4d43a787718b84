"""Good events: each has its effect once, whatever the order and however often it comes."""

from collections.abc import Callable

import pytest

from tests.integration.messaging.events import posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


def test_every_event_has_its_effect_once_and_the_queue_is_empty_then(
    broker: Broker, store: Store, worker: Callable[..., Worker]
) -> None:
    running = worker().start()
    events = [posted() for _ in range(250)]
    broker.say(*events)
    until(lambda: len(store.effects()) == 250, what="250 effects")
    assert set(store.effects().values()) == {1}
    until(lambda: running.consumed("applied") == 250, what="counted")
    assert running.term()[0] == 0
    assert broker.depth(QUEUE) == 0
