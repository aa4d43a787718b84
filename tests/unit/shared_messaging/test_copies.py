"""Copies: body and headers go along, who sent it first is remembered, and nobody can lie about it."""

from typing import Any

import pytest

from shared.messaging.copies import Copier, attempts, first_user, plain, redriven
from shared.messaging.publisher import Outgoing
from shared.messaging.wire import Delivery

COPIER = Copier("accountability", "duze_accountability")
OWN = COPIER.own
QUEUE = "accountability.findings.v1"


def delivery(**properties: Any) -> Delivery:
    return Delivery(7, QUEUE, False, b"", b"body", properties)


def test_a_retry_goes_to_its_tier_and_keeps_all_but_the_brokers_own() -> None:
    original = delivery(
        user_id="duze_findings",
        message_id="m",
        expiration="5",
        application_headers={"x-death": [{}], "x-delivery-count": 3, "mine": "kept"},
    )
    copy = COPIER.retry(original, QUEUE, 2)
    assert (copy.exchange, copy.routing_key) == ("accountability.retry", f"{QUEUE}.retry.2")
    assert copy.body == b"body"
    assert copy.properties == {
        "user_id": OWN,
        "message_id": "m",
        "delivery_mode": 2,
        "application_headers": {"mine": "kept", "x-attempt": 2, "x-origin-user": "duze_findings"},
    }


def test_headers_the_broker_would_route_by_are_kept_under_another_name() -> None:
    copy = COPIER.parked(delivery(user_id="x", application_headers={"CC": ["elsewhere"]}), QUEUE, "why")
    headers = copy.properties["application_headers"]
    assert "CC" not in headers
    assert headers["x-original-CC"] == ["elsewhere"]


@pytest.mark.parametrize(
    ("user", "headers", "expected"),
    [
        ("duze_findings", {}, "duze_findings"),
        ("duze_findings", {"x-origin-user": "duze_reporting"}, "duze_findings"),
        (OWN, {"x-origin-user": "duze_findings"}, "duze_findings"),
        (OWN, {"x-origin-user": 5}, ""),
        (OWN, {}, OWN),
        (None, {"x-origin-user": "duze_findings"}, ""),
    ],
)
def test_whose_message_it_was_first(user: Any, headers: dict[str, Any], expected: str) -> None:
    assert first_user({"user_id": user, "application_headers": headers}, OWN) == expected


@pytest.mark.parametrize(
    ("user", "count", "expected"),
    [(OWN, 3, 3), (OWN, -1, 0), (OWN, "3", 0), (OWN, True, 0), (OWN, None, 0), ("duze_findings", 3, 0)],
)
def test_only_the_own_count_of_attempts_is_believed(user: str, count: Any, expected: int) -> None:
    assert attempts({"user_id": user, "application_headers": {"x-attempt": count}}, OWN) == expected


@pytest.mark.parametrize(
    ("user", "row", "expected"), [(OWN, "q:1", "q:1"), (OWN, 5, None), ("other", "q:1", None)]
)
def test_only_the_own_word_that_it_was_sent_back_is_believed(user: str, row: Any, expected: Any) -> None:
    assert redriven({"user_id": user, "application_headers": {"x-redriven": row}}, OWN) == expected


@pytest.mark.parametrize("headers", [None, [], "x"])
def test_headers_that_are_no_table_are_none(headers: Any) -> None:
    assert attempts({"user_id": OWN, "application_headers": headers}, OWN) == 0


def test_out_of_the_quarantine_its_attempts_are_forgotten_and_its_origin_is_not() -> None:
    row = {
        "_id": "q:1",
        "queue": QUEUE,
        "body": b"body",
        "properties": {"user_id": OWN, "message_id": "m"},
        "headers": {"x-origin-user": "duze_findings", "x-attempt": 4, "x-reason": "handler", "x-death": []},
    }
    copy = COPIER.back(row)
    assert (copy.exchange, copy.routing_key) == ("accountability.retry", QUEUE)
    assert copy.properties["application_headers"] == {"x-origin-user": "duze_findings", "x-redriven": "q:1"}


def test_headers_that_cannot_be_written_again_become_text() -> None:
    nested: Any = 1
    for _ in range(100_000):
        nested = [nested]
    for odd, text in ((object(), "object"), (nested, "nested too deeply")):
        properties = {"user_id": OWN, "application_headers": {"x-reason": "why", "odd": odd}}
        copy = plain(Outgoing(1, "ex", "key", b"body", properties))
        headers = copy.properties["application_headers"]
        assert headers.keys() == {"x-reason", "x-unreadable-properties"}
        assert text in headers["x-unreadable-properties"]
