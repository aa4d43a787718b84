"""Messages that can never succeed: each is parked once, intact, with its reason; everything else flows on."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.messaging import connection as link
from shared.messaging.wire import publish_frames
from tests.integration.messaging.events import body_of, posted
from tests.integration.messaging.kit import QUEUE, Broker, Store, Worker, until

pytestmark = [pytest.mark.needs_rabbitmq, pytest.mark.needs_mongo]

Send = Callable[[Broker, bytes], Any]


def _put(**properties: Any) -> Send:
    return lambda broker, body: broker.put(body, **properties)


def _raw(table: bytes) -> Send:
    """A header table that no client library would write."""

    def send(broker: Broker, body: bytes) -> None:
        connection = link.connect(broker.admin_uri, "poison")
        try:
            with connection.within(10):
                channel = connection.channel()
                channel.confirm_select()
                acked: list[int] = []
                channel.events["basic_ack"].add(lambda tag, multiple: acked.append(tag))
                properties = {
                    "content_type": "application/cloudevents+json",
                    "user_id": broker.account("findings"),
                    "delivery_mode": 2,
                }
                frames = publish_frames(1, "ev.findings", "finding.posted.v1", properties, body, 131072)
                # Put the table in by hand: its flag, and its place after the content type.
                start = frames.index(struct.pack(">HHQ", 60, 0, len(body)))
                flags = struct.unpack_from(">H", frames, start + 12)[0] | 0x2000
                after = start + 14 + 1 + len("application/cloudevents+json")
                head = frames[start : start + 12] + struct.pack(">H", flags) + frames[start + 14 : after]
                end = frames.index(b"\xce\x03", after)
                head += struct.pack(">I", len(table)) + table + frames[after:end]
                connection.send(frames[: start - 4] + struct.pack(">I", len(head)) + head + frames[end:], 10)
                while not acked:
                    connection.drain_events()
        finally:
            link.close(connection)

    return send


def _event(**changes: Any) -> bytes:
    return body_of(posted(**changes))


def _said(**changes: Any) -> bytes:
    """An event whose data has been changed."""
    event = posted()
    return body_of(replace(event, data={**event.data, **changes}))


def _schema_error() -> bytes:
    return _said(count="many")


def _half_a_character(where: bytes) -> bytes:
    return body_of(posted("ok")).replace(where, where[:-1] + b"\\ud800" + where[-1:])


def _levels(count: int, what: Any = 1) -> Any:
    for _ in range(count):
        what = {"a": what}
    return what


def _deep_table(levels: int) -> bytes:
    table = b""
    for _ in range(levels):
        table = b"\x01aF" + struct.pack(">I", len(table)) + table
    return table


POISON: dict[str, tuple[Callable[[], bytes], Send, str]] = {
    "trap 2: broken JSON": (lambda: b'{"specversion": "1.0", ', _put(), "undecodable"),
    "trap 2: invalid UTF-8": (lambda: b"\xff\xfe\x00{}", _put(), "undecodable"),
    "trap 2: wrong content type": (_event, _put(content_type="text/plain"), "content_type"),
    "trap 2: no content type": (_event, _put(content_type=None), "content_type"),
    "empty body": (lambda: b"", _put(), "undecodable"),
    "a JSON list": (lambda: b"[1, 2]", _put(), "undecodable"),
    "nested beyond all measure": (lambda: b"[" * 200_000, _put(), "undecodable"),
    "one MiB of nothing": (lambda: b" " * (1 << 20), _put(), "undecodable"),
    "10 MB of nothing": (lambda: b"x" * 10_000_000, _put(), "undecodable"),
    "an event of 10 MB": (lambda: _said(description="x" * 10_000_000), _put(), "undecodable"),
    "half a character in the type": (lambda: _half_a_character(b'.posted.v1"'), _put(), "undecodable"),
    "half a character in a text": (lambda: _half_a_character(b'"ok"'), _put(), "undecodable"),
    "a number beyond the database": (lambda: _said(count=10**30), _put(), "undecodable"),
    "a number that is none": (
        lambda: _said(count=1).replace(b'"count":1', b'"count":NaN'),
        _put(),
        "undecodable",
    ),
    "deeper than the database": (lambda: _said(more=_levels(150)), _put(), "undecodable"),
    "a null character in a name": (lambda: _said(**{"a\0b": 1}), _put(), "undecodable"),
    "a time before all records": (
        lambda: body_of(replace(posted(), time=datetime(1, 1, 1, tzinfo=UTC))),
        _put(),
        "undecodable",
    ),
    "headers deeper than the database": (
        _schema_error,
        _put(application_headers=_levels(120)),
        "schema",
    ),
    "headers deeper than the stack": (_event, _raw(_deep_table(3000)), "undecodable"),
    "headers with names of operators": (
        _schema_error,
        _put(application_headers={"$set": 1, "a.b": 2, "": 3, "x\0y": 4, "x-reason": "\ud800"}),
        "schema",
    ),
    "headers that route": (
        _schema_error,
        _put(application_headers={"CC": [f"{QUEUE}.retry.1", QUEUE]}),
        "schema",
    ),
    "unknown version": (lambda: _event(type="finding.posted.v9"), _put(), "unknown_type"),
    "schema error": (_schema_error, _put(), "schema"),
    "sequence 0": (lambda: _event(sequence=0), _put(), "undecodable"),
    "another source in the envelope": (lambda: _event(source="reporting"), _put(), "wrong_source"),
    "wrong user": (_event, _put(user_id="reporting"), "wrong_user"),
    "no user": (_event, _put(user_id=None), "wrong_user"),
    "the own user without the right origin": (
        _event,
        _put(user_id="accountability", application_headers={"x-origin-user": "reporting"}),
        "wrong_user",
    ),
    "origin forged by another user": (
        _event,
        _put(user_id="reporting", application_headers={"x-origin-user": "findings"}),
        "wrong_user",
    ),
    "a message id that is no UTF-8": (_event, _put(message_id=b"\xff\xfe"), "undecodable"),
    "a time beyond all calendars": (_event, _raw(b"\x01tT" + b"\xff" * 8), "undecodable"),
    "trap 4: nameko.call_id_stack in a bad event": (
        _schema_error,
        _put(application_headers={"nameko.call_id_stack": 5, "x-attempt": "a"}),
        "schema",
    ),
}
GOOD = 2 * len(POISON) + 10


class Aftermath:
    """What the worker made of it all."""

    def __init__(self, broker: Broker, store: Store, worker: Worker) -> None:
        self.bodies = {name: make() for name, (make, _, _) in POISON.items()}
        self.good = [posted() for _ in range(GOOD)]
        for number, (name, (_, send, _)) in enumerate(POISON.items()):
            broker.say(*self.good[number * 2 : number * 2 + 2])
            send(broker, self.bodies[name])
        broker.say(*self.good[len(POISON) * 2 :])
        until(lambda: len(store.effects()) == GOOD, 10, "every good event has its effect")
        until(lambda: len(store.parked()) >= len(POISON), 10, "in quarantine within 10 s")
        self.effects = store.effects()
        self.rows = {bytes(row["body"]): row for row in store.parked()}
        self.count = len(store.parked())
        self.alive = worker.alive()
        self.missing = worker.status()["missing"]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    broker, store = Broker(), Store()
    worker = Worker(broker, store, tmp_path_factory.mktemp("worker"))
    try:
        yield Aftermath(broker, store, worker.start())
        status, _ = worker.term()
        assert status == 0
        assert broker.depth(QUEUE) == 0
        assert broker.depth(f"{QUEUE}.dlq") == 0
    finally:
        worker.close()
        broker.close()
        store.close()


@pytest.mark.parametrize("name", POISON)
def test_it_is_parked_once_with_its_reason_and_byte_for_byte(aftermath: Aftermath, name: str) -> None:
    row = aftermath.rows[aftermath.bodies[name]]
    assert row["reason"].startswith(POISON[name][2])
    assert (row["state"], row["times"], row["queue"]) == ("open", 1, QUEUE)


def test_its_neighbours_have_their_effect_and_nothing_else_is_parked(aftermath: Aftermath) -> None:
    assert aftermath.effects == {event.subject: 1 for event in aftermath.good}
    assert aftermath.count == len(POISON)


def test_trap_5_the_worker_lives_and_is_ready(aftermath: Aftermath) -> None:
    assert aftermath.alive
    assert aftermath.missing == {}


def test_reasons_and_headers_are_kept_but_reasons_hold_nothing_of_the_message(aftermath: Aftermath) -> None:
    row = aftermath.rows[aftermath.bodies["trap 4: nameko.call_id_stack in a bad event"]]
    assert row["headers"]["nameko.call_id_stack"] == 5
    assert row["headers"]["x-attempt"] == "a"
    assert row["properties"]["content_type"] == "application/cloudevents+json"
    assert "施营" not in row["reason"]
    assert "many" not in row["reason"]


@pytest.mark.parametrize(
    "headers",
    [
        {"nameko.call_id_stack": 5},
        {"nameko.call_id_stack": ["x"], "x-attempt": "a"},
        {"x-attempt": 99},
        {"x-attempt": []},
    ],
)
def test_trap_4_odd_headers_on_a_good_event_change_nothing(
    broker: Broker, store: Store, worker: Callable[..., Worker], headers: dict[str, Any], tmp_path: Path
) -> None:
    running = worker().start()
    event = posted()
    broker.say(event, application_headers=headers)
    until(lambda: store.effects() == {event.subject: 1})
    assert running.alive()
    assert store.parked() == []
