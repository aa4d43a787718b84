"""Revisits: chosen by data and by the finding itself, listed until they are made."""

from datetime import date, timedelta
from typing import Any

from services.findings.adapters.county_revisits import load_revisits
from services.findings.application.commands import Report, Revisit, Verify
from services.findings.domain.review import FlagKind, ReviewFlag
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


def test_a_flagged_one_is_drawn_by_as_much_more_often_as_its_flags_weigh(world: World) -> None:
    rules = load_revisits("deploy/county", world.app.vocabulary)
    finding = world.app.database.transact(
        lambda tx: world.app.unit_of_work(tx).findings.get(closed(world, severity="minor"))
    )
    assert finding is not None
    drawn, more = 0, 0
    for number in range(400):
        finding.id = f"finding-{number}"
        finding.flag([])
        drawn += rules.due(finding) is not None
        finding.flag([ReviewFlag(FlagKind.SAME_PHOTO, "同一张照片", 3)])
        more += rules.due(finding) is not None
    assert 20 <= drawn <= 60
    assert 3 * drawn < more < 5 * drawn


def test_an_open_one_and_another_teams_are_not_listed(world: World) -> None:
    world.post(severity="serious")
    closed(world, severity="serious")
    assert waiting(world, claims("supervisor", team="T06")) == []
    assert len(waiting(world, OFFICE)) == 1


def test_one_that_was_revisited_is_done(world: World) -> None:
    finding = closed(world, severity="critical")
    world.run(lambda work: world.app.do.revisit(work, Revisit(finding=finding, by=TEAM, result="pass")))
    assert waiting(world) == []
