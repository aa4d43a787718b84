"""When a message leaves: the first at once, further ones gathered; what can wait with the digest of a working day."""

from datetime import date, datetime, time, timedelta

import pytest

from services.notifications.adapters.county import load_calendar
from services.notifications.domain.calendar import SHANGHAI, Calendar
from services.notifications.domain.letter import IN_FULL, compose
from services.notifications.domain.notice import Text
from tests.unit.notifications.events import NOW, UNIT, assigned, warned
from tests.unit.notifications.world import COUNTY_DIR, TEN_MINUTES, World

NATIONAL = load_calendar(COUNTY_DIR)
MORNING = time(8, 30)


def shanghai(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def world():
    world = World()
    world.reachable("C001", UNIT)
    return world


def to(letters, who="c001"):
    return [one for one in letters if one.address.startswith(who)]


def test_the_first_message_goes_at_once(world):
    world.deliver(assigned("f-1", number="督〔2026〕1号"))
    (letter,) = to(world.send())
    assert "督〔2026〕1号" in letter.text.subject


def test_what_follows_within_ten_minutes_goes_as_one_message_when_they_end(world):
    world.deliver(assigned("f-1"))
    world.send()
    for minute in (1, 3, 9):
        world.now = NOW + timedelta(minutes=minute)
        world.deliver(assigned(f"f-{minute + 1}", number=f"督〔2026〕{minute + 1}号"))
        assert world.send() == []
    assert world.send_at(NOW + TEN_MINUTES - timedelta(seconds=1)) == []
    (letter,) = to(world.send_at(NOW + TEN_MINUTES))
    assert letter.text.subject.endswith("等3条通知")
    assert all(f"督〔2026〕{number}号" in letter.text.body for number in (2, 4, 10))


def test_notices_stay_one_per_event_though_they_travel_together(world):
    world.deliver(assigned("f-1"))
    world.send()
    world.deliver(assigned("f-2"), assigned("f-3"))
    world.send_at(NOW + TEN_MINUTES)
    mine = world.notices(recipient="C001")
    assert [one["finding"] for one in mine] == ["f-1", "f-2", "f-3"]
    assert {one["status"] for one in mine} == {"sent"}
    assert len(world.told("notice.sent")) == 6


def test_a_gathered_message_begins_ten_minutes_anew(world):
    world.deliver(assigned("f-1"))
    world.send()
    world.deliver(assigned("f-2"))
    world.send_at(NOW + TEN_MINUTES)
    world.deliver(assigned("f-3"))
    assert world.send_at(NOW + TEN_MINUTES * 2 - timedelta(seconds=1)) == []
    assert len(to(world.send_at(NOW + TEN_MINUTES * 2))) == 1


def test_after_ten_quiet_minutes_the_next_message_goes_at_once_again(world):
    world.deliver(assigned("f-1"))
    world.send()
    world.now = NOW + TEN_MINUTES
    world.deliver(assigned("f-2"))
    assert len(to(world.send())) == 1


def test_what_happens_before_the_first_message_has_left_travels_with_it(world):
    world.deliver(assigned("f-1"), warned("f-1"), assigned("f-2"))
    (letter,) = to(world.send())
    assert letter.text.subject.endswith("等3条通知")


def test_recipients_are_gathered_for_apart(world):
    world.reachable("C002")
    world.deliver(assigned("f-1"))
    assert len(world.send()) == 2
    other = {"cadre": "C002", "name": "钱某某", "role": "direct", "area": "990100001002"}
    world.deliver(assigned("f-2", [other], units=[]))
    assert [one.address for one in world.send()] == ["c002@demo.invalid"]


def test_what_is_not_urgent_waits_for_the_morning_of_the_next_working_day(world):
    world.deliver(assigned("f-1", severity="minor"), assigned("f-2", severity="moderate"))
    assert world.send() == []
    assert world.send_at(shanghai("2026-02-26T08:29:59")) == []
    (letter,) = to(world.send_at(shanghai("2026-02-26T08:30:00")))
    assert letter.text.subject.endswith("等2条通知")


def test_the_digest_takes_what_comes_until_it_leaves_and_the_next_day_has_its_own(world):
    world.deliver(assigned("f-1", severity="minor"))
    world.now = shanghai("2026-02-26T08:29:00")
    world.deliver(assigned("f-2", severity="minor"))
    assert len(to(world.send_at(shanghai("2026-02-26T08:30:00")))) == 1
    world.deliver(assigned("f-3", severity="minor"))
    assert world.send_at(shanghai("2026-02-26T18:00:00")) == []
    assert len(to(world.send_at(shanghai("2026-02-27T08:30:00")))) == 1


def test_a_digest_and_an_urgent_message_keep_ten_minutes_apart(world):
    world.deliver(assigned("f-1", severity="minor"))
    world.now = shanghai("2026-02-26T08:25:00")
    world.deliver(warned("f-2"))
    assert len(to(world.send())) == 1
    assert to(world.send_at(shanghai("2026-02-26T08:30:00"))) == []
    assert len(to(world.send_at(shanghai("2026-02-26T08:35:00")))) == 1


@pytest.mark.parametrize(
    ("after", "leaves"),
    [
        ("2026-02-25T10:00:00", "2026-02-26T08:30:00"),
        ("2026-02-26T08:29:59", "2026-02-26T08:30:00"),
        ("2026-02-26T08:30:00", "2026-02-27T08:30:00"),
        # Spring festival: Saturday the 14th is made up for before, the 28th after the holidays of the 15th to 23rd.
        ("2026-02-13T09:00:00", "2026-02-14T08:30:00"),
        ("2026-02-14T09:00:00", "2026-02-24T08:30:00"),
        ("2026-02-27T09:00:00", "2026-02-28T08:30:00"),
        ("2026-02-28T09:00:00", "2026-03-02T08:30:00"),
    ],
)
def test_the_digest_leaves_on_working_days(after, leaves):
    assert NATIONAL.next_at(MORNING, shanghai(after)) == shanghai(leaves)


def test_a_year_nobody_has_announced_the_holidays_of_has_weekdays():
    assert NATIONAL.next_at(MORNING, shanghai("2031-10-03T09:00:00")) == shanghai("2031-10-06T08:30:00")


def test_the_countys_own_days_are_laid_over_the_national_ones(tmp_path):
    (tmp_path / "calendar.yaml").write_text(
        """days:
  - {date: "2026-02-26", kind: holiday, name: n, source: s, valid_from: "2026-01-01"}
  - {date: "2026-03-01", kind: workday, name: n, source: s, valid_from: "2026-01-01"}
""",
        encoding="utf-8",
    )
    calendar = load_calendar(tmp_path)
    assert not calendar.is_working(date(2026, 2, 26))
    assert calendar.is_working(date(2026, 3, 1))


def test_without_weekdays_every_day_has_its_digest():
    assert Calendar().next_at(MORNING, shanghai("2026-02-14T09:00:00")) == shanghai("2026-02-15T08:30:00")


def test_a_letter_of_one_notice_is_that_notice():
    assert compose([Text("s", "b\n")], 1) == Text("s", "b\n")


def test_a_letter_says_how_many_notices_it_does_not_hold():
    texts = [Text(f"s{number}", "b\n") for number in range(IN_FULL)]
    letter = compose(texts, IN_FULL + 7)
    assert letter.subject == f"s0 等{IN_FULL + 7}条通知"
    assert "另有7条" in letter.body
