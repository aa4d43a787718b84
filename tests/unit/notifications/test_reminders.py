"""What nobody signs: the recipient is reminded once, then the next leader of the chain is told, once."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.county import load_calendar
from services.notifications.domain.reminders import next_leader
from tests.unit.notifications.events import (
    DIRECT,
    LINE,
    NOW,
    PRINCIPAL,
    UNIT,
    assigned,
    measure,
    registered,
    unresolved,
    warned,
)
from tests.unit.notifications.world import COUNTY_DIR, World, cadre, unit

DAY = timedelta(days=1)
# NOW is a Wednesday: one working day later is Thursday, three are the make-up Saturday, or Monday without one.
FIRST = NOW + DAY


@pytest.fixture
def world():
    world = World()
    world.deliver(registered("C001", "赵测试"), registered("C004", "李测试"))
    world.reachable("C001", "C004", UNIT)
    world.deliver(assigned("f-1", [DIRECT, LINE, PRINCIPAL]))
    world.send()
    return world


def third():
    return load_calendar(COUNTY_DIR).after(NOW, 3)


def signed_by_unit(world):
    world.sign(world.notice(recipient=UNIT)["_id"], unit())


def test_nothing_happens_before_a_working_day_is_over(world):
    assert world.remind_at(FIRST - timedelta(seconds=1)) == 0


def test_the_recipient_is_reminded_once_and_on_the_outside_channel_again(world):
    signed_by_unit(world)
    assert world.remind_at(FIRST) == 1
    assert world.remind_at(FIRST + timedelta(hours=1)) == 0
    (letter,) = world.send()
    assert letter.address == "c001@demo.invalid"
    assert letter.text.subject.startswith("【提醒签收】")
    assert "本通知尚未签收" in letter.text.body
    notice = world.notice(recipient="C001")
    assert [one["channel"] for one in notice["deliveries"]] == ["inbox", "email", "email"]
    assert (notice["status"], notice["reminding"]["reminded_at"]) == ("sent", FIRST)
    assert len(world.notices()) == 2


def test_events_name_a_channel_once_however_often_it_was_used(world):
    world.remind_at(FIRST)
    world.send()
    world.sign(world.notice(recipient="C001")["_id"], cadre())
    assert world.told("notice.signed")[0].data["channels"] == ["inbox", "email"]


def test_what_is_signed_or_refused_reminds_nobody(world):
    signed_by_unit(world)
    notice = world.notice(recipient="C001")["_id"]
    world.record("refuse", notice, witnesses=["甲", "乙"], reason="不签", at=None)
    assert world.remind_at(third() + DAY) == 0


def test_what_was_read_only_is_reminded_all_the_same(world):
    signed_by_unit(world)
    world.read(world.notice(recipient="C001")["_id"], cadre())
    assert world.remind_at(FIRST) == 1


def test_after_three_working_days_the_next_leader_is_told_once_and_by_whom_masked(world):
    signed_by_unit(world)
    world.remind_at(FIRST)
    assert world.remind_at(third() - timedelta(seconds=1)) == 0
    assert world.remind_at(third()) == 1
    assert world.remind_at(third() + timedelta(hours=1)) == 0
    told = world.notice(recipient="C004")
    assert told["subject"].startswith("未签收提示")
    assert "李测试同志" in told["body"]
    assert "赵某某" in told["body"]
    assert "赵测试" not in told["body"]
    assert (told["finding"], told["event_type"]) == ("f-1", "clock.due.v1")
    assert world.notice(recipient="C001")["reminding"]["leader"] == "C004"


def test_for_a_unit_the_first_leader_of_the_chain_is_told(world):
    world.sign(world.notice(recipient="C001")["_id"], cadre())
    world.remind_at(third())
    assert world.notices(recipient="C004") != []


def test_after_a_standstill_both_happen_at_once_and_once(world):
    signed_by_unit(world)
    assert world.remind_at(third() + 30 * DAY) == 1
    assert (
        world.remind_at(third() + 31 * DAY) == 1
    )  # what the leader was told waits for his signature in its turn
    assert world.recipients() == sorted(["C001", "C004", UNIT])


def test_what_a_leader_was_told_is_passed_on_to_nobody(world):
    signed_by_unit(world)
    world.remind_at(third())
    for days in range(1, 30):
        world.remind_at(third() + days * DAY)
    assert world.recipients() == sorted(["C001", "C004", UNIT])
    assert world.notice(recipient="C004")["reminding"]["reminded_at"] is not None


def test_the_chain_of_a_warning_is_that_of_its_finding(world):
    signed_by_unit(world)
    world.sign(world.notice(recipient="C001")["_id"], cadre())
    world.deliver(warned("f-1"))
    world.remind_at(third())
    assert world.notice(recipient="C004")["finding"] == "f-1"


@pytest.mark.parametrize("event", [measure(), unresolved("f-9"), assigned("f-9", [DIRECT], units=[])])
def test_of_what_has_no_chain_nobody_else_is_told(event):
    world = World()
    world.deliver(event)
    (notice,) = world.notices()
    for days in range(1, 15):
        world.remind_at(NOW + days * DAY)
    assert len(world.notices()) == 1
    assert world.notice()["reminding"]["leader"] is None
    assert world.notice()["wake_at"] is None
    assert notice["wake_at"] is not None


def test_a_message_that_has_not_left_is_not_sent_twice():
    world = World()
    world.reachable("C001")
    world.deliver(assigned("f-1", [DIRECT], units=[]))
    world.remind_at(FIRST)
    (letter,) = world.send()
    assert "等" not in letter.text.subject
    assert [one["channel"] for one in world.notice(recipient="C001")["deliveries"]] == ["inbox", "email"]


def test_a_reminder_waits_for_the_end_of_quiet_hours(world):
    signed_by_unit(world)
    night = datetime(2026, 2, 26, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
    world.remind_at(night)
    assert world.send() == []
    assert len(world.send_at(night + timedelta(hours=9))) == 1


@pytest.mark.parametrize(
    ("recipient", "leaders", "told"),
    [
        ("C001", ("C004", "C005"), "C004"),
        ("C004", ("C004", "C005"), "C005"),
        ("C005", ("C004", "C005"), None),
        ("C001", (), None),
    ],
)
def test_the_next_leader(recipient, leaders, told):
    assert next_leader(recipient, leaders) == told


def at(day, hour=10):
    return datetime(2026, 2, day, hour - 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        (at(25), 1, at(26)),
        # Spring festival 2026: 15 to 23 February are days off, the 14th and the 28th are make-up Saturdays.
        (at(13), 1, at(14)),
        (at(14), 1, at(24)),
        (at(14), 3, at(26)),
        (at(26), 3, datetime(2026, 3, 2, 2, tzinfo=UTC)),
        # What comes on a day off counts from the beginning of the next working day, the 24th.
        (at(20), 1, datetime(2026, 2, 24, 16, tzinfo=UTC)),
    ],
)
def test_working_days_are_those_of_the_calendar(moment, days, expected):
    assert load_calendar(COUNTY_DIR).after(moment, days) == expected
