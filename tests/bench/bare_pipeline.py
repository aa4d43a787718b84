"""The bare pipeline: plain pymongo and py-amqp doing, for each finding, the hops that the design needs.

17 inserts, 3 publishes and 6 deliveries a finding, in the batch sizes of the real pipeline, spread over processes
as the real ones are: nothing is validated, decoded, deduplicated or kept in step. It is the floor to compare with.
"""

import multiprocessing
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import amqp
from pymongo import MongoClient

from shared.persistence.ids import new_id
from shared.settings import BATCH_SIZE

BATCH = BATCH_SIZE
BODY = ('{"text": "' + "x" * 1500 + '"}').encode()
EXCHANGES = ("posted", "assigned", "noticed")
_IDLE_SECONDS = 60


@dataclass(frozen=True)
class Hop:
    """One process of the pipeline: the queues it eats, inserts for each delivery, and what it says then."""

    name: str
    queues: tuple[str, ...]
    inserts: int
    says: str | None = None
    deliveries: int = 1


HOPS = (
    Hop("accountability", ("accountability.posted",), 4, says="assigned"),
    Hop("findings", ("findings.assigned",), 2),
    Hop("notifications", ("notifications.assigned",), 4, says="noticed"),
    Hop("reporting", ("reporting.posted", "reporting.assigned", "reporting.noticed"), 1, deliveries=3),
)
_INTAKE_INSERTS = 4
INSERTS = _INTAKE_INSERTS + sum(hop.inserts * hop.deliveries for hop in HOPS)
PUBLISHES = len(EXCHANGES)
DELIVERIES = sum(hop.deliveries for hop in HOPS)


def run(amqp_uri: str, mongo_uri: str, findings: int) -> float:
    """Push `findings` through the pipeline; seconds from the first insert to the last ack."""
    _declare(amqp_uri)
    context = multiprocessing.get_context("spawn")
    ready = context.Semaphore(0)
    processes = [
        context.Process(target=_consume, args=(hop, amqp_uri, mongo_uri, findings, ready)) for hop in HOPS
    ]
    for process in processes:
        process.start()
    for _ in processes:
        if not ready.acquire(timeout=30):
            raise RuntimeError("a process of the bare pipeline did not start")
    started = time.monotonic()
    _post(amqp_uri, mongo_uri, findings)
    for process in processes:
        process.join()
    took = time.monotonic() - started
    if any(process.exitcode for process in processes):
        raise RuntimeError("a process of the bare pipeline failed")
    return took


def _post(amqp_uri: str, mongo_uri: str, findings: int) -> None:
    database: Any = MongoClient(mongo_uri, w="majority", journal=True)["duze_bench"]
    publish = _Publisher(amqp_uri)
    for start in range(0, findings, BATCH):
        size = min(BATCH, findings - start)
        for number in range(_INTAKE_INSERTS):
            database[f"intake{number}"].insert_many(_documents(size))
        publish.batch("posted", size)


def _consume(hop: Hop, amqp_uri: str, mongo_uri: str, findings: int, ready: Any) -> None:
    database: Any = MongoClient(mongo_uri, w="majority", journal=True)["duze_bench"]
    database.command("ping")
    publish = _Publisher(amqp_uri) if hop.says else None
    connection = _connect(amqp_uri)
    channel = connection.channel()
    channel.basic_qos(0, 2 * BATCH, False)
    arrived: list[int] = []
    for queue in hop.queues:
        channel.basic_consume(queue, callback=lambda message: arrived.append(message.delivery_tag))
    ready.release()
    left = findings * hop.deliveries
    while left:
        _gather(connection, arrived, min(BATCH, left))
        for number in range(hop.inserts):
            database[f"{hop.name}{number}"].insert_many(_documents(len(arrived)))
        if publish and hop.says:
            publish.batch(hop.says, len(arrived))
        channel.basic_ack(arrived[-1], multiple=True)
        left -= len(arrived)
        arrived.clear()
    connection.close()


def _gather(connection: Any, arrived: list[int], wanted: int) -> None:
    deadline = time.monotonic() + _IDLE_SECONDS
    while len(arrived) < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError("nothing arrived")
        try:
            connection.drain_events(timeout=0.02 if arrived else 1)
        except TimeoutError:
            if arrived:
                break


def _documents(size: int) -> Iterable[dict[str, Any]]:
    return [{"_id": new_id(), "body": BODY} for _ in range(size)]


class _Publisher:
    """Confirms counted at the end of each batch."""

    def __init__(self, uri: str) -> None:
        self._connection = _connect(uri)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._open: set[int] = set()
        self._said = 0
        self._channel.events["basic_ack"].add(self._confirmed)

    def _confirmed(self, tag: int, multiple: bool) -> None:
        self._open -= {waiting for waiting in self._open if waiting <= tag} if multiple else {tag}

    def batch(self, exchange: str, size: int) -> None:
        for _ in range(size):
            self._said += 1
            self._open.add(self._said)
            message = amqp.Message(BODY, delivery_mode=2, content_type="application/json")
            self._channel._basic_publish(
                message, exchange=f"bench.{exchange}", routing_key="", mandatory=True
            )
        while self._open:
            self._connection.drain_events(timeout=10)


def _declare(uri: str) -> None:
    connection = _connect(uri)
    channel = connection.channel()
    for exchange in EXCHANGES:
        channel.exchange_declare(f"bench.{exchange}", "fanout", durable=True, auto_delete=False)
    for queue in (queue for hop in HOPS for queue in hop.queues):
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_purge(queue)
        channel.queue_bind(queue, f"bench.{queue.partition('.')[2]}")
    connection.close()


def _connect(uri: str) -> Any:
    parts = urlsplit(uri)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=parts.path.lstrip("/"),
    )
    connection.connect()
    return connection
