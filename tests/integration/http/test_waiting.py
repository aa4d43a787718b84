"""Clients that take their time, hang up half-way or never read: none of them keeps others from being served."""

import socket
import time
from contextlib import ExitStack

from tests.integration.http.client import bearer, read_answer, token
from tests.integration.http.test_exhaustion import flood, open_files
from tests.integration.http.test_hostile_wire import THING, head

UNKNOWN_CALLER = b"POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"


def test_a_client_that_has_said_all_it_will_is_still_answered(service):
    with service.connect() as sock:
        sock.sendall(head(length=len(THING)) + THING)
        sock.shutdown(socket.SHUT_WR)
        assert read_answer(sock).status == 201
        assert sock.recv(10) == b""


def test_five_hundred_requests_at_once_on_one_connection_are_all_answered(service):
    with service.connect() as sock:
        sock.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
        sock.shutdown(socket.SHUT_WR)
        data = b""
        while piece := sock.recv(65536):
            data += piece
    assert data.count(b"HTTP/1.1 200 OK") == 500


def test_a_client_that_never_reads_its_answer_is_let_go(service):
    before = open_files(service.process)
    with service.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(f"GET /endless HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token()}\r\n\r\n".encode())
        time.sleep(1)  # the answer fills the buffers meanwhile
        assert open_files(service.process) > before
        until = time.monotonic() + 30
        while open_files(service.process) > before:
            assert time.monotonic() < until, "still waiting for a client that does not read"
            time.sleep(0.5)  # between two looks, bounded by `until`


def test_bodies_of_unknown_callers_give_way_to_a_real_request(start):
    service = start(DUZE_MAX_CONNECTIONS="20")
    with ExitStack() as stack:
        # Each hears its 401 once the announced body was read and dropped: an attacker never sends it.
        flood(stack, service, 60, UNKNOWN_CALLER)
        began = time.monotonic()
        assert service.get("/livez", timeout=30).status == 200
        assert time.monotonic() - began < 9
    assert service.alive()


def test_dripping_bodies_of_a_known_caller_give_way_in_the_end(start):
    service = start(DUZE_MAX_CONNECTIONS="20")
    with ExitStack() as stack:
        sockets = flood(stack, service, 20, head(length=1000) + b"{")
        began = time.monotonic()
        waiting = stack.enter_context(service.connect(timeout=40))
        waiting.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        waiting.settimeout(1)
        answer = None
        while answer is None:
            assert time.monotonic() - began < 25
            for sock in sockets:
                drip(sock)
            try:
                answer = read_answer(waiting)
            except TimeoutError:
                continue
        assert answer.status == 200
    assert service.alive()


def drip(sock):
    """One more byte, so that the connection is never silent."""
    try:
        sock.sendall(b" ")
    except OSError:
        return


def test_a_body_within_its_time_is_not_hurried_by_others(service):
    with service.connect() as sock:
        sock.sendall(head(length=len(THING)))
        for position in range(0, len(THING), 16):
            sock.sendall(THING[position : position + 16])
            time.sleep(0.3)  # slowly enough to be still at it while others are served
            assert service.get("/things?limit=1", bearer()).status == 200
        assert read_answer(sock).status == 201
