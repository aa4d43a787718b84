"""What findings are counted by is written with them: one row for a transaction, nothing for what is taken back."""

from typing import Any

import pytest

from services.findings.adapters.tallies import BATCH, CHANGES, TALLIES, fold, fold_all, record
from services.findings.application import commands
from tests.unit.findings.test_posting_together import posting, together
from tests.unit.findings.world import OTHER_TEAM, TEAM, UNIT, VILLAGE, World


@pytest.fixture
def world() -> World:
    return World()


def rows(world: World, collection: str) -> list[dict[str, Any]]:
    return list(world.database.collections.get(collection, {}).values())


def cells(kept: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return sorted((one["status"], one["n"]) for one in kept)


def test_a_chunk_of_postings_is_one_row(world: World) -> None:
    together(world, posting(source_ref="a"), posting(source_ref="b"), posting(by=OTHER_TEAM))
    (row,) = rows(world, CHANGES)
    assert row["cells"] == [{"area": VILLAGE, "status": "issued", "historical": False, "n": 2}]


def test_a_move_takes_from_one_status_what_it_gives_to_another(world: World) -> None:
    finding = world.post()["id"]
    fold_all(world.database)
    world.move("accept", commands.Accept, finding, UNIT)
    assert cells(rows(world, CHANGES)[0]["cells"]) == [("issued", -1), ("rectifying", 1)]
    fold_all(world.database)
    assert cells(rows(world, TALLIES)) == [("issued", 0), ("rectifying", 1)]
    assert rows(world, CHANGES) == []


def test_what_changes_no_status_writes_no_row(world: World) -> None:
    finding = world.post()["id"]
    fold_all(world.database)
    world.move("amend", commands.Amend, finding, TEAM, description="东门一直没有人值守")
    assert rows(world, CHANGES) == []


def test_what_is_taken_back_to_a_savepoint_is_not_counted(world: World) -> None:
    def act(tx: Any) -> None:
        record(tx, None, (VILLAGE, "issued", False))
        back = tx.savepoint()
        record(tx, None, (VILLAGE, "issued", False))
        back()
        record(tx, None, (VILLAGE, "issued", True))

    world.database.transact(act)
    (row,) = rows(world, CHANGES)
    assert [(one["historical"], one["n"]) for one in row["cells"]] == [(True, 1), (False, 1)]


def test_many_rows_are_folded_some_at_a_time(world: World) -> None:
    for _ in range(BATCH + 1):
        world.database.transact(lambda tx: record(tx, None, (VILLAGE, "issued", False)))
    assert world.database.transact(fold) == BATCH
    assert len(rows(world, CHANGES)) == 1
    fold_all(world.database)
    assert cells(rows(world, TALLIES)) == [("issued", BATCH + 1)]


def test_what_is_posted_and_closed_is_counted_where_it_is(world: World) -> None:
    world.close(world.post()["id"])
    world.post()
    fold_all(world.database)
    assert [one for one in cells(rows(world, TALLIES)) if one[1]] == [("closed", 1), ("issued", 1)]
