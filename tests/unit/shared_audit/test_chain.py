"""The chain of the audit trail: what it proves, and that an export can be checked without the program."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.audit.chain import ORIGIN, Anchor, Break, Head, breaks, chained, hash_of, shown
from shared.audit.rows import row_of
from shared.contracts.claims import Claims
from shared.observability.context import Context

NOW = datetime(2026, 3, 2, 4, 5, 6, 789000, tzinfo=UTC)
READER = Claims("reader-1", "office", "990100")


def made(count: int = 6) -> tuple[list[dict[str, Any]], Head]:
    current = Context("request-1", action="GET /findings/{id}")
    rows = [
        row_of(
            current, READER, action="finding.read", subject=f"f-{n}", at=NOW, asked={"q": "门", "to": None}
        )
        for n in range(count)
    ]
    return chained(rows, Head(), NOW)


def first_break(rows: list[dict[str, Any]], head: Head | None, *anchors: Anchor) -> Break | None:
    return next((one for one in breaks(rows, anchors, head) if one is not None), None)


def test_every_row_names_the_one_before_it_and_the_whole_is_sound() -> None:
    rows, head = made()
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["previous"] for row in rows] == [ORIGIN, *(row["hash"] for row in rows[:-1])]
    assert head == Head(6, rows[-1]["hash"])
    assert first_break(rows, head, Anchor("2026-03-02", 4, rows[3]["hash"])) is None


def test_a_chain_goes_on_behind_its_head() -> None:
    rows, head = made(4)
    first, middle = chained(rows[:2], Head(), NOW)
    second, last = chained(rows[2:], middle, NOW)
    assert first_break([*first, *second], last) is None
    assert last.position == head.position


def test_an_exported_row_can_be_checked_by_anybody() -> None:
    (row, *_), _ = made()
    line = json.loads(json.dumps(shown(row), ensure_ascii=False))
    told = line.pop("hash")
    text = json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == told
    assert (line["at"], line["asked"]) == ("2026-03-02T12:05:06.789000+08:00", {"q": "门"})


@pytest.mark.parametrize(
    "name", ["at", "actor", "role", "area", "action", "route", "subject", "request_id", "asked", "chained_at"]
)
def test_any_change_of_a_row_is_found_where_it_is(name: str) -> None:
    rows, head = made()
    rows[2] = {**rows[2], name: "changed"}
    found = first_break(rows, head)
    assert found is not None
    assert (found.position, found.what.split(" (")[0]) == (3, "the content does not match its hash")


def test_a_field_that_was_added_is_found() -> None:
    rows, head = made()
    rows[2] = {**rows[2], "note": "x"}
    assert getattr(first_break(rows, head), "position", None) == 3


def test_a_row_changed_with_a_hash_that_fits_breaks_the_next_link() -> None:
    rows, head = made()
    changed = {**rows[2], "actor": "x"}
    rows[2] = {**changed, "hash": hash_of(changed)}
    assert first_break(rows, head) == Break(4, "`previous` is not the hash of the row before")


Harm = Callable[[list[dict[str, Any]]], Any]


@pytest.mark.parametrize(
    ("harm", "position"),
    [(lambda rows: rows.pop(0), 1), (lambda rows: rows.pop(3), 4), (lambda rows: rows.pop(), 6)],
)
def test_a_removed_row_is_found_where_it_was(harm: Harm, position: int) -> None:
    rows, head = made()
    harm(rows)
    assert getattr(first_break(rows, head), "position", None) == position


def test_a_chain_made_anew_does_not_fit_an_anchor_that_was_told() -> None:
    rows, _ = made()
    told = Anchor("2026-03-02", 5, rows[4]["hash"])
    forged = [{**row, "actor": "x"} for row in rows]
    again, head = chained(forged, Head(), NOW)
    assert first_break(again, head) is None
    assert first_break(again, head, told) == Break(5, "its hash is not the one that was told for 2026-03-02")
    assert getattr(first_break(again[:3], Head(3, again[2]["hash"]), told), "position", None) == 4


def test_an_empty_chain_is_whole_until_something_was_told_of_it() -> None:
    assert first_break([], Head()) is None
    assert first_break([], Head(), Anchor("2026-03-02", 1, "0" * 64)) is not None
