"""A finding arrives: assigned, unresolved, withdrawn; once, in any order, in batches."""

import random
from dataclasses import replace

import pytest

from services.accountability.adapters import indexes
from tests.unit.accountability.world import COUNTY, TOWNSHIP, World, event, posted, state, withdrawn


@pytest.fixture
def world():
    world = World()
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    return world


def test_who_answers_is_told_with_masked_names_and_the_summary_a_notice_needs(world):
    world.deliver(posted("f-1"))
    (told,) = world.told("responsibility")
    assert (told.type, told.subject, told.sequence) == ("responsibility.assigned.v1", "f-1", 1)
    assert [(one["cadre"], one["name"], one["role"]) for one in told.data["responsible"]] == [
        ("C1", "李某某", "direct"), ("C2", "李某某", "line_leader"),
    ]  # fmt: skip
    assert (told.data["missing"], told.data["as_of"]) == (None, "2026-02-20")
    assert told.data["summary"]["description"] == "小区北门无人值守"


def test_what_is_told_follows_from_the_event_that_was_heard(world):
    heard = posted("f-1")
    world.deliver(heard)
    (told,) = world.told("responsibility")
    assert (told.causationid, told.correlationid) == (heard.id, heard.correlationid)


def test_with_nobody_found_only_unresolved_is_told_under_an_id_of_its_own(world):
    world.deliver(posted("f-1", area="990100002001"))
    (told,) = world.told("responsibility")
    assert told.type == "responsibility.unresolved.v1"
    assert (told.data["missing"], told.data["finding"]) == ("all", "f-1")
    assert told.subject == world.one(indexes.UNASSIGNED)["_id"] != "f-1"


def test_with_leaders_only_both_are_told_and_nobody_is_warned(world):
    world.deliver(posted("f-1", area="990100001002", severity="serious"))
    assert {one.type: one.data["missing"] for one in world.told("responsibility")} == {
        "responsibility.assigned.v1": "direct", "responsibility.unresolved.v1": "direct",
    }  # fmt: skip
    assert world.one(indexes.UNASSIGNED)["missing"] == "direct"
    assert world.told("warning") == []


def test_a_named_cadre_whom_nobody_knows_is_listed(world):
    world.deliver(posted("f-1", named_responsible=["C1", "ghost"]))
    assert world.one(indexes.UNASSIGNED)["unknown_cadres"] == ["ghost"]
    assert [one.type for one in world.told("responsibility")] == ["responsibility.assigned.v1"]


def test_the_same_event_twice_has_one_effect(world):
    heard = posted("f-1", severity="serious")
    assert world.deliver(heard, heard) == ["applied", "duplicate"]
    assert world.deliver(heard) == ["duplicate"]
    assert len(world.told("responsibility")) == len(world.told("warning")) == 1


def test_the_same_news_under_another_event_id_assigns_and_warns_once(world):
    first = posted("f-1", severity="serious")
    world.deliver(first, replace(first, id="another", sequence=2))
    assert len(world.told("responsibility")) == len(world.told("warning")) == 1


def test_older_news_after_newer_ones_changes_nothing(world):
    accepted = event(state("f-1", status="rectifying", version=2), 2, "finding.accepted.v1")
    assert world.deliver(accepted) == ["applied"]
    assert world.deliver(posted("f-1")) == ["stale"]
    assert world.one(indexes.ASSIGNMENTS)["finding_status"] == "rectifying"
    assert len(world.told("responsibility")) == 1


def test_a_finding_that_is_first_heard_of_as_withdrawn_has_no_consequences(world):
    assert world.deliver(withdrawn("f-1"), posted("f-1")) == ["applied", "stale"]
    assert world.told("responsibility") == []
    assert world.all(indexes.UNASSIGNED) == []
    assert world.one(indexes.ASSIGNMENTS)["closed"]


def test_a_withdrawn_finding_leaves_the_list_its_warnings_fall_and_it_counts_no_more(world):
    world.deliver(posted("f-1", severity="serious", named_responsible=["C1", "ghost"]))
    world.deliver(withdrawn("f-1", severity="serious", named_responsible=["C1", "ghost"]))
    assert world.all(indexes.UNASSIGNED) == []
    assert world.one(indexes.WARNINGS)["status"] == "revoked"
    assert world.one(indexes.TALLIES)["marks"] == []
    (fallen,) = world.told("warning.revoked")
    assert (fallen.data["change"]["note"], fallen.sequence) == ("finding_withdrawn", 2)
    assert fallen.subject == world.told("warning.issued")[0].subject


def test_a_withdrawal_heard_twice_revokes_once(world):
    world.deliver(posted("f-1", severity="serious"), withdrawn("f-1"), withdrawn("f-1", 3))
    assert len(world.told("warning.revoked")) == 1


def test_an_old_ledgers_finding_is_assigned_but_neither_listed_counted_nor_warned_of(world):
    world.deliver(posted("f-1", historical=True, severity="critical"))
    world.deliver(posted("f-2", historical=True, area=COUNTY))
    assert [one.subject for one in world.told("responsibility")] == ["f-1"]
    assert world.told("warning") == world.told("case") == []
    assert world.all(indexes.UNASSIGNED) == world.all(indexes.TALLIES) == []


def test_a_batch_of_a_hundred_is_one_transaction_with_one_effect_each(world):
    batch = [
        posted(f"f-{number}", number=f"督〔2026〕{number}号", severity="serious") for number in range(100)
    ]
    assert world.deliver(*batch) == ["applied"] * 100
    assert len(world.all(indexes.ASSIGNMENTS)) == len(world.all(indexes.WARNINGS)) == 100
    assert world.one(indexes.TALLIES)["marks"] == [["2026-02-20", "serious", None, 100]]


def test_a_batch_that_fails_leaves_nothing_behind(world):
    told = len(world.told())
    broken = posted("f-2")
    del broken.data["found_at"]
    with pytest.raises(KeyError):
        world.deliver(posted("f-1"), broken)
    assert world.all(indexes.ASSIGNMENTS) == world.all("inbox") == []
    assert len(world.told()) == told


def outcome(world):
    """What stands at the end. What fell again is known only where it was heard of before it fell."""
    assignments = {row["_id"]: row for row in world.all(indexes.ASSIGNMENTS)}
    warnings = [row for row in world.all(indexes.WARNINGS) if row["standing"]]
    cases = [
        sorted(one for one in row["findings"] if not assignments[one]["closed"])
        for row in world.all(indexes.CASES)
    ]
    return {
        "assigned": {key: (row["counted"], row["closed"]) for key, row in assignments.items()},
        "warned": sorted((row["finding"], row["cadre"]) for row in warnings),
        "tallies": {row["_id"]: sorted(row["marks"]) for row in world.all(indexes.TALLIES)},
        "cases": cases,
    }


@pytest.mark.parametrize("seed", range(5))
def test_duplicated_and_shuffled_events_in_any_batches_end_the_same(seed):
    days = [f"2026-02-{day:02}T10:00:00+08:00" for day in (3, 5, 9, 12)]
    events = [posted(f"f-{n}", found_at=day, severity="serious") for n, day in enumerate(days)]
    events += [withdrawn("f-9", severity="serious"), posted("f-9", severity="serious")]
    chance = random.Random(seed)
    shuffled = [*events, *events]
    chance.shuffle(shuffled)
    in_order, in_disorder = World(), World()
    for world in (in_order, in_disorder):
        world.person("C1")
    in_order.deliver(*events)
    while shuffled:
        size = chance.randint(1, 4)
        in_disorder.deliver(*shuffled[:size])
        del shuffled[:size]
    assert outcome(in_order) == outcome(in_disorder)
    assert outcome(in_order)["cases"] == [["f-0", "f-1", "f-2", "f-3"]]
