"""Access, limits, keys, versions and masks, each by itself."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from nameko.extensions import Entrypoint

from shared.contracts.claims import ROLES, Claims
from shared.http import (
    EVERY_ROLE,
    KernelRoutes,
    WorkerRoutes,
    access_table,
    http,
    idempotency,
    masking,
    ratelimit,
)
from shared.http.access import OPEN_PATHS, AccessError
from shared.http.answers import Answer
from shared.http.etags import IfMatch
from shared.http.failures import answer_to
from shared.http.problems import Problem
from shared.persistence.errors import CursorError, DuplicateError, UnavailableError


class Service(KernelRoutes):
    """Some routes."""

    name = "some"

    @http("GET", "/things/{id}", roles=EVERY_ROLE)
    def get_thing(self, request): ...

    @http("POST", "/things", roles={"supervisor"})
    def post_thing(self, request): ...


def test_every_route_names_its_roles_and_only_the_open_paths_have_none():
    table = access_table(Service)
    assert table["GET", "/things/{id}"] == ROLES
    assert table["POST", "/things"] == {"supervisor"}
    assert table["POST", "/quarantine/{id}/redrive"] == {"admin"}
    assert {path for (_, path), roles in table.items() if not roles} == OPEN_PATHS
    assert set(access_table(type("W", (WorkerRoutes,), {"name": "w"}))) == {
        ("GET", path) for path in ("/livez", "/readyz", "/metrics")
    }


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"roles": set()},
        {"roles": {"king"}},
        {"roles": "unit"},
        {"open": True},
        {"roles": {"unit"}, "open": True},
    ],
)
def test_a_route_that_does_not_say_who_may_call_it_is_refused_when_it_is_made(options):
    with pytest.raises(AccessError):
        http("GET", "/things", **options)(lambda self, request: None)


def test_the_handler_stays_reachable_by_itself():
    def handler(self, request):
        return "answer"

    entry: Any = http("GET", "/a", roles={"unit"})(http("GET", "/b", roles={"unit"})(handler))
    assert entry.__wrapped__ is handler
    assert all(isinstance(route, Entrypoint) for route in entry.nameko_entrypoints)
    assert len(entry.nameko_entrypoints) == 2


def test_a_limit_ends_with_its_minute(monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    limit = ratelimit.RateLimit(2)
    limit.hit("u1")
    limit.hit("u1")
    with pytest.raises(Problem) as caught:
        limit.hit("u1")
    assert caught.value.headers["Retry-After"] == "60"
    limit.hit("u2")
    monkeypatch.setattr(time, "time", lambda: now + 61)
    limit.hit("u1")


@pytest.mark.parametrize(
    ("header", "version", "allowed"),
    [
        ('"3"', 3, True),
        ('"3"', 4, False),
        ('W/"3"', 3, False),
        ("*", 9, True),
        ('"1" , "3"', 3, True),
        ("3", 3, False),
    ],
)
def test_if_match_compares_strongly(header, version, allowed):
    assert IfMatch(header).allows(version) is allowed


def test_keys_of_different_requests_do_not_meet():
    slots = {
        idempotency.slot("u1", "POST", "/a", "k"),
        idempotency.slot("u2", "POST", "/a", "k"),
        idempotency.slot("u1", "PUT", "/a", "k"),
        idempotency.slot("u1", "POST", "/a/k", ""),
        idempotency.slot("u1", "POST", "/a", "k", 1),
        idempotency.slot("u1", "POST", "/a", "k", "11"),
    }
    assert len(slots) == 6


CLAIMS = Claims("u1", "supervisor", "990100", "T05")


@pytest.mark.parametrize(
    "moved_on",
    [
        Claims("u1", "supervisor", "990100001", "T05"),
        Claims("u1", "supervisor", "990100", "T06"),
        Claims("u1", "office", "990100", "T05"),
        Claims("u1", "supervisor", "990100", "T05", "C001"),
    ],
)
def test_what_was_answered_with_other_rights_is_not_answered_again(moved_on):
    assert idempotency.fingerprint(CLAIMS, "", {"a": 1}) != idempotency.fingerprint(moved_on, "", {"a": 1})


def test_the_order_of_fields_does_not_matter_to_a_key_but_their_values_do():
    one = idempotency.fingerprint(CLAIMS, "", {"a": 1, "b": [1, 2]})
    assert one == idempotency.fingerprint(CLAIMS, "", {"b": [1, 2], "a": 1})
    assert one != idempotency.fingerprint(CLAIMS, "", {"b": [2, 1], "a": 1})
    assert one != idempotency.fingerprint(CLAIMS, "dry_run=true", {"a": 1, "b": [1, 2]})


def test_a_key_is_held_for_one_request_at_a_time_and_freed_by_a_failure():
    keys = idempotency.InProgress()
    with pytest.raises(RuntimeError), keys.hold("k", "body"):
        with pytest.raises(Problem) as caught, keys.hold("k", "body"):
            pass
        assert caught.value.status == 409
        raise RuntimeError
    with keys.hold("k", "body"):
        pass


def test_an_answer_too_large_for_a_document_is_not_kept():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert idempotency.kept("k", "asked", Answer(200, b"x" * 13_000_000), now) is None
    kept: Any = idempotency.kept("k", "asked", Answer(201, b"{}", headers={"ETag": '"1"'}), now)
    again = idempotency.replayed(kept, "asked")
    assert (again.status, again.body, again.headers) == (
        201,
        b"{}",
        {"ETag": '"1"', "Idempotency-Replayed": "true"},
    )
    assert (kept["expire_at"] - now).total_seconds() >= 24 * 3600


class OwnError(Exception):
    extra = {"moves": ["accept"], "status": 1}  # noqa: RUF012
    errors = {"area": ["unknown"]}  # noqa: RUF012


class BelowError(OwnError):
    pass


@pytest.mark.parametrize(
    ("exc", "status", "code"),
    [
        (BelowError("text"), 409, "own"),
        (CursorError("x"), 400, "invalid_cursor"),
        (DuplicateError("things", "name_1"), 409, "conflict"),
        (UnavailableError("x"), 503, "database_unavailable"),
        (ZeroDivisionError("secret"), 500, "internal_error"),
    ],
)
def test_every_exception_has_an_answer_that_tells_no_more_than_it_may(exc, status, code):
    import json

    answer: Any = answer_to(exc, {OwnError: (409, "own")}, "ref-1")
    document = json.loads(answer.body)
    assert (answer.status, document["code"], document["status"]) == (status, code, status)
    assert "secret" not in answer.body.decode()
    if isinstance(exc, OwnError):
        assert (document["moves"], document["errors"], document["detail"]) == (
            ["accept"],
            {"area": ["unknown"]},
            "text",
        )


def test_a_mask_keeps_structure_and_types_and_no_text():
    shown = masking.value(
        {"name": "测试", "id": "01890a5d-ac96-774b-bcce-b302099a8057", "n": 13800000000, "f": 1.5,
         "list": ["a", None, True], "张三": 1,
         "type": "finding.posted.v1", "at": "2026-02-11T14:00:00+08:00", "raw": b"bytes"}
    )  # fmt: skip
    assert shown == {
        "name": "<text of 2>", "id": "01890a5d-ac96-774b-bcce-b302099a8057", "n": "<int>", "f": 1.5,
        "list": ["<text of 1>", None, True], "<name of 2>": 1, "type": "finding.posted.v1",
        "at": "2026-02-11T14:00:00+08:00", "raw": "<bytes>",
    }  # fmt: skip
    assert "undecodable" in masking.body(b"\xff")
    assert "undecodable" in masking.body(None)
