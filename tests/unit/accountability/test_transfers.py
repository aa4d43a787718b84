"""What the life of a finding brings later: it goes to another area, is referred, is looked at again."""

from typing import Any

import pytest

from services.accountability.adapters import indexes
from shared.contracts import findings
from tests.unit.accountability.world import TOWNSHIP, VILLAGE, World, event, posted, state, withdrawn

ELSEWHERE, NOBODYS = "990100002001", "990100003001"
REFERRAL = {"reason": "屡查屡犯", "granted_at": "2026-02-24T11:00:00+08:00"}


@pytest.fixture
def world() -> World:
    world = World()
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    world.person("D1", ELSEWHERE)
    return world


def transferred(finding: str, area: str, sequence: int = 2, **told: Any):
    change = {"move": "transfer", "at": "2026-02-24T11:00:00+08:00", "by": "office", "note": None}
    data = state(finding, area=area, units=[area[:9]], change=change, version=sequence, **told)
    return event(data, sequence, "finding.transferred.v1")


def referred(finding: str, sequence: int = 2, type: str = "finding.referred.v1", **told: Any):
    return event(state(finding, version=sequence, referral=REFERRAL, **told), sequence, type)


def revisited(finding: str, result: str, sequence: int = 3, at: str = "2026-02-24T11:00:00+08:00"):
    told = {"result": result, "at": at, "recurrence": "f-2" if result == "fail" else None}
    data = state(finding, status="closed", version=sequence, revisit=told)
    return event(data, sequence, "finding.revisited.v1")


def overdue(level: int, area: str, sequence: int):
    flags = {"overdue": True, "supervised": level >= 2}
    data = state("f-1", area=area, units=[area[:9]], level=level, flags=flags, version=sequence)
    return event(data, sequence, findings.FINDING_OVERDUE_V1)


def warned_of_levels(world: World) -> list[tuple[str, str, bool]]:
    rows = world.all(indexes.WARNINGS)
    return [(one["cadre"], one["because"][0]["rule"], one["standing"]) for one in rows]


def cadres(row: dict[str, Any], name: str = "responsible") -> list[str]:
    return [one["cadre"] for one in row[name]]


def test_a_transfer_resolves_the_chain_anew_and_tells_the_new_ones(world: World) -> None:
    world.deliver(posted("f-1"))
    world.deliver(transferred("f-1", ELSEWHERE))
    assert cadres(world.one(indexes.ASSIGNMENTS)) == ["D1"]
    told = world.told("responsibility")
    assert [(one.type, one.sequence, cadres(one.data)) for one in told] == [
        ("responsibility.assigned.v1", 1, ["C1", "C2"]),
        ("responsibility.assigned.v1", 2, ["D1"]),
        ("responsibility.corrected.v1", 3, ["D1"]),
    ]
    assert cadres(told[2].data, "removed") == ["C1", "C2"]
    assert told[1].data["summary"]["area"] == ELSEWHERE


def test_the_warnings_of_those_it_was_transferred_from_fall_and_no_rule_counts_them(world: World) -> None:
    world.deliver(posted("f-1", severity="serious"))
    world.deliver(transferred("f-1", ELSEWHERE, severity="serious"))
    standing = {row["cadre"]: row["standing"] for row in world.all(indexes.WARNINGS)}
    assert standing == {"C1": False, "D1": True}
    (fallen,) = world.told("warning.revoked")
    assert (fallen.data["cadre"], fallen.data["change"]["note"]) == ("C1", "finding_transferred")
    marks = {row["cadre"]: len(row["marks"]) for row in world.all(indexes.TALLIES)}
    assert marks == {"C1": 0, "D1": 1}


def test_overdue_levels_speak_again_for_the_area_it_was_transferred_to(world: World) -> None:
    world.deliver(posted("f-1"), overdue(1, VILLAGE, 2), overdue(2, VILLAGE, 3))
    world.deliver(transferred("f-1", ELSEWHERE, 4, level=0), overdue(1, ELSEWHERE, 5))
    assert warned_of_levels(world) == [
        ("C1", "overdue_1", False), ("C2", "overdue_2", False), ("D1", "overdue_1", True),
    ]  # fmt: skip


def test_they_speak_for_the_new_area_also_when_the_transfer_itself_is_overtaken(world: World) -> None:
    world.deliver(posted("f-1"), overdue(1, VILLAGE, 2))
    world.deliver(overdue(1, ELSEWHERE, 4))
    world.deliver(transferred("f-1", ELSEWHERE, 3, level=0))
    assert warned_of_levels(world) == [("C1", "overdue_1", False), ("D1", "overdue_1", True)]


def test_levels_that_a_transfer_there_and_back_took_away_are_drawn_anew(world: World) -> None:
    world.deliver(posted("f-1"), overdue(1, VILLAGE, 2), overdue(3, VILLAGE, 3))
    world.deliver(transferred("f-1", VILLAGE, 5, level=0))
    assert world.one(indexes.ASSIGNMENTS)["drawn_level"] == 0
    world.deliver(overdue(2, VILLAGE, 6))
    assert world.one(indexes.ASSIGNMENTS)["drawn_level"] == 2


def test_a_transfer_heard_twice_or_by_a_later_event_only_acts_once(world: World) -> None:
    world.deliver(posted("f-1", severity="serious"))
    world.deliver(transferred("f-1", ELSEWHERE, 3, severity="serious", status="rectifying"))
    world.deliver(transferred("f-1", ELSEWHERE, 2, severity="serious"))
    world.deliver(transferred("f-1", ELSEWHERE, 4, severity="serious"))
    assert len(world.told("warning.revoked")) == 1
    assert len(world.told("responsibility.assigned")) == 2


def test_transferred_to_where_nobody_answers_it_is_corrected_and_listed(world: World) -> None:
    world.deliver(posted("f-1"))
    world.deliver(transferred("f-1", NOBODYS))
    (corrected,) = world.told("responsibility.corrected")
    assert (corrected.subject, corrected.sequence, corrected.data["responsible"]) == ("f-1", 2, [])
    assert world.one(indexes.UNASSIGNED)["missing"] == "all"
    # Once assigned it stays counted so: its notice stands in the inbox.
    assert world.one(indexes.ASSIGNMENTS)["people"]


def test_transferred_from_where_nobody_answered_it_leaves_the_list(world: World) -> None:
    world.deliver(posted("f-1", area=NOBODYS))
    world.deliver(transferred("f-1", ELSEWHERE))
    assert world.all(indexes.UNASSIGNED) == []
    assert cadres(world.one(indexes.ASSIGNMENTS)) == ["D1"]


def test_transferred_on_among_places_where_nobody_answers_it_is_listed_once(world: World) -> None:
    world.deliver(posted("f-1", area=NOBODYS))
    world.deliver(transferred("f-1", "990100004001"))
    assert world.one(indexes.UNASSIGNED)["area"] == "990100004001"


def test_the_chain_of_its_case_is_made_anew(world: World) -> None:
    world.deliver(posted("f-1", severity="critical"))
    world.deliver(transferred("f-1", ELSEWHERE, severity="critical"))
    case = world.one(indexes.CASES)
    assert (cadres(case, "persons"), case["areas"], case["findings"]) == (["D1"], [ELSEWHERE], ["f-1"])


def test_whoever_answers_for_another_finding_of_the_case_stays_in_its_chain(world: World) -> None:
    for number in (1, 2):
        world.deliver(posted(f"f-{number}", found_at=f"2026-02-1{number}T10:00:00+08:00"))
    world.open_case("f-1", "f-2")
    world.deliver(transferred("f-1", ELSEWHERE, found_at="2026-02-11T10:00:00+08:00"))
    assert sorted(cadres(world.one(indexes.CASES), "persons")) == ["C1", "C2", "D1"]


def test_a_granted_referral_opens_a_case_with_its_reason(world: World) -> None:
    world.deliver(posted("f-1"))
    world.deliver(referred("f-1"))
    case = world.one(indexes.CASES)
    assert (case["findings"], case["reason"], case["because"]) == (["f-1"], "屡查屡犯", [])
    assert [one.type for one in world.told("case")] == ["case.opened.v1"]


@pytest.mark.parametrize("later", ["finding.accepted.v1", "finding.closed.v1"])
def test_a_referral_is_acted_on_once_whichever_event_brings_it_first(world: World, later: str) -> None:
    world.deliver(referred("f-1", 3, later, status="rectifying"))
    world.deliver(referred("f-1", 2), referred("f-1", 4), posted("f-1"))
    assert len(world.all(indexes.CASES)) == 1
    assert [row["move"] for row in world.all(indexes.CASE_HISTORY)] == ["opened"]


def test_a_referral_of_a_finding_that_is_in_a_case_is_noted_there(world: World) -> None:
    world.deliver(posted("f-1", severity="critical"))
    world.deliver(referred("f-1", severity="critical"))
    assert len(world.all(indexes.CASES)) == 1
    last = world.all(indexes.CASE_HISTORY)[-1]
    assert (last["move"], last["details"]) == ("finding_referred", {"reason": "屡查屡犯"})


def test_a_referral_of_a_withdrawn_finding_opens_nothing(world: World) -> None:
    gone = withdrawn("f-1", referral=REFERRAL)
    world.deliver(gone)
    assert world.all(indexes.CASES) == []


def test_a_failed_revisit_opens_a_case_that_suggests_a_talk(world: World) -> None:
    world.deliver(posted("f-1"), revisited("f-1", "fail"), revisited("f-1", "fail", 4))
    case = world.one(indexes.CASES)
    assert [one["rule"] for one in case["because"]] == ["failed_revisit"]
    assert case["because"][0]["facts"]["recurrence"] == "f-2"
    assert [(one["cadre"], one["kind"]) for one in case["suggested"]] == [("C1", "reminder_talk")]


def test_a_passed_revisit_has_no_consequence(world: World) -> None:
    world.deliver(posted("f-1"), revisited("f-1", "pass"))
    assert world.told("case") == world.told("warning") == []


def test_a_revisit_that_fails_after_one_that_passed_is_acted_on(world: World) -> None:
    world.deliver(posted("f-1"), revisited("f-1", "pass"))
    world.deliver(revisited("f-1", "fail", 4, "2026-03-24T11:00:00+08:00"))
    assert len(world.all(indexes.CASES)) == 1
