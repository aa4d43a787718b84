"""A dead letter's row: whatever the headers hold, the database can keep it, and the body stays byte for byte."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import bson
import pytest
from bson import Binary
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.deadletters import row_of, storable
from shared.messaging.wire import Delivery

NOW = datetime(2026, 2, 3, tzinfo=UTC)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.decimals(),
        st.builds(object), st.datetimes(),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.binary(), inner, max_size=3),
    max_leaves=15,
)  # fmt: skip


def dead(body: bytes = b"body", **properties: Any) -> dict[str, Any]:
    return row_of(Delivery(1, "accountability.findings.v1.dlq", False, b"", body, properties), NOW)


@settings(deadline=None)
@given(st.dictionaries(st.text(), VALUES, max_size=4), st.binary())
def test_any_headers_can_be_kept_and_the_body_is_what_came(headers: dict[str, Any], body: bytes) -> None:
    row = dead(body, application_headers=headers, type=headers.get("type"), message_id=headers.get("id"))
    assert bytes(bson.decode(bson.encode(row))["body"]) == body


def test_depth_has_an_end() -> None:
    nested: Any = 1
    for _ in range(200):
        nested = {"a": [nested]}
    bson.encode({"kept": storable(nested)})
    assert "nested too deeply" in str(storable(nested))


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"x-reason": "schema: count"}, "schema: count"),
        ({"x-death": [{"reason": "delivery_limit"}]}, "delivery_limit"),
        ({"x-first-death-reason": "expired"}, "expired"),
        ({"x-reason": 5, "x-death": "odd"}, "unknown"),
        ({}, "unknown"),
        ({"x-reason": "\ud800"}, "?"),
    ],
)
def test_the_reason_is_our_own_or_the_brokers(headers: dict[str, Any], reason: str) -> None:
    assert dead(application_headers=headers)["reason"] == reason


def test_what_has_no_equal_in_the_database_becomes_text() -> None:
    assert storable({"n": 1 << 70, "d": Decimal("1.5"), b"k": Binary(b"v")}) == {
        "n": str(1 << 70),
        "d": "1.5",
        "k": Binary(b"v"),
    }


def test_one_row_for_one_body_in_one_queue() -> None:
    assert dead(b"a")["_id"] == dead(b"a", message_id="other")["_id"]
    assert dead(b"a")["_id"] != dead(b"b")["_id"]
    assert dead()["queue"] == "accountability.findings.v1"
