"""A cursor that was forged is refused, whatever is in it, and never reaches the database."""

import base64
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persistence import paging
from shared.persistence.errors import CursorError


def sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


@pytest.mark.parametrize("values", [["a"], ["a", 1], [datetime(2026, 2, 3), "x"], [-(2**63) + 1]])  # noqa: DTZ001 - as the driver reads it
def test_what_was_sealed_opens(values: list[Any]) -> None:
    assert paging._open(paging._seal(values), len(values)) == values


@pytest.mark.parametrize(
    "text",
    [
        '[{"$numberDecimal":"x"}]',
        '[{"$date":{"$numberLong":"99999999999999999"}}]',
        '[{"$regularExpression":{"pattern":"a","options":""}}]',
        '[{"$oid":"5f0000000000000000000000"}]',
        "[99999999999999999999999999]",
        '["\\ud800"]',
        '["\\u0000"]',
        "[" * 1400,
        "[true]",
        "[null]",
        "[1.5]",
        '[["a"]]',
        '[{"$gt":1}]',
        '["a","b"]',
        "{}",
        "",
    ],
)
def test_a_forged_one_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        paging._open(sealed(text), 1)


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_nothing_but_a_cursor_error_comes_of_garbage(cursor: str) -> None:
    try:
        values = paging._open(cursor, 1)
    except CursorError:
        return
    assert isinstance(values[0], (str, int, datetime))


@given(
    st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4).map(json.dumps)
)
def test_nor_of_any_json(text: str) -> None:
    try:
        (value,) = paging._open(sealed(text), 1)
    except CursorError:
        return
    assert isinstance(value, (str, int))
