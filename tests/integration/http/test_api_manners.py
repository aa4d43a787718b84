"""What every route does alike: tokens, the order of refusals, JSON, versions, repeats, request ids, its description."""

import base64
import json
import threading
import time

import pytest
from openapi_spec_validator import validate

from tests.integration.http.client import KEY, bearer, token

THING = {"name": "卡口", "area": "990100001"}


def unsigned(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    now = int(time.time())
    payload = {"sub": "u1", "role": "admin", "area": "990100", "iat": now, "exp": now + 60, "iss": "duze",
               "aud": "duze", **claims}  # fmt: skip
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(payload)}."


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer not.a.token",
        "Basic dTpw",
        f"Bearer {token()}x",
        f"Bearer {token(key='another-key-of-thirty-two-bytes-or-more')}",
        f"Bearer {token(exp=int(time.time()) - 60)}",
        f"Bearer {token(exp=None)}",
        f"Bearer {token(iat=None)}",
        f"Bearer {token(iat=int(time.time()) + 300)}",
        f"Bearer {token(iss='other')}",
        f"Bearer {token(aud='other')}",
        f"Bearer {token(aud=None)}",
        f"Bearer {token(sub=None)}",
        f"Bearer {token(sub='')}",
        f"Bearer {token(role='king')}",
        f"Bearer {token(role=None)}",
        f"Bearer {token(area=None)}",
        f"Bearer {token(area='99')}",
        f"Bearer {token(area='99010000a')}",
        f"Bearer {token(algorithm='HS384')}",
        f"Bearer {unsigned()}",
        "Bearer " + "a" * 7000,
    ],
)
def test_a_token_that_is_not_right_is_401_with_a_challenge(service, credential):
    headers = {"Authorization": credential} if credential else {}
    answer = service.get("/things", headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json["code"] == "unauthenticated"


def test_a_token_is_taken_within_the_leeway_and_whatever_the_case_of_the_scheme(service):
    just_over = token(exp=int(time.time()) - 5)
    assert service.get("/things", {"Authorization": f"bearer {just_over}"}).status == 200


def test_refusals_come_in_the_order_of_the_contract(service):
    """One request with every fault; each fault mended in turn uncovers the next."""
    bad = b"{" + b" " * 1_100_000
    unit, supervisor = bearer("unit"), bearer("supervisor", area="990100002")

    def post(body, headers, content_type="text/plain", query="?nonsense=1"):
        answer = service.post(f"/things{query}", body, headers, content_type)
        return answer.status, answer.json.get("code")

    assert post(bad, {}) == (401, "unauthenticated")
    assert post(bad, unit) == (403, "forbidden")
    assert post(bad, supervisor) == (413, "body_too_large")
    assert post(b"{", supervisor) == (415, "unsupported_media_type")
    assert post(b"{", supervisor, "application/json") == (400, "malformed_json")
    assert post({"name": 5}, supervisor, "application/json") == (400, "unknown_parameter")
    assert post({"name": 5}, supervisor, "application/json", "") == (422, "invalid")
    assert post(THING, supervisor, "application/json", "") == (403, "outside_area")
    assert post({**THING, "area": "990100002"}, supervisor, "application/json", "")[0] == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"name": "a", "name": "b", "area": "990100001"}', 400, "malformed_json"),
        (b'{"name": "a", "area": "990100001", "count": NaN}', 400, "malformed_json"),
        (b'{"name": "a", "area": "990100001", "count": -Infinity}', 400, "malformed_json"),
        (b'{"name": "a", "area": "990100001", "count": 1e999}', 400, "malformed_json"),
        (b'{"name": "a", "area": "990100001", "count": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
        (b'{"name": "\xff\xfe"}', 400, "malformed_json"),
        ("{\"name\": \"卡口\"}".encode("gb18030"), 400, "malformed_json"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b'{"a":' * 100_000, 400, "malformed_json"),
        (b'{"notes": ' + b'{"a": ' * 100 + b"1" + b"}" * 101, 400, "malformed_json"),
        (b'{"name": "a\\u0000b", "area": "990100001"}', 422, "invalid"),
        (b'{"name": "a\\ud800b", "area": "990100001"}', 422, "invalid"),
        (b'{"name": "a", "area": "990100001", "notes": {"\\udc00": 1}}', 422, "invalid"),
        (b'{"name": "a", "area": "990100001", "notes": {"n": 99999999999999999999}}', 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b"null", 422, "invalid"),
        (b"", 422, "invalid"),
    ],
)  # fmt: skip
def test_json_that_cannot_be_kept_as_sent_is_refused(service, body, status, code):
    answer = service.post("/things", body)
    assert (answer.status, answer.json["code"]) == (status, code), answer.body[:300]


def test_every_wrong_field_is_named_by_its_path(service):
    sent = {"area": "990100009", "severity": "huge", "found_at": "2026-02-11", "place": {"name": " ", "x": 1},
            "extra": True, "count": "1"}  # fmt: skip
    errors = service.post("/things", sent).json["errors"]
    assert set(errors) == {"name", "area", "severity", "found_at", "place.name", "place.x", "extra", "count"}
    assert all(isinstance(messages, list) and messages for messages in errors.values())


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "application/xml",
        "x",
        "",
    ],
)
def test_another_content_type_is_415(service, content_type):
    assert service.post("/things", THING, content_type=content_type).status == 415


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=UTF-8", "Application/JSON"]
)
def test_json_is_taken_however_it_is_spelt(service, content_type):
    assert service.post("/things", THING, content_type=content_type).status == 201


def test_a_compressed_body_is_415(service):
    assert service.post("/things", THING, {**bearer(), "Content-Encoding": "gzip"}).status == 415


def test_a_raw_route_gets_bytes_and_their_type_up_to_16_mib(service):
    lines = b'{"name": "a"}\n' * 3
    answer = service.post("/things/batch", lines, content_type="application/x-ndjson; charset=utf-8")
    assert (answer.status, answer.json["content_type"]) == (200, "application/x-ndjson")
    padded = lines + b" " * (15 * 1024 * 1024)
    answer = service.post("/things/batch", padded.rstrip() + b"\n", content_type="application/x-ndjson")
    assert answer.json["bytes"] == len(lines)
    assert service.post("/things/batch", b"x" * (16 * 1024 * 1024 + 1), content_type="text/csv").status == 413
    assert service.post("/things/batch", lines, content_type="text/html").status == 415


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


def keyed(key, role="supervisor", **more):
    return {**bearer(role, **more), "Idempotency-Key": key}


def count(service):
    return len(service.get("/things?limit=200", bearer()).json["items"])


def test_the_same_key_and_body_get_the_first_answer_again(service):
    first = service.post("/things", THING, keyed("k1"))
    before = count(service)
    reordered = dict(reversed(THING.items()))
    second = service.post("/things", reordered, keyed("k1"))
    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(service) == before


def test_the_same_key_with_another_body_is_422(service):
    service.post("/things", THING, keyed("k2"))
    answer = service.post("/things", {**THING, "name": "another"}, keyed("k2"))
    assert (answer.status, answer.json["code"]) == (422, "idempotency_mismatch")


def test_a_key_belongs_to_caller_and_path(service):
    first = service.post("/things", THING, keyed("k3"))
    other = service.post("/things", THING, keyed("k3", sub="u2"))
    assert other.json["id"] != first.json["id"]
    closed = service.post(f"/things/{first.json['id']}/close", b"", keyed("k3"))
    assert "idempotency-replayed" not in closed.headers


def test_a_refused_request_does_not_use_its_key_up(service):
    assert service.post("/things", {**THING, "area": "990100"}, keyed("k4", area="990100001")).status == 403
    assert service.post("/things", THING, keyed("k4", area="990100001")).status == 201


@pytest.mark.parametrize("key", ["", "k" * 201, "ключ".encode().decode("latin-1")])
def test_a_key_that_is_none_is_400(service, key):
    assert service.post("/things", THING, keyed(key)).json["code"] == "invalid_idempotency_key"


def test_a_key_still_in_progress_is_409(service):
    slow, heard = {**THING, "name": "slow"}, []
    first = threading.Thread(target=lambda: heard.append(service.post("/things", slow, keyed("k5"))))
    first.start()
    time.sleep(0.7)  # the first is in its slow handler by now; asking for it would be a request of its own
    answer = service.post("/things", slow, keyed("k5"))
    assert (answer.status, answer.json["code"]) == (409, "idempotency_in_progress")
    assert "retry-after" in answer.headers
    assert service.post("/things", THING, keyed("k5")).json["code"] == "idempotency_mismatch"
    first.join()
    assert heard[0].status == 201
    assert service.post("/things", slow, keyed("k5")).json["id"] == heard[0].json["id"]


def test_the_description_is_valid_and_tells_every_status_met(service):
    described = service.get("/openapi.json").json
    validate(described)
    post = described["paths"]["/things"]["post"]
    assert {"201", "400", "401", "403", "408", "409", "412", "413", "415", "422", "429", "500", "503"} <= set(
        post["responses"]
    )
    assert post["responses"]["422"]["content"].keys() == {"application/problem+json"}
    assert post["x-roles"] == ["supervisor"]
    assert set(described["paths"]["/things/batch"]["post"]["requestBody"]["content"]) == {
        "application/json", "application/x-ndjson", "text/csv"}  # fmt: skip
    assert described["components"]["schemas"]["PostThing"]["properties"]["severity"]["enum"] == [
        "minor",
        "serious",
    ]
    assert described["components"]["schemas"]["PostThing"]["additionalProperties"] is False
    assert "additionalProperties" not in described["components"]["schemas"]["ThingAnswer"]
    assert described["paths"]["/page.md"]["get"]["responses"]["200"]["content"].keys() == {
        "text/markdown; charset=utf-8"}  # fmt: skip


def test_the_docs_list_every_route_and_load_nothing_from_elsewhere(service):
    page = service.get("/docs")
    text = page.body.decode()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in service.get("/openapi.json").json["paths"]:
        assert path in text
    assert "http://" not in text
    assert "https://" not in text
    assert "src=" not in text


def test_vocabulary_and_areas_are_read_by_every_role(service):
    assert service.get("/vocabulary", bearer("cadre")).json["severity"]["minor"] == "轻微"
    first = service.get("/areas?limit=2", bearer("unit")).json
    assert [area["code"] for area in first["items"]] == ["990100", "990100001"]
    rest = service.get(f"/areas?cursor={first['next']}", bearer("unit")).json
    assert [area["code"] for area in rest["items"]] == ["990100002"]
    assert rest["next"] is None
    named = service.raw(
        f"GET /areas?q=城 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    )
    assert [area["code"] for area in named.json["items"]] == ["990100001"]
    assert service.get("/areas?parent=990100", bearer()).json["items"][0]["parent"] == "990100"


def test_requests_are_counted_by_route_and_never_by_what_clients_type(service):
    for path in ("/nothing-1", "/nothing-2", "/things/abc"):
        service.get(path, bearer())
    service.request("BREW", "/livez")
    text = service.get("/metrics").body.decode()
    assert 'duze_http_requests_total{method="GET",route="/things/{id}",status="404"}' in text
    assert 'duze_http_requests_total{method="GET",route="unmatched",status="404"}' in text
    assert 'duze_http_requests_total{method="other",route="unmatched",status="405"}' in text
    assert "nothing-1" not in text
    assert "_created" not in text
    assert "duze_outbox_pending" not in text, "state is told by workers only"


def test_nothing_personal_is_logged(service):
    service.post("/things", {**THING, "name": "测试姓名", "extra": "13900000000"})
    text = service.log.read_text()
    assert "测试姓名" not in text
    assert "13900000000" not in text
    assert token()[:20] not in text
    assert KEY not in text
