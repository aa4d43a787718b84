"""The county's day: when a bulletin drafts itself, once, and who is told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.reporting.adapters.schedule import load_schedule
from services.reporting.application.county_day import CountyDay
from services.reporting.application.todo import todos
from services.reporting.domain.schedule import Row
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.unit.reporting.bulletins import APPROVER, COUNTY_DIR, OFFICE, BulletinWorld, demo_facts
from tests.unit.reporting.world import AREAS, COUNTY

DAILY = Row(
    id="daily", kind="daily", area=COUNTY, at=time(18), each="every_day", days=1, valid_from=date(2026, 1, 1)
)
FRIDAYS = Row(
    id="week",
    kind="progress",
    area=COUNTY,
    at=time(16, 30),
    each="friday",
    days=7,
    valid_from=date(2026, 1, 1),
)
EVENING = datetime(2026, 2, 26, 10, tzinfo=UTC)
"""A Thursday, 18:00 in Shanghai."""


class Day:
    def __init__(self, *rows):
        self.world = BulletinWorld(demo_facts())
        self.day = CountyDay(rows, self.world.drafting)

    def turn(self, now):
        self.world.now = now
        self.day.turn(self.world.transact, now)
        return self.world.bulletins.find(OFFICE, limit=50, cursor=None)[0]


@pytest.mark.parametrize(
    ("row", "now", "slot"),
    [
        (DAILY, EVENING, EVENING),
        (DAILY, EVENING - timedelta(seconds=1), EVENING - timedelta(days=1)),
        (FRIDAYS, EVENING, datetime(2026, 2, 20, 8, 30, tzinfo=UTC)),
        (FRIDAYS, datetime(2026, 2, 27, 8, 30, tzinfo=UTC), datetime(2026, 2, 27, 8, 30, tzinfo=UTC)),
        (DAILY, datetime(2026, 1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_the_last_moment_at_which_a_row_was_due(row, now, slot):
    assert row.last_slot(now) == slot


def test_a_row_begins_to_count_without_making_up_for_days_before():
    assert Day(DAILY, FRIDAYS).turn(EVENING) == []


def test_at_its_time_it_is_drafted_once_and_the_office_is_told():
    day = Day(DAILY)
    day.turn(EVENING - timedelta(minutes=1))
    (draft,) = day.turn(EVENING)
    assert (draft["kind"], draft["status"], draft["author"]) == ("daily", "draft", "schedule")
    assert (draft["from"], draft["to"]) == (date(2026, 2, 26), date(2026, 2, 26))
    assert day.turn(EVENING + timedelta(minutes=5)) == [draft]
    (told,) = day.world.told()
    assert (told.type, told.subject, told.data["kind"]) == ("bulletin.drafted.v1", draft["id"], "daily")


def test_after_a_standstill_of_days_it_is_drafted_once_for_the_last_time_it_was_due():
    day = Day(DAILY)
    day.turn(EVENING)
    (draft,) = day.turn(EVENING + timedelta(days=3, hours=2))
    assert draft["to"] == date(2026, 3, 1)


def test_a_week_is_looked_back_on():
    day = Day(FRIDAYS)
    day.turn(EVENING)
    (draft,) = day.turn(EVENING + timedelta(days=1))
    assert (draft["kind"], draft["from"], draft["to"]) == ("progress", date(2026, 2, 21), date(2026, 2, 27))


def test_what_drafted_itself_is_approved_published_and_told_in_order():
    day = Day(DAILY)
    day.turn(EVENING - timedelta(minutes=1))
    (draft,) = day.turn(EVENING)
    day.world.approve(draft["id"])
    day.world.publish(draft["id"])
    assert [(one.type, one.sequence) for one in day.world.told()] == [
        ("bulletin.drafted.v1", 1),
        ("bulletin.published.v1", 2),
    ]


def test_todo_tells_each_role_what_it_can_do_next():
    world = BulletinWorld(demo_facts())
    draft = world.draft()["id"]

    def waits(by):
        return [(one["what"], one["id"], one["moves"]) for one in todos(world.bulletins, by, 50)]

    assert waits(OFFICE) == [("bulletin_draft", draft, ["edit"])]
    assert waits(APPROVER) == [("bulletin_approval", draft, ["approve", "return"])]
    assert waits(Claims(OFFICE.sub, "approver", COUNTY)) == []
    assert waits(Claims("u", "unit", COUNTY)) == []
    world.approve(draft)
    assert waits(OFFICE) == [("bulletin_publishing", draft, ["publish"])]
    assert waits(APPROVER) == []
    world.publish(draft)
    assert waits(OFFICE) == []


def test_the_countys_own_schedule_is_read():
    assert {row.kind for row in load_schedule(COUNTY_DIR, AREAS)} == {"daily", "progress"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("kind: daily", "kind: cases"), "kind"),
        (('at: "18:00"', 'at: "25:00"'), "at"),
        (("id: weekly-progress", "id: daily"), "twice"),
        (("days: 1\n", "days: 0\n"), "days"),
    ],
)
def test_a_schedule_that_cannot_be_stops_the_start(tmp_path, changed, said):
    text = (COUNTY_DIR / "schedule.yaml").read_text(encoding="utf-8").replace(*changed)
    (tmp_path / "schedule.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        load_schedule(tmp_path, AREAS)
