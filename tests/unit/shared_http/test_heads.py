"""The reader of heads and the order in which connections give way, by themselves."""

import io
import socket
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.http.connections import BODY_PATIENCE, PATIENCE, Connection, Connections
from shared.http.heads import Head
from shared.http.problems import Problem


def read(sent):
    stream = io.BytesIO(sent)
    head = Head(stream.readline())
    head.read(stream)
    return head, stream.read()


@given(st.binary(max_size=300))
@example(b"\r\n\r\n")
@example(b"GET / HTTP/1.1\r\n")
@example(b"GET / HTTP/1.1\r\nHost: a\r\n")
def test_any_bytes_are_a_head_or_a_problem(sent):
    try:
        read(sent)
    except Problem as problem:
        assert problem.status in (400, 417, 431, 501, 505)  # noqa: PT017 - a whole head is read without an error


TOKENS = st.text("abcXYZ019-!~", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40).map(str.strip)


@given(st.dictionaries(TOKENS.map(str.lower), VALUES, max_size=8), st.binary(max_size=40))
def test_a_head_is_read_as_it_was_sent_and_not_a_byte_more(fields, body):
    fields = {"host": "a"} | {f"x-{name}": value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    head, left = read(f"PUT /a/b?c=d HTTP/1.1\r\n{lines}\r\n".encode() + body)
    assert (head.method, head.target, head.fields, left) == ("PUT", "/a/b?c=d", fields, body)
    assert head.environ()["RAW_PATH_INFO"] == "/a/b"
    assert head.environ()["QUERY_STRING"] == "c=d"


@pytest.mark.parametrize(
    ("version", "connection", "open_after"),
    [
        ("1.1", None, True),
        ("1.1", "close", False),
        ("1.1", "Keep-Alive, Close", False),
        ("1.1", "upgrade", True),
        ("1.0", None, False),
        ("1.0", "keep-alive", True),
    ],
)
def test_who_keeps_a_connection_open(version, connection, open_after):
    line = f"Connection: {connection}\r\n" if connection else ""
    head, _ = read(f"GET / HTTP/{version}\r\nHost: a\r\n{line}\r\n".encode())
    assert head.keeps_open is open_after


def test_a_repeated_field_is_one_list_and_names_know_no_case():
    head, _ = read(b'GET / HTTP/1.1\r\nHost: a\r\nIf-Match: "1"\r\nIF-MATCH: "2"\r\n\r\n')
    assert head.get("If-Match") == '"1","2"'
    assert head.environ()["HTTP_IF_MATCH"] == '"1","2"'


class Client:
    """Remembers how it was shut down."""

    def __init__(self):
        self.how = None

    def shutdown(self, how):
        self.how = how


def connections(*phases):
    found = Connections(most=len(phases))
    clients = []
    for phase, age in phases:
        connection = found.add(Client())
        connection.enter(phase, 100)
        connection.since = time.monotonic() - age
        clients.append(connection.client)
    return found, clients


def test_who_has_waited_longest_without_a_request_gives_way_first():
    found, (idle, head, drop, body, work) = connections(
        ("idle", 3),
        ("head", PATIENCE + 3),
        ("drop", PATIENCE + 4),
        ("body", BODY_PATIENCE + 5),
        ("work", 900),
    )
    order = []
    while found.give_way():
        order += [
            client
            for client in (idle, head, drop, body, work)
            if client.how is not None and client not in order
        ]
    assert order == [drop, head, idle, body]
    assert work.how is None, "a handler at work is never interrupted"


def test_a_flood_gives_way_many_at_a_time_the_longest_waiting_first():
    found, clients = connections(*(("head", PATIENCE + age) for age in range(1, 9)))
    assert found.give_way(3) == 3
    assert [client.how is not None for client in clients] == [False] * 5 + [True] * 3
    assert found.give_way(8) == 5
    assert found.give_way(8) == 0


def test_of_slow_bodies_one_alone_has_to_go():
    found, _ = connections(("body", BODY_PATIENCE + 1), ("body", BODY_PATIENCE + 2))
    assert found.give_way(8) == 1


def test_a_body_is_cut_off_so_that_its_sender_still_hears_why():
    found, (body,) = connections(("body", BODY_PATIENCE + 1))
    assert found.give_way()
    assert body.how == socket.SHUT_RD


@pytest.mark.parametrize(
    ("phase", "age"),
    [("head", PATIENCE / 2), ("drop", PATIENCE / 2), ("body", BODY_PATIENCE / 2), ("answer", 60)],
)
def test_nobody_gives_way_within_his_time(phase, age):
    found, _ = connections((phase, age))
    assert not found.give_way()


def test_a_connection_is_late_once_its_phase_is_over():
    found, (client,) = connections(("body", 5))
    assert found.expire_late() == 0
    connection: Connection = next(iter(found))
    connection.enter("body", -1)
    assert (found.expire_late(), client.how) == (1, socket.SHUT_RD)
    connection.deadline = time.monotonic() - 1
    assert (found.expire_late(), client.how) == (1, socket.SHUT_RDWR), "and is ended when it does not go"
