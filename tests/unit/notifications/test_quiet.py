"""When what is not urgent waits: quiet hours of the county and of a contact, and what was sent already."""

from datetime import datetime, timedelta

import pytest

from services.notifications.application.commands import SetContact
from services.notifications.domain.calendar import SHANGHAI
from services.notifications.domain.contact import Channel
from services.notifications.domain.quiet import QuietHours, after_quiet
from shared.contracts import findings
from tests.unit.notifications.events import DIRECT, NOW, UNIT, assigned, measure, moved, overdue, warned
from tests.unit.notifications.world import OFFICE, TABLE, World

NIGHT = QuietHours("22:00", "07:00")


def shanghai(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def a_world(quiet=None, digest=None):
    world = World()
    channel = Channel("email", "c001@demo.invalid", True)
    command = SetContact("C001", (channel,), quiet, digest, OFFICE)
    world.work(lambda work: world.do.set_contact(work, command))
    return world


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        ("2026-02-25T21:59:59", "2026-02-25T21:59:59"),
        ("2026-02-25T22:00:00", "2026-02-26T07:00:00"),
        ("2026-02-25T23:59:59", "2026-02-26T07:00:00"),
        ("2026-02-26T00:00:00", "2026-02-26T07:00:00"),
        ("2026-02-26T06:59:59", "2026-02-26T07:00:00"),
        ("2026-02-26T07:00:00", "2026-02-26T07:00:00"),
    ],
)
def test_quiet_hours_go_over_midnight(moment, over):
    assert NIGHT.over_at(shanghai(moment)) == shanghai(over)


def test_quiet_hours_within_a_day_and_none_at_all():
    noon = shanghai("2026-02-25T12:30:00")
    assert QuietHours("12:00", "14:00").over_at(noon) == shanghai("2026-02-25T14:00:00")
    assert QuietHours("12:30", "12:30").over_at(noon) == noon


def test_what_ends_in_other_quiet_hours_waits_for_their_end_too():
    hours = [NIGHT, QuietHours("06:00", "08:00"), None]
    assert after_quiet(hours, shanghai("2026-02-25T23:00:00")) == shanghai("2026-02-26T08:00:00")


def test_hours_that_leave_no_minute_of_the_day_are_no_hours():
    moment = shanghai("2026-02-25T13:00:00")
    assert after_quiet([QuietHours("00:00", "12:00"), QuietHours("12:00", "00:00")], moment) == moment


def test_urgent_leaves_in_the_night_too():
    world = a_world(QuietHours("00:00", "23:59"))
    world.now = shanghai("2026-02-25T23:00:00")
    world.deliver(warned("f-1"))
    assert len(world.send()) == 1


def test_the_digest_waits_for_the_end_of_the_recipients_quiet_hours():
    world = a_world(QuietHours("20:00", "09:30"))
    world.deliver(assigned("f-1", severity="minor"))
    assert world.send_at(shanghai("2026-02-26T08:30:00")) == []
    assert len(world.send_at(shanghai("2026-02-26T09:30:00"))) == 1


def test_who_wants_no_digest_gets_it_at_once_but_not_in_the_countys_quiet_hours():
    assert TABLE.timing.quiet == QuietHours("21:30", "07:00")
    world = a_world(digest=False)
    world.deliver(assigned("f-1", severity="minor"))
    assert len(world.send()) == 1
    world.now = shanghai("2026-02-25T22:00:00")
    world.deliver(assigned("f-2", severity="minor"))
    assert world.send_at(shanghai("2026-02-26T06:59:59")) == []
    assert len(world.send_at(shanghai("2026-02-26T07:00:00"))) == 1


def test_what_is_urgent_takes_along_what_waits_for_the_morning():
    world = a_world(digest=False)
    world.now = shanghai("2026-02-25T22:00:00")
    world.deliver(assigned("f-1", severity="minor"))
    world.deliver(warned("f-2"))
    (letter,) = world.send()
    assert letter.text.subject.endswith("等2条通知")


def test_a_digest_over_the_festival_is_one_message_on_the_make_up_workday_that_lists_everything():
    world = a_world()
    # Saturday the 14th is worked for the days off from the 15th to the 23rd.
    world.now = shanghai("2026-02-13T09:00:00")
    world.deliver(assigned("f-1", severity="minor", number="督〔2026〕1号"))
    assert len(world.send_at(shanghai("2026-02-14T08:30:00"))) == 1
    for day, name in (("14", "f-2"), ("18", "f-3"), ("23", "f-4")):
        world.now = shanghai(f"2026-02-{day}T09:00:00")
        world.deliver(assigned(name, severity="minor", number=f"督〔2026〕{name[2:]}号"))
        assert world.send() == [], day
    assert world.send_at(shanghai("2026-02-24T08:29:59")) == []
    (letter,) = world.send_at(shanghai("2026-02-24T08:30:00"))
    assert [f"督〔2026〕{n}号" in letter.text.body for n in (1, 2, 3, 4)] == [False, True, True, True]


def returned(sequence, finding="f-1"):
    return moved(findings.FINDING_RETURNED_V1, finding, "verify", "rectifying", sequence)


def test_the_same_is_not_sent_twice_within_the_hours_and_the_inbox_has_both():
    world = a_world()
    world.deliver(returned(2))
    assert len(world.send()) == 1
    world.now = NOW + TABLE.timing.repeat - timedelta(seconds=1)
    world.deliver(returned(3))
    assert world.send() == []
    first, second = world.notices(recipient="C001")
    assert [one["channel"] for one in first["deliveries"]] == ["inbox", "email"]
    assert [one["channel"] for one in second["deliveries"]] == ["inbox"]
    world.now = NOW + TABLE.timing.repeat
    world.deliver(returned(4))
    assert len(world.send()) == 1


@pytest.mark.parametrize(
    "other", [returned(2, "f-2"), overdue("f-1", 3, [DIRECT]), measure(), measure(who="m-2")]
)
def test_what_is_about_something_else_is_sent(other):
    world = a_world()
    world.deliver(returned(2), measure(who="m-0"))
    world.send()
    world.now = NOW + timedelta(minutes=20)
    world.deliver(other)
    assert len([one for one in world.send() if one.address.startswith("c001")]) == 1


def test_who_had_no_address_the_first_time_is_sent_the_second():
    world = World()
    world.deliver(returned(2))
    world.reachable("C001", UNIT)
    world.deliver(returned(3))
    assert len(world.send()) == 2


def test_the_same_twice_in_one_batch_and_an_older_one_after_a_newer_leave_once():
    world = a_world()
    two = returned(3)
    assert world.deliver(two, returned(4), two, returned(2)) == ["applied", "applied", "duplicate", "stale"]
    (letter,) = world.send()
    assert "等" not in letter.text.subject
    assert len(world.notices(recipient="C001")) == 2
