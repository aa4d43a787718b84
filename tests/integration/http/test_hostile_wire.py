"""Whatever bytes a client sends, the service answers plainly or hangs up, and lives on."""

import json
import socket
import struct
import threading
import time

import pytest

from tests.integration.http.client import bearer, read_answer, token

PROBLEM = "application/problem+json"
THING = json.dumps({"name": "卡口", "area": "990100001"}, ensure_ascii=False).encode()


def head(*lines, method="POST", path="/things", length=None):
    all_lines = [f"{method} {path} HTTP/1.1", "Host: test", f"Authorization: Bearer {token()}"]
    all_lines += ["Content-Type: application/json", *lines]
    if length is not None:
        all_lines.append(f"Content-Length: {length}")
    return "\r\n".join(all_lines).encode() + b"\r\n\r\n"


def assert_problem(answer, status, code):
    assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json["code"] == code
    assert answer.json["status"] == status


def test_a_chunked_body_is_read_rightly(service):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (THING[:5], THING[5:20], THING[20:]))
    answer = service.raw(head("Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")
    assert answer.status == 201
    assert answer.json["name"] == "卡口"


def test_trailers_after_a_chunked_body_are_dropped_and_the_connection_goes_on(service):
    chunked = b"%x;ext=1\r\n%s\r\n0\r\nX-Trailer: GET /boom HTTP/1.1\r\n\r\n" % (len(THING), THING)
    with service.connect() as sock:
        sock.sendall(head("Transfer-Encoding: chunked") + chunked)
        assert read_answer(sock).status == 201
        sock.sendall(head(length=len(THING)) + THING)
        assert read_answer(sock).status == 201


@pytest.mark.parametrize(
    "chunks",
    [b"-5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"5\nhello\n0\n\n", b"zz\r\n", b"5\r\nhelloXX0\r\n\r\n",
     b"fffffffff\r\n", b"5" * 2000, b"\r\n\r\n"],
)  # fmt: skip
def test_a_badly_framed_chunked_body_is_refused_and_ends_the_connection(service, chunks):
    with service.connect() as sock:
        sock.sendall(head("Transfer-Encoding: chunked") + chunks)
        assert_problem(read_answer(sock), 400, "malformed_chunks")
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(10) == b""
    assert service.alive()


def test_an_oversize_chunked_body_is_413(service):
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = service.raw(head("Transfer-Encoding: chunked") + chunk * 20 + b"0\r\n\r\n")
    assert_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        (["Transfer-Encoding: chunked", "Content-Length: 5"], 400, "ambiguous_length"),
        (["Content-Length: 5", "Content-Length: 6"], 400, "repeated_header"),
        (["Content-Length: 5", "Content-Length: 5"], 400, "repeated_header"),
        (["Content-Length: +5"], 400, "malformed_length"),
        (["Content-Length: -5"], 400, "malformed_length"),
        (["Content-Length: 5_0"], 400, "malformed_length"),
        (["Content-Length: 5, 5"], 400, "malformed_length"),
        (["Content-Length: 99999999999999999999"], 400, "malformed_length"),
        (["Transfer-Encoding: gzip"], 501, "unknown_transfer_encoding"),
        (["Transfer-Encoding: chunked, chunked"], 501, "unknown_transfer_encoding"),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400, "repeated_header"),
        (["Host: other"], 400, "repeated_header"),
        (["Authorization: Bearer x"], 400, "repeated_header"),
        (["Content-Length : 5"], 400, "malformed_header"),
        (["X-Folded: a", " b"], 400, "malformed_header"),
        (["no colon at all"], 400, "malformed_header"),
        (["Expect: 200-maybe"], 417, "unknown_expectation"),
    ],
)
def test_a_head_that_two_readers_could_understand_differently_is_refused(service, lines, status, code):
    assert_problem(service.raw(head(*lines) + b"hello"), status, code)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /livez\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (b"GET /livez HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"GET /livez HTTP/1.x\r\nHost: a\r\n\r\n", 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: " + b"b" * 9000 + b"\r\n\r\n", 431),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"b" * 1000) for i in range(90))
         + b"\r\n", 431),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_read_is_a_problem_document(service, sent, status):
    answer = service.raw(sent)
    assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM)
    assert b"Traceback" not in answer.body


def test_a_body_of_50_mb_gets_its_answer(service):
    size = 50 * 1024 * 1024
    with service.connect(timeout=30) as sock:
        sock.sendall(head(length=size))
        try:
            for _ in range(50):
                sock.sendall(b"x" * 1024 * 1024)
        except OSError:
            pytest.fail("the connection was reset before the body was sent")
        assert_problem(read_answer(sock), 413, "body_too_large")
    assert service.alive()


def test_a_refused_body_within_16_mib_leaves_the_connection_usable(service):
    with service.connect() as sock:
        sock.sendall(head(length=3_000_000) + b"x" * 3_000_000)
        assert_problem(read_answer(sock), 413, "body_too_large")
        sock.sendall(head(length=len(THING)) + THING)
        assert read_answer(sock).status == 201


def test_a_body_nobody_may_send_is_dropped_before_the_401(service):
    sent = b"POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000
    with service.connect() as sock:
        sock.sendall(sent)
        answer = read_answer(sock)
        assert_problem(answer, 401, "unauthenticated")
        sock.sendall(head(length=len(THING)) + THING)
        assert read_answer(sock).status == 201


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(service):
    with service.connect() as sock:
        sock.sendall(head("Expect: 100-continue", length=len(THING)))
        assert sock.recv(1024).startswith(b"HTTP/1.1 100 Continue")
        sock.sendall(THING)
        assert read_answer(sock).status == 201


def test_a_client_that_waits_for_100_continue_without_a_token_is_refused_at_once(service):
    answer = service.raw(
        b"POST /things HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    )
    assert_problem(answer, 401, "unauthenticated")


def test_a_body_cut_short_is_not_performed(service):
    before = len(service.get("/things?limit=200", bearer()).json["items"])
    with service.connect() as sock:
        sock.sendall(head(length=len(THING) + 10) + THING)
        sock.shutdown(socket.SHUT_WR)
        assert_problem(read_answer(sock), 400, "incomplete_body")
    assert len(service.get("/things?limit=200", bearer()).json["items"]) == before


def test_resets_at_any_moment_do_no_harm(service):
    whole = head(length=len(THING)) + THING
    for cut in (0, 1, 20, 150, len(whole) - 5, len(whole)):
        sock = service.connect()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.sendall(whole[:cut])
        sock.close()
    sock = service.connect()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.sendall(f"GET /endless HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token()}\r\n\r\n".encode())
    sock.recv(1000)
    sock.close()
    assert service.alive()


def test_pipelined_requests_are_answered_in_their_order(service):
    with service.connect() as sock:
        sock.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: one\r\n\r\n"
                     b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: two\r\nConnection: close\r\n\r\n")  # fmt: skip
        data = b""
        while piece := sock.recv(4096):
            data += piece
    assert data.index(b"X-Request-Id: one") < data.index(b"X-Request-Id: two")


def test_slow_heads_and_bodies_are_ended_while_others_are_served(service):
    ended = {}

    def drip(name, sent):
        began = time.monotonic()
        with service.connect(timeout=60) as sock:
            sock.sendall(sent)
            try:
                while time.monotonic() - began < 60:
                    sock.sendall(b"x")
                    sock.settimeout(0.5)
                    try:
                        if sock.recv(1000) == b"":
                            break
                        sock.settimeout(5)
                    except TimeoutError:
                        continue
            except OSError:
                pass
        ended[name] = time.monotonic() - began

    clients = [threading.Thread(target=drip, args=("head", b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: "))]
    clients += [threading.Thread(target=drip, args=("line", b"GET /l"))]
    for client in clients:
        client.start()
    time.sleep(1)  # they drip for a while: the server must answer others meanwhile
    assert service.alive()
    for client in clients:
        client.join(30)
    assert set(ended) == {"head", "line"}
    assert all(5 < seconds < 20 for seconds in ended.values()), ended


def test_a_silent_client_in_the_middle_of_a_body_hears_408(service):
    with service.connect(timeout=30) as sock:
        sock.sendall(head(length=100) + b"{")
        assert_problem(read_answer(sock), 408, "too_slow")


def test_a_handler_that_takes_longer_than_any_time_out_is_not_interrupted(service):
    line = json.dumps({"name": "long", "wait": True}).encode()
    answer = service.post("/things/batch", line, content_type="application/x-ndjson", timeout=40)
    assert answer.status == 200
    assert len(answer.json["ids"]) == 1
