"""The topology job: repeatable, loud about what it cannot change, and leaving services no rights they do not need."""

from typing import Any

import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed

from shared.messaging import connection as link
from shared.messaging import topology
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from tests.integration.messaging.kit import QUEUE, TTLS, Broker

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]


def test_it_can_be_repeated(broker: Broker) -> None:
    first = topology.declare(broker.admin_uri, TTLS, ("accountability",))
    assert topology.declare(broker.admin_uri, TTLS, ("accountability",)) == first
    assert f"{QUEUE}.dlq" in first


def test_trap_16_other_arguments_under_an_existing_name_are_told_with_the_way_out(broker: Broker) -> None:
    channel = broker.channel()
    channel.queue_delete(QUEUE)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    with pytest.raises(topology.TopologyError) as caught:
        topology.declare(broker.admin_uri, TTLS, ("accountability",))
    assert QUEUE in str(caught.value)
    assert "accountability.findings.v2" in str(caught.value)


def test_dead_letters_have_a_limit_that_is_never_reached(broker: Broker) -> None:
    (found,) = [one for one in broker.api("GET", f"queues/{broker.vhost}") if one["name"] == f"{QUEUE}.dlq"]
    assert found["arguments"]["x-delivery-limit"] > 1_000_000_000
    assert "x-message-ttl" not in found["arguments"]


def test_what_is_missing_is_named_with_a_services_own_rights(broker: Broker) -> None:
    connection = link.connect(broker.uri("accountability"), "test")
    try:
        assert topology.missing(connection, "accountability") == []
        broker.channel().queue_delete(QUEUE)
        assert topology.missing(connection, "accountability") == [f"queue {QUEUE}"]
    finally:
        link.close(connection)


@pytest.mark.parametrize(
    ("exchange", "user"),
    [("ev.findings", "accountability"), ("", "accountability"), ("reporting.retry", "accountability"),
     ("ev.accountability", "findings")],
)  # fmt: skip
def test_the_broker_refuses_to_let_a_service_speak_for_another(
    broker: Broker, exchange: str, user: str
) -> None:
    publisher = ConfirmingPublisher(broker.uri("accountability"), "test")
    properties: dict[str, Any] = {"delivery_mode": 2, "user_id": broker.account(user)}
    outcome = publisher.publish([Outgoing("it", exchange, "finding.posted.v1", b"{}", properties)])
    publisher.close()
    assert isinstance(outcome.error, AccessRefused | PreconditionFailed)
    assert outcome.confirmed == set()


def test_a_service_can_declare_nothing_and_read_no_foreign_queue(broker: Broker) -> None:
    for act in (
        lambda channel: channel.queue_declare("accountability.mine", durable=True, auto_delete=False),
        lambda channel: channel.exchange_declare("ev.accountability.2", "topic"),
        lambda channel: channel.basic_get("reporting.findings.v1"),
        lambda channel: channel.queue_delete(QUEUE),
    ):
        channel = broker.channel(broker.uri("accountability"))
        with pytest.raises(AccessRefused):
            act(channel)
