"""What every route does with a body: JSON, content types, sizes."""

import pytest

from tests.integration.http.client import bearer

THING = {"name": "卡口", "area": "990100001"}


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
