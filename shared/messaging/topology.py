"""Exchanges and queues: their names, and the idempotent job that declares them before any service publishes.

Everything is durable. Arguments never change under an existing name: what needs others gets a new name (`.v2`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed

from shared.contracts.routing import SERVICES, SUBSCRIPTIONS
from shared.messaging import connection as link

DELIVERY_LIMIT = 20
# Since release 4 a quorum queue without a limit has one of 20, beyond which it drops what has no dead letters.
_NEVER = 2_000_000_000
_SAFE_DEAD_LETTERING = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


class TopologyError(Exception):
    """The broker holds something else under a name of ours; the text says what and how to go on."""


def exchange(source: str) -> str:
    """Where a service's events are published, routing key = type."""
    return f"ev.{source}"


def queue(service: str, source: str) -> str:
    """What `service` hears from `source`."""
    return f"{service}.{source}.v1"


def retry_exchange(service: str) -> str:
    """A service's own way into its retry tiers and back into its queues, routing key = queue."""
    return f"{service}.retry"


def dead_letter_exchange(service: str) -> str:
    """A service's own way into its dead letters, routing key = the queue they came from."""
    return f"{service}.dlx"


def tier(queue_name: str, number: int) -> str:
    """The waiting queue for the `number`-th repetition, from 1."""
    return f"{queue_name}.retry.{number}"


def dead_letters(queue_name: str) -> str:
    """Where the dead letters of a queue lie until they are drained."""
    return f"{queue_name}.dlq"


def amqp_user(source: str, service: str, own: str) -> str:
    """The AMQP user that may speak for `source`, as seen by `service` logged in as `own`.

    Accounts are named after their services, alone or within a pattern (`duze_findings`). One account shared by
    all has no service's name in it and then speaks for all.
    """
    return own.replace(service, source)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue with its arguments and its bindings (exchange, routing key)."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    bindings: tuple[tuple[str, str], ...] = ()


def exchanges() -> list[tuple[str, str]]:
    """(name, type) of every exchange."""
    direct = [name(service) for service in SERVICES for name in (retry_exchange, dead_letter_exchange)]
    return [*((exchange(service), "topic") for service in SERVICES), *((name, "direct") for name in direct)]


def queues_of(service: str, retry_ttls_ms: Sequence[int]) -> Iterator[Queue]:
    """The queues of one service, dead letters first: a message must never die with nowhere to go."""
    retry, dead = retry_exchange(service), dead_letter_exchange(service)
    for source in SUBSCRIPTIONS[service]:
        name = queue(service, source)
        arguments = {"x-queue-type": "quorum", "x-delivery-limit": _NEVER}
        yield Queue(dead_letters(name), arguments, ((dead, name),))
    for source, keys in SUBSCRIPTIONS[service].items():
        name = queue(service, source)
        back = {"x-dead-letter-exchange": retry, "x-dead-letter-routing-key": name}
        for number, ttl in enumerate(retry_ttls_ms, start=1):
            waiting = {"x-queue-type": "quorum", "x-message-ttl": ttl, **back, **_SAFE_DEAD_LETTERING}
            yield Queue(tier(name, number), waiting, ((retry, tier(name, number)),))
        limited = {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": dead,
            "x-dead-letter-routing-key": name,
            **_SAFE_DEAD_LETTERING,
        }
        yield Queue(name, limited, ((retry, name), *((exchange(source), key) for key in keys)))


def declare(uri: str, retry_ttls_ms: Sequence[int], services: Sequence[str] = SERVICES) -> list[str]:
    """Declare every exchange, and the queues of `services`, as the administrator of `uri`. Safe to repeat.

    Returns the queues' names.

    Raises:
        TopologyError: a name exists with other arguments.
        OSError, AMQPError: the broker is not there or refuses.
    """
    connection = link.connect(uri, "duze topology")
    try:
        for name, kind in exchanges():
            _exchange(connection, name, kind)
        names = []
        for service in services:
            for one in queues_of(service, retry_ttls_ms):
                _queue(connection, one)
                names.append(one.name)
        return names
    finally:
        link.close(connection)


def _exchange(connection: link.BrokerConnection, name: str, kind: str) -> None:
    with connection.within(link.ANSWER_TIMEOUT):
        channel = connection.channel()
        try:
            channel.exchange_declare(name, kind, durable=True, auto_delete=False)
        except PreconditionFailed as exc:
            raise TopologyError(
                f"exchange {name} exists, but not as a durable {kind} exchange ({exc.reply_text}). "
                "Delete it when nothing is bound to it, or choose a vhost of our own."
            ) from exc
        channel.close()


def _queue(connection: link.BrokerConnection, one: Queue) -> None:
    with connection.within(link.ANSWER_TIMEOUT):
        channel = connection.channel()
        try:
            channel.queue_declare(one.name, durable=True, auto_delete=False, arguments=one.arguments)
        except PreconditionFailed as exc:
            raise TopologyError(
                f"queue {one.name} exists with other arguments ({exc.reply_text}), and a queue's arguments cannot "
                "be changed. Drain and delete it if it is empty, or give the new arguments a new name "
                f"({_next_version(one.name)}), bind both, drain the old one and delete it."
            ) from exc
        for exchange_name, key in one.bindings:
            channel.queue_bind(one.name, exchange_name, routing_key=key)
        channel.close()


def _next_version(name: str) -> str:
    return name.replace(".v1", ".v2", 1)


def missing(connection: link.BrokerConnection, service: str) -> list[str]:
    """What of a service's own exchange and queues is not there; needs no more than the service's own rights."""
    wanted = [("exchange", exchange(service)), ("exchange", retry_exchange(service))]
    wanted += [("exchange", dead_letter_exchange(service))]
    wanted += [("queue", queue(service, source)) for source in SUBSCRIPTIONS[service]]
    absent = []
    for kind, name in wanted:
        with connection.within(link.ANSWER_TIMEOUT):
            channel = connection.channel()
            try:
                if kind == "exchange":
                    channel.exchange_declare(name, "topic", passive=True)
                else:
                    channel.queue_declare(name, passive=True)
            except (NotFound, AccessRefused):
                absent.append(f"{kind} {name}")
            else:
                channel.close()
    return absent


if __name__ == "__main__":
    from shared.messaging.topology_cli import main

    main()
