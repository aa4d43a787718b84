"""One request hidden in another: what two readers could understand differently is refused, and the connection ends."""

import json
import socket

import pytest

from tests.integration.http.client import bearer, token
from tests.integration.http.test_hostile_wire import PROBLEM, THING, assert_problem, head

CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(THING), THING)
HIDDEN = b"GET /livez HTTP/1.1\r\nHost: hidden\r\n\r\n"


def heard(service, sent):
    """Every byte the service answers before it ends the connection."""
    with service.connect(timeout=10) as sock:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        data = b""
        while piece := sock.recv(65536):
            data += piece
    return data


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["Transfer-Encoding: chunked\xa0"], b"unknown_transfer_encoding"),
        (["Transfer-Encoding: chunked\x85"], b"unknown_transfer_encoding"),
        (["Transfer-Encoding: chunked\x0b"], b"malformed_header"),
        (["Transfer-Encoding: \x0cchunked"], b"malformed_header"),
        (["Transfer-Encoding: identity"], b"unknown_transfer_encoding"),
        (["Transfer-Encoding:"], b"unknown_transfer_encoding"),
        (["Transfer-Encoding:\r\n chunked"], b"malformed_header"),
        (["X-A: b\rTransfer-Encoding: chunked"], b"malformed_header"),
        (["X-A: b\rContent-Length: 39"], b"malformed_header"),
        (["X-A: b\x00c"], b"malformed_header"),
        (["X-A: b\x7fc"], b"malformed_header"),
        (["\tX-A: b"], b"malformed_header"),
        ([": b"], b"malformed_header"),
        (["X-\xe5: b"], b"malformed_header"),
        (["Content-Length:"], b"malformed_length"),
        (["Content-Length: 0x10"], b"malformed_length"),
        (["Content-Length: \xb2"], b"malformed_length"),
    ],
)
def test_a_body_of_uncertain_end_is_refused_and_nothing_behind_it_is_read(service, lines, code):
    sent = "\r\n".join(["POST /things HTTP/1.1", "Host: a", f"Authorization: Bearer {token()}", *lines])
    answered = heard(service, sent.encode("latin-1") + b"\r\n\r\n" + CHUNKED + HIDDEN)
    assert answered.count(b"HTTP/1.1 ") == 1 + answered.count(b"and HTTP/1.1")
    assert code in answered
    assert b"Connection: close" in answered


def test_chunks_are_not_announced_to_an_older_client(service):
    sent = head("Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0") + CHUNKED + HIDDEN
    answered = heard(service, sent)
    assert b"ambiguous_length" in answered
    assert b"alive" not in answered


def test_a_field_under_the_name_of_another_in_wsgi_is_not_taken_for_it(service):
    """WSGI writes `-` as `_`: a field with an underscore must not say how long the body is, or who calls."""
    sent = head("Transfer_Encoding: chunked", "Content_Length: 1", "Idempotency_Key: k", length=len(THING))
    assert service.raw(sent + THING).status == 201
    with_other = service.get("/livez", {"X_Request_Id": "mine"})
    assert with_other.headers["x-request-id"] != "mine"


def test_optional_blanks_around_a_value_are_not_part_of_it(service):
    sent = head("Transfer-Encoding: \t chunked \t")
    assert service.raw(sent + CHUNKED).status == 201
    assert service.raw(head(f"Content-Length:  {len(THING)}  ") + THING).status == 201


def test_an_empty_line_before_a_request_is_forgiven(service):
    answered = heard(service, b"\r\n" + HIDDEN + b"\r\n" + HIDDEN)
    assert answered.count(b"200 OK") == 2


def test_a_get_with_a_body_does_not_leave_it_for_the_next_request(service):
    announced = f"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: {len(HIDDEN)}\r\n\r\n".encode()
    assert heard(service, announced + HIDDEN).count(b"200 OK") == 1
    refused = announced.replace(b"GET /livez", b"DELETE /livez")
    answered = heard(service, refused + HIDDEN)
    assert b"method_not_allowed" in answered
    assert b"alive" not in answered


@pytest.mark.parametrize(
    "line",
    [
        b"GET  /livez HTTP/1.1",
        b"GET /livez  HTTP/1.1",
        b"GET /livez HTTP/1.1 ",
        b" GET /livez HTTP/1.1",
        b"GET\t/livez\tHTTP/1.1",
        b"GET /li\x00vez HTTP/1.1",
        b"GET /livez HTTP/01.1",
        b"GET /livez HTTP/1.10",
        b"GET /livez http/1.1",
        b"GE(T /livez HTTP/1.1",
        b"GET /livez HTTP/1.1\rX-A: b",
    ],
)
def test_a_request_line_is_read_in_one_way_only(service, line):
    answer = service.raw(line + b"\r\nHost: a\r\n\r\n")
    assert (answer.status, answer.headers["content-type"]) == (400, PROBLEM)


@pytest.mark.parametrize("head_cut", [20, 60, 100])
def test_a_head_cut_short_is_not_taken_for_a_whole_one(service, head_cut):
    answered = heard(service, head("X-A: b")[:head_cut])
    assert answered == b"" or answered.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "path",
    [
        "/things/a%2fclose", "/things/a%2Fb", "/things/..%2flivez", "/things/../livez", "//livez", "/livez/",
        "/livez;x=1", "/livez#x", "livez", "*", "/./livez", "/things/%2e%2e/%2e%2e/livez", "/things/%ed%a0%80",
    ],
)  # fmt: skip
def test_a_path_leads_to_one_place_or_nowhere(service, path):
    """Proxies guard paths: what they and we could resolve differently leads nowhere."""
    for method in ("GET", "POST"):
        answer = service.request(method, path, headers=bearer())
        assert (answer.status, answer.json["code"]) == (404, "not_found"), method


def test_the_absolute_form_of_a_target_is_the_path_in_it(service):
    assert service.get("http://elsewhere/livez").status == 200
    assert service.get("http://elsewhere").status == 404


def test_a_token_in_the_address_lets_nobody_in_and_is_not_logged(service):
    secret = token(sub="somebody-in-the-address")
    assert_problem(service.get(f"/things?access_token={secret}"), 401, "unauthenticated")
    assert_problem(service.get(f"/things?access_token={secret}", bearer()), 400, "unknown_parameter")
    assert secret not in service.log.read_text()


def test_what_a_client_sends_cannot_begin_a_line_of_the_log(service):
    forged = json.dumps({"event": "forged"})
    service.raw(b"GET /%0a" + forged.replace(" ", "").encode() + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    service.get("/livez", {"X-Request-Id": f"a\\n{forged}"})
    service.raw(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\r" + forged.encode() + b"\r\n\r\n")
    assert "forged" not in [line.get("event") for line in service.log_lines()]


def test_a_header_of_an_answer_cannot_begin_another(service):
    answer = service.get("/odd-header", bearer())
    assert_problem(answer, 500, "internal_error")
    assert b"set-cookie" not in answer.raw.lower()
