"""The order and the pages of what waits for a caller."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary
from shared.http.todo import waiting
from shared.persistence.errors import CursorError

BY = Claims("u-1", "unit", "990100")
WORDS = Vocabulary({"todo": {"accept": "待认领"}})
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def item(key: str, hours: int | None, what: str = "accept") -> dict[str, Any]:
    due = None if hours is None else NOW + timedelta(hours=hours)
    return {"what": what, "id": key, "number": None, "about": "东门", "due": due, "moves": ("accept",)}


def test_the_most_urgent_comes_first_and_pages_hold_each_once() -> None:
    items = [item("c", 3), item("x", None), item("a", 9), item("b", 3), item("b", 3, "verify")]
    seen, cursor = [], None
    for _ in range(3):
        shown, cursor = waiting(lambda *_: items, BY, WORDS, 2, cursor)
        seen += [(one["id"], one["what"]) for one in shown]
    assert seen == [("b", "accept"), ("b", "verify"), ("c", "accept"), ("a", "accept"), ("x", "accept")]
    assert cursor is None


def test_a_source_is_told_where_to_go_on() -> None:
    asked: list[Any] = []

    def source(by: Claims, after: Any, limit: int) -> list[dict[str, Any]]:
        asked.append((by, after, limit))
        return [item("a", 1), item("b", 2)]

    _, cursor = waiting(source, BY, WORDS, 1, None)
    waiting(source, BY, WORDS, 1, cursor)
    assert asked == [(BY, None, 2), (BY, ("2026-03-02T01:00:00.000+00:00", "a", "accept"), 2)]


def test_an_item_is_shown_with_its_chinese_title() -> None:
    ((shown,), _) = waiting(lambda *_: [item("a", 1)], BY, WORDS, 10, None)
    assert (shown["title"], shown["moves"]) == ("待认领:东门", ["accept"])


@pytest.mark.parametrize("cursor", ["x", "[]", "1", '["a"]', "null"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        waiting(lambda *_: [], BY, WORDS, 10, cursor)
