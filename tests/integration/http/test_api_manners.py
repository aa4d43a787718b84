"""What every route does alike: queries, paths, defects, request ids, versions, times."""

import pytest

from tests.integration.http.client import bearer

THING = {"name": "卡口", "area": "990100001"}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("nonsense=1", 400, "unknown_parameter"),
        ("limit=1&limit=2", 400, "repeated_parameter"),
        ("area=%ff%fe", 400, "malformed_query"),
        ("area=%00", 400, "malformed_query"),
        ("limit=0", 422, "invalid"),
        ("limit=201", 422, "invalid"),
        ("limit=ten", 422, "invalid"),
        ("severity=huge", 422, "invalid"),
        ("area=990199", 422, "invalid"),
        ("limit=200", 200, None),
        ("severity=&area=", 200, None),
    ],
)
def test_query_parameters_are_checked(service, query, status, code):
    answer = service.get(f"/things?{query}", bearer())
    assert (answer.status, answer.json.get("code")) == (status, code)


def test_a_list_without_parameters_takes_none(service):
    assert service.get("/vocabulary?limit=5", bearer()).json["code"] == "unknown_parameter"


def test_unknown_paths_and_methods_are_problem_documents(service):
    assert service.get("/nothing").json["code"] == "not_found"
    assert service.get("/things/a/b/c", bearer()).status == 404
    assert service.get("/things/%ff", bearer()).status == 404
    for method in ("DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"):
        answer = service.request(method, "/things", headers=bearer())
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST"), method
        assert answer.headers["content-type"] == "application/problem+json"


def test_head_answers_the_head_of_get(service):
    with service.connect() as sock:
        sock.sendall(b"HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := sock.recv(4096):
            data += piece
    assert data.startswith(b"HTTP/1.1 200 OK")
    assert data.endswith(b"\r\n\r\n")


def test_a_defect_shows_a_reference_and_nothing_of_itself(service):
    answer = service.get("/boom", {**bearer(), "X-Request-Id": "find-me"})
    assert answer.status == 500
    assert answer.json["reference"] == "find-me"
    assert b"secret" not in answer.body
    assert b"RuntimeError" not in answer.body
    logged = [line for line in service.log_lines() if line.get("reference") == "find-me"]
    assert logged[0]["error"] == "RuntimeError"
    assert any("boom" in frame for frame in logged[0]["stack"])
    assert "13800000000" not in service.log.read_text()


def test_a_refusal_of_the_domain_has_its_own_code_and_members(service):
    thing = service.post("/things", THING).json
    path = f"/things/{thing['id']}/close"
    assert service.post(path).status == 200
    answer = service.post(path)
    assert (answer.status, answer.json["code"], answer.json["moves"]) == (409, "invalid_transition", ["open"])


@pytest.mark.parametrize("sent", ["abc-1", "x" * 128])
def test_a_request_id_is_echoed(service, sent):
    assert service.get("/livez", {"X-Request-Id": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["x" * 129, "a b", "卡".encode().decode("latin-1"), ""])
def test_a_request_id_that_is_none_is_replaced(service, sent):
    answered = service.get("/livez", {"X-Request-Id": sent}).headers["x-request-id"]
    assert answered != sent
    assert len(answered) == 36


def test_documents_carry_their_version_and_writes_honour_it(service):
    made = service.post("/things", THING)
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"/things/{made.json['id']}"
    path = f"/things/{made.json['id']}/close"
    for tag in ('"2"', 'W/"1"', "1", '"x", "y"'):
        answer = service.post(path, headers={**bearer(), "If-Match": tag})
        assert (answer.status, answer.json["code"]) == (412, "version_mismatch"), tag
    assert service.post(path, headers={**bearer(), "If-Match": '"7", "1"'}).headers["etag"] == '"2"'


def test_times_leave_with_the_offset_of_the_county(service):
    made = service.post("/things", {**THING, "found_at": "2026-02-11T06:00:00Z"})
    assert made.json["found_at"] == "2026-02-11T14:00:00+08:00"
