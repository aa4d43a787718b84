"""Revisits: chosen by data and by the finding itself, listed until they are made."""

from datetime import date, timedelta
from typing import Any

from services.findings.application.commands import Report, Verify
from tests.unit.findings.likeness.world import OFFICE, TEAM, World, claims

UNIT = claims("unit", area="990100001", team=None)


def closed(world: World, **values: Any) -> str:
    finding: str = world.post(**values)["id"]
    report = Report(finding=finding, by=UNIT, measures="已封闭", completed_on=date(2026, 2, 11))
    world.run(lambda work: world.app.do.report(work, report))
    world.run(lambda work: world.app.do.verify(work, Verify(finding=finding, by=TEAM, result="pass")))
    return finding


def waiting(world: World, by: Any = TEAM) -> list[dict[str, Any]]:
    return world.app.revisits.waiting(by, 200, None)[0]


def test_a_serious_one_is_revisited_after_the_days_of_the_data(world: World) -> None:
    finding = closed(world, severity="serious")
    (task,) = waiting(world)
    assert (task["id"], task["due"], task["overdue"]) == (finding, date(2026, 2, 26), False)
    world.now += timedelta(days=16)
    assert waiting(world)[0]["overdue"]


def test_of_minor_ones_the_same_sample_is_chosen_each_time(world: World) -> None:
    for _ in range(60):
        closed(world, severity="minor")
    chosen = waiting(world)
    assert 0 <= len(chosen) < 25
    assert waiting(world) == chosen


def test_an_open_one_and_another_teams_are_not_listed(world: World) -> None:
    world.post(severity="serious")
    closed(world, severity="serious")
    assert waiting(world, claims("supervisor", team="T06")) == []
    assert len(waiting(world, OFFICE)) == 1


def test_one_that_was_revisited_is_done(world: World) -> None:
    finding = closed(world, severity="critical")
    entry = f"{finding}#000009"
    row = {"_id": entry, "version": 9, "move": "revisit", "details": {}}
    world.database.collections["history"][entry] = row
    assert waiting(world) == []
