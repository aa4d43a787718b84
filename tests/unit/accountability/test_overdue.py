"""What follows from an overdue level: a warning, one to the leader, then a case; each once, whatever came first."""

import pytest

from services.accountability.adapters import indexes
from shared.contracts import findings
from tests.unit.accountability.world import RULES, TOWNSHIP, World, a_finding, event, posted, state


@pytest.fixture
def world():
    world = World()
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    world.person("C3", TOWNSHIP, "principal_leader")
    return world


def overdue(finding, level, sequence=None, **told):
    flags = {"overdue": True, "supervised": level >= 2}
    data = state(finding, level=level, flags=flags, version=level + 1, **told)
    return event(data, sequence or level + 1, findings.FINDING_OVERDUE_V1)


def warned(world):
    return [(one["cadre"], one["because"][0]["rule"]) for one in world.all(indexes.WARNINGS)]


def test_level_1_warns_the_direct_person_and_level_2_the_line_leader(world):
    world.deliver(posted("f-1"))
    world.deliver(overdue("f-1", 1))
    assert warned(world) == [("C1", "overdue_1")]
    world.deliver(overdue("f-1", 2))
    assert warned(world) == [("C1", "overdue_1"), ("C2", "overdue_2")]
    assert world.all(indexes.CASES) == []
    assert [one.data["cadre"] for one in world.told("warning.issued")] == ["C1", "C2"]


def test_level_3_opens_a_case_that_suggests_a_reminder_talk(world):
    world.deliver(posted("f-1"), overdue("f-1", 1), overdue("f-1", 2), overdue("f-1", 3))
    case = world.one(indexes.CASES)
    assert [(one["rule"], one["facts"]["level"]) for one in case["because"]] == [("overdue_3", 3)]
    assert [(one["cadre"], one["kind"]) for one in case["suggested"]] == [("C1", "reminder_talk")]
    assert [one["cadre"] for one in case["persons"]] == ["C1", "C2", "C3"]
    assert len(warned(world)) == 2


def test_a_level_that_is_overtaken_still_has_its_consequence(world):
    world.deliver(posted("f-1"))
    assert world.deliver(overdue("f-1", 3), overdue("f-1", 1), overdue("f-1", 2)) == [
        "applied", "stale", "stale",
    ]  # fmt: skip
    assert warned(world) == [("C1", "overdue_1"), ("C2", "overdue_2")]
    assert len(world.all(indexes.CASES)) == 1


def test_a_finding_that_is_first_heard_of_when_it_is_overdue_is_assigned_and_warned_of(world):
    world.deliver(overdue("f-1", 1))
    assert warned(world) == [("C1", "overdue_1")]


def test_what_happens_later_repeats_no_consequence(world):
    world.deliver(posted("f-1"), overdue("f-1", 2))
    later = event(state("f-1", level=2, status="rectifying"), 9, findings.FINDING_ACCEPTED_V1)
    world.deliver(later)
    world.deliver(overdue("f-1", 2))
    assert len(warned(world)) == 2
    assert len(world.told("warning.issued")) == 2


def test_a_withdrawn_or_an_old_finding_has_none(world):
    world.deliver(posted("f-1"))
    world.deliver(overdue("f-1", 3, status="withdrawn"))
    world.deliver(overdue("f-2", 3, historical=True))
    assert warned(world) == []
    assert world.all(indexes.CASES) == []


def test_whoever_is_found_later_answers_for_the_levels_that_were_reached():
    world = World()
    world.deliver(posted("f-1"), overdue("f-1", 1))
    assert warned(world) == []
    world.person("C1")
    world.retry()
    assert warned(world) == [("C1", "overdue_1")]


def test_only_the_rule_of_the_level_speaks():
    fired = {level: RULES.of_level(a_finding(), level, ["C1"]) for level in (0, 1, 2, 3, 4)}
    assert {level: [one.rule.id for one in found] for level, found in fired.items()} == {
        0: [], 1: ["overdue_1"], 2: ["overdue_2"], 3: ["overdue_3"], 4: [],
    }  # fmt: skip
    assert fired[1][0].because.facts["level"] == 1
