"""What time alone brings: each reminder and level once, to whom it concerns, however late anybody looks."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.findings.adapters.county import load_clocks
from services.findings.adapters.mongo import FindingsWork
from services.findings.application.queries import Filters
from services.findings.domain.errors import FindingsError
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.unit.findings.clock_world import COUNTY_DIR, TEAM, World, at

# Posted on Monday 2026-03-02 10:00 and due at 24:00 of Wednesday the 11th.
OFFICE = Claims("office-1", "office", "990100")
DUE, LEVEL_2, LEVEL_3 = "2026-03-12 00:00", "2026-03-17 00:00", "2026-03-21 00:00"
REMINDER = "2026-03-09 14:30"


def before(moment: str) -> datetime:
    return at(moment) - timedelta(milliseconds=1)


def test_each_level_is_told_at_its_moment_and_not_before() -> None:
    world = World()
    world.post()
    seen = []
    for moment in (DUE, LEVEL_2, LEVEL_3):
        for when in (before(moment), at(moment), at(moment)):
            world.look(when)
            seen.append(world.levels())
    assert seen == [[], [1], [1], [1], [1, 2], [1, 2], [1, 2], [1, 2, 3], [1, 2, 3]]


def test_after_a_standstill_every_level_is_told_the_lowest_first_each_with_its_own_state() -> None:
    world = World()
    finding = world.post()
    world.assign(finding, direct="C001", line_leader="C004")
    world.look("2026-04-30 09:00")
    told = world.events("finding.overdue.v1")
    assert [one.data["level"] for one in told] == [1, 2, 3]
    assert [one.data["flags"] for one in told] == [
        {"overdue": True, "supervised": False},
        {"overdue": True, "supervised": True},
        {"overdue": True, "supervised": True},
    ]
    assert [one.sequence for one in told] == [2, 3, 4]
    assert [one.data["version"] for one in told] == [2, 3, 4]
    assert told[0].data["responsible"] == [
        {"cadre": "C001", "role": "direct"}, {"cadre": "C004", "role": "line_leader"},
    ]  # fmt: skip
    assert told[0].data["change"]["by"] == "system"
    assert "due_soon" not in world.rules()


def test_a_level_stands_in_the_history_and_moves_the_version() -> None:
    world = World()
    finding = world.post()
    world.look(DUE)
    (entry, _posted), _ = world.store.history(finding, 10, None)
    assert (entry["move"], entry["role"], entry["level"], entry["event"]) == (
        "overdue", "system", 1, "finding.overdue.v1",
    )  # fmt: skip
    assert world.document(finding)["version"] == 2


def test_the_unit_is_reminded_once_when_three_quarters_of_the_time_are_over() -> None:
    world = World()
    finding = world.post()
    version = world.document(finding)["version"]
    world.look(before(REMINDER))
    assert world.rules() == []
    world.look(REMINDER)
    world.look(REMINDER)
    (told,) = world.events("clock.due.v1")
    assert told.data["clock"]["rule"] == "due_soon"
    # A consumer that hears of the clock first must still take what happened to the finding before.
    assert (told.subject, told.sequence) == (f"clock-{finding}", 1)
    assert datetime.fromisoformat(told.data["clock"]["due_at"]) == at(REMINDER)
    # Nobody's If-Match fails over a reminder, and the history tells of moves.
    assert world.document(finding)["version"] == version == told.data["version"]
    assert len(world.store.history(finding, 10, None)[0]) == 1


def test_a_deadline_that_had_passed_when_it_was_posted_is_overdue_as_soon_as_somebody_answers() -> None:
    world = World()
    finding = world.post(found_at=at("2026-02-20 10:00"), deadline=date(2026, 2, 25))
    world.look(world.now + timedelta(seconds=29))
    assert world.levels() == []
    world.assign(finding, direct="C001")
    world.look()
    assert (world.levels()[:2], world.rules()) == ([1, 2], [])
    assert world.events("finding.overdue.v1")[0].data["responsible"] == [{"cadre": "C001", "role": "direct"}]


def test_a_level_does_not_wait_for_ever_for_somebody_who_answers() -> None:
    world = World()
    world.post(found_at=at("2026-02-20 10:00"), deadline=date(2026, 2, 25))
    world.look(world.now + timedelta(seconds=30))
    assert world.levels()[0] == 1


def test_working_days_pass_over_holidays() -> None:
    world = World("2026-03-31 10:00")
    world.post(deadline=date(2026, 4, 2))  # the holidays of Qingming: 4 to 6 April
    world.look(before("2026-04-09 00:00"))
    assert world.levels() == [1]
    world.look("2026-04-09 00:00")
    assert world.levels() == [1, 2]


def test_levels_of_an_immediate_finding_are_reached_at_its_own_hour() -> None:
    world = World()
    world.post(immediate=True)
    world.look(before("2026-03-05 18:00"))
    assert world.levels() == [1]
    world.look("2026-03-05 18:00")
    assert world.levels() == [1, 2]


@pytest.mark.parametrize(
    ("move", "told"),
    [
        ("Report", {"measures": "已安排值守", "completed_on": date(2026, 3, 2), "attachments": ()}),
        ("Dispute", {"grounds": "不属于本单位", "attachments": ()}),
    ],
)
def test_what_waits_on_others_is_not_overdue(move: str, told: dict[str, Any]) -> None:
    world = World()
    finding = world.post()
    world.move(move, finding, **told)
    world.look(LEVEL_3)
    assert world.levels() == []


def test_a_withdrawn_or_closed_finding_is_looked_at_no_more() -> None:
    world = World()
    withdrawn, closed = world.post(), world.post()
    world.move("Withdraw", withdrawn, TEAM, reason="重复")
    world.move("Report", closed, measures="已安排值守", completed_on=date(2026, 3, 2), attachments=())
    world.move("Verify", closed, TEAM, result="pass", note=None)
    assert [world.document(one)["wake_at"] for one in (withdrawn, closed)] == [None, None]
    assert world.look(LEVEL_3) == 0


def test_a_blocked_finding_wakes_on_its_review_day_and_is_overdue_after_it() -> None:
    world = World()
    finding = world.post()
    world.move("Accept", finding)
    world.move("Block", finding, reason="缺设备", needs="测温枪", review_on=date(2026, 3, 18))
    world.look(before("2026-03-18 00:00"))
    assert (world.rules(), world.levels()) == ([], [])
    world.look("2026-03-18 00:00")
    world.look("2026-03-18 09:00")
    assert (world.rules(), world.levels()) == (["review"], [])
    world.look("2026-03-19 00:00")
    assert (world.rules(), world.levels()) == (["review"], [1])


def test_a_second_block_is_reviewed_too() -> None:
    world = World()
    finding = world.post()
    world.move("Accept", finding)
    for day in (4, 6):
        world.now = at(f"2026-03-0{day - 1} 10:00")
        world.move("Block", finding, reason="缺设备", needs="测温枪", review_on=date(2026, 3, day))
        world.look(f"2026-03-0{day} 08:00")
        world.move("Resume", finding, note=None)
    assert world.rules() == ["review", "review"]


def test_a_report_that_nobody_verifies_is_told_after_five_working_days_once_for_each_report() -> None:
    world = World()
    finding = world.post()
    report: dict[str, Any] = {"measures": "已安排值守", "completed_on": date(2026, 3, 2), "attachments": ()}
    world.move("Report", finding, **report)
    world.look(before("2026-03-10 00:00"))
    assert world.rules() == []
    world.look("2026-03-10 00:00")
    world.look("2026-03-11 00:00")
    assert world.rules() == ["unverified"]
    world.move("Verify", finding, TEAM, result="fail", note="夜间无人")
    world.move("Report", finding, **report)
    world.look("2026-04-30 00:00")
    assert world.rules() == ["unverified", "unverified"]


def test_an_old_ledger_tells_nothing() -> None:
    world = World()
    finding = world.post()
    world.work(lambda work: _taken_over(work, finding))
    assert world.look("2026-04-30 00:00") == 0
    assert world.events("finding.overdue.v1", "clock.due.v1") == []


def _taken_over(work: FindingsWork, finding: str) -> None:
    one = work.findings.get(finding)
    assert one is not None
    one.historical = True
    work.findings.save(one)


def test_a_turn_is_bounded_and_the_next_one_goes_on_with_the_longest_waiting() -> None:
    world = World()
    first = [world.post() for _ in range(3)]
    world.now = at("2026-03-03 10:00")
    last = world.post()
    assert world.look("2026-04-30 00:00", limit=3) == 3
    assert {one.subject for one in world.events("finding.overdue.v1")} == set(first)
    assert world.look(limit=3) == 1
    assert world.events("finding.overdue.v1")[-1].subject == last
    assert world.look() == 0


def test_the_level_is_shown_by_what_happens_later() -> None:
    world = World()
    finding = world.post()
    world.look(LEVEL_2)
    answer = world.move("Accept", finding)
    assert world.events("finding.accepted.v1")[0].data["level"] == 2
    assert answer["flags"] == {"overdue": True, "supervised": True, "referred": False}


def test_overdue_findings_are_counted_by_level() -> None:
    world = World()
    reported = world.post()
    world.post(deadline=date(2026, 3, 30))
    world.post()
    world.look(LEVEL_2)
    assert world.store.overdue_by_level(world.now) == {2: 2}
    report: dict[str, Any] = {"measures": "已安排值守", "completed_on": date(2026, 3, 2), "attachments": ()}
    world.move("Report", reported, **report)
    assert world.store.overdue_by_level(world.now) == {2: 1}
    overdue, _ = world.store.find(Filters(reach="990100", overdue=True), world.now, 10, None)
    assert len(overdue) == 1


_MOVES = st.sampled_from(["look", "look", "look", "accept", "report", "fail", "block", "resume", "dispute"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_MOVES, st.integers(0, 200)), max_size=30))
def test_whatever_happens_and_whenever_anybody_looks_no_level_is_told_twice_or_out_of_order(
    life: list[tuple[str, int]],
) -> None:
    world = World()
    finding = world.post()
    for what, hours in life:
        world.now += timedelta(hours=hours)
        with suppress(FindingsError):  # a move that is not open
            _do(world, finding, what)
    world.look()
    assert world.levels() == list(range(1, len(world.levels()) + 1))
    assert world.rules().count("due_soon") <= 1
    document = world.document(finding)
    assert document["told"]["level"] == len(world.levels())
    assert document["supervised"] == (len(world.levels()) >= 2)
    assert document["wake_at"] is None or document["wake_at"] > world.now
    changes = [one.sequence for one in world.events() if one.subject == finding]
    clocks = [one.sequence for one in world.events("clock.due.v1")]
    assert changes == list(range(1, document["sequence"] + 1))
    assert clocks == list(range(1, len(clocks) + 1))


def _do(world: World, finding: str, what: str) -> None:
    today = (world.now + timedelta(hours=8)).date()
    if what == "look":
        world.look()
    elif what == "accept":
        world.move("Accept", finding)
    elif what == "report":
        world.move("Report", finding, measures="已整改", completed_on=today, attachments=())
    elif what == "fail":
        world.move("Verify", finding, TEAM, result="fail", note=None)
    elif what == "block":
        review = today + timedelta(days=3)
        world.move("Block", finding, reason="缺设备", needs="测温枪", review_on=review)
    elif what == "resume":
        world.move("Resume", finding, note=None)
    else:
        world.move("Dispute", finding, grounds="不属于本单位", attachments=())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 24 * 30 * 60), max_size=12))
def test_the_same_is_told_whenever_anybody_looks(minutes: list[int]) -> None:
    world = World()
    finding = world.post()
    for one in sorted(minutes):
        world.look(at("2026-03-02 10:00") + timedelta(minutes=one))
    world.look("2026-04-30 00:00")
    assert world.levels() == [1, 2, 3]
    assert world.document(finding)["wake_at"] is None


def test_periods_that_the_county_has_changed_count_from_their_day_on(tmp_path: Path) -> None:
    text = (COUNTY_DIR / "deadlines.yaml").read_text(encoding="utf-8")
    newer = '  - {level: 2, working_days: 1, supervised: true, source: x, valid_from: "2026-03-02"}\n'
    (tmp_path / "deadlines.yaml").write_text(
        text.replace("overdue:\n  -", f"overdue:\n{newer}  -"), encoding="utf-8"
    )
    (tmp_path / "calendar.yaml").write_text("version: 1\ndays: []\n", encoding="utf-8")
    rules = load_clocks(tmp_path)
    world = World()
    posted = world.post()
    finding = world.work(lambda work: work.findings.get(posted))
    levels = [step for step in rules.run_out(finding, at("2026-03-20 00:00")) if step.level]
    assert [(step.level, step.at) for step in levels] == [(1, at(DUE)), (2, at("2026-03-13 00:00"))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{level: 2,", "{level: 0,", "level"),
        ("percent: 75", "percent: 100", "percent"),
        ("{level: 2,", "{level: 1,", "a level stands twice"),
        ("verification:", "verifications:", "verification"),
    ],
)
def test_periods_that_cannot_be_right_stop_the_start(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (COUNTY_DIR / "deadlines.yaml").read_text(encoding="utf-8")
    assert re.search(re.escape(old), text)
    (tmp_path / "deadlines.yaml").write_text(text.replace(f"\n{old}", f"\n{new}").replace(old, new))
    with pytest.raises(DataFileError, match=said):
        load_clocks(tmp_path)


def test_clocks_are_no_moves_that_anybody_could_make() -> None:
    world = World()
    finding = world.post()
    world.look(DUE)
    answer = world.move("Accept", finding)
    assert not {"overdue", "due_soon", "review", "unverified"} & set(answer["allowed_moves"])


def test_a_transfer_starts_reminder_and_levels_anew_and_the_new_unit_is_told_of_each() -> None:
    world = World("2026-03-02 10:00")
    finding = world.post()
    world.look("2026-03-30 10:00")
    assert [one.data["level"] for one in world.events("finding.overdue.v1")] == [1, 2, 3]
    before = world.events("clock.due.v1")
    moved = world.move("Transfer", finding, OFFICE, area="990100002001", unit="990100002", reason="属地有误")
    assert not moved["flags"]["overdue"]
    assert world.look("2026-03-30 10:01") == 0, "nothing has run out of the new time yet"
    world.look("2026-04-08 10:00")
    reminded = world.events("clock.due.v1")[len(before) :]
    assert [(one.data["clock"]["rule"], one.data["units"]) for one in reminded] == [
        ("due_soon", ["990100002"])
    ]
    world.look("2026-04-30 10:00")
    told = world.events("finding.overdue.v1")[3:]
    assert [(one.data["level"], one.data["units"]) for one in told] == [
        (level, ["990100002"]) for level in (1, 2, 3)
    ]
    sequences = [one.sequence for one in world.events("clock.due.v1")]
    assert sequences == list(range(1, len(sequences) + 1)), "the clocks' own sequence goes on"
