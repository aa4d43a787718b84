"""Who is told what is the county's table: which row speaks of what, and what it may not say."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from services.notifications.adapters.county import load_phones, load_policies
from services.notifications.application.matters import matter_of
from services.notifications.domain.phones import phone_of
from services.notifications.domain.policy import Policy, Urgency, tellings
from shared.contracts.errors import DataFileError
from tests.unit.notifications.events import DIRECT, LINE, PRINCIPAL, UNIT, assigned, unresolved, warned
from tests.unit.notifications.world import COUNTY_DIR, PHONES, TABLE, WRITER, World

ASSIGNED = "responsibility.assigned.v1"
SECOND = {"cadre": "C002", "name": "钱某某", "role": "direct", "area": "990100001002"}


def policy(*recipients, **other):
    given: dict[str, Any] = {
        "id": "-".join(recipients), "event": ASSIGNED, "recipients": recipients, "channels": ("inbox",),
        "template": "assigned", "urgent": Urgency(), "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    return Policy(**(given | other))


def told(*policies, **finding):
    world = World(policies)
    world.deliver(assigned("f-1", [DIRECT, SECOND, LINE, PRINCIPAL], **finding))
    return world.recipients()


def test_an_assignment_is_told_to_each_direct_cadre_and_to_the_unit():
    world = World()
    world.deliver(assigned("f-1", [DIRECT, SECOND, LINE, PRINCIPAL], severity="minor"))
    assert world.recipients() == ["C001", "C002", UNIT]


def test_without_a_direct_cadre_the_nearest_leader_is_told():
    world = World()
    world.deliver(assigned("f-1", [PRINCIPAL, LINE | {"area": "990100001001"}]))
    assert world.recipients() == ["C004", UNIT]


def test_every_unit_of_a_finding_is_told():
    world = World()
    world.deliver(assigned("f-1", [DIRECT], units=["990100001", "WJJ"]))
    assert world.recipients() == ["C001", "unit:990100001", "unit:WJJ"]


def test_a_finding_nobody_answers_for_is_told_to_the_office():
    world = World()
    world.deliver(unresolved("f-1"))
    assert world.recipients() == ["office"]


def test_a_warning_is_told_to_the_warned_and_nobody_else():
    world = World()
    world.deliver(warned("f-1"))
    assert world.recipients() == ["C001"]


def test_a_county_may_tell_leaders_and_the_team_too():
    row = policy("line_leader", "principal_leader", "team")
    assert told(row) == ["C004", "C005", "team:T-COUNTY"]


def test_a_row_counts_from_its_day_on():
    tomorrow = policy("office", valid_from=date(2026, 2, 26))
    assert told(tomorrow) == []
    assert told(replace(tomorrow, valid_from=date(2026, 2, 25))) == ["office"]


def test_somebody_named_by_two_rows_has_one_notice_on_the_channels_of_both():
    world = World(
        [policy("direct"), policy("direct", id="b", channels=("inbox", "email"), template="warning")]
    )
    world.reachable("C001")
    world.deliver(assigned("f-1"))
    notice = world.notice(recipient="C001")
    assert [one["channel"] for one in notice["deliveries"]] == ["inbox", "email"]
    assert notice["subject"].startswith("[")


def test_a_cadre_whose_id_looks_like_a_unit_or_an_office_is_not_told():
    impostors = [DIRECT | {"cadre": one} for one in ("unit:990100002", "team:T05", "office")]
    world = World()
    world.deliver(assigned("f-1", impostors))
    assert world.recipients() == [UNIT]


@pytest.mark.parametrize(
    ("severity", "immediate", "urgent"),
    [
        ("minor", False, False), ("moderate", False, False), ("minor", True, True),
        ("serious", False, True), ("critical", False, True),
    ],
)  # fmt: skip
def test_mail_goes_at_once_for_what_is_immediate_serious_or_critical(severity, immediate, urgent):
    world = World()
    world.reachable("C001")
    world.deliver(assigned("f-1", severity=severity, immediate=immediate))
    assert len(world.send()) == urgent
    (row,) = world.all("dispatches")
    assert row["kind"] == ("urgent" if urgent else "digest")


def test_a_warning_is_mailed_at_once_whatever_its_severity():
    world = World()
    world.reachable("C001")
    world.deliver(warned("f-1", severity="minor"))
    assert len(world.send()) == 1


def test_all_of_a_rows_conditions_must_fit():
    row = policy("office", when={"level": frozenset({1})})
    matter = matter_of(assigned("f-1"))
    assert matter is not None
    day = date(2026, 2, 25)
    assert tellings([row], matter, day) == []
    assert len(tellings([row], replace(matter, traits={"level": 1}), day)) == 1
    assert tellings([row], replace(matter, traits={"level": 2}), day) == []


def test_the_demo_countys_table_gathers_ten_minutes_and_sends_the_digest_on_working_mornings():
    assert TABLE.timing.gather == timedelta(minutes=10)
    assert TABLE.timing.digest_at == time(8, 30)
    assert not TABLE.timing.digest_days.is_working(date(2026, 2, 17)), "spring festival"
    assert TABLE.timing.digest_days.is_working(date(2026, 2, 28)), "a Saturday that is made up for"


GOOD = (COUNTY_DIR / "policies.yaml").read_text(encoding="utf-8")
ROW = """
  - id: extra
    event: {event}
    recipients: [{recipients}]
    channels: [{channels}]
    template: {template}
    urgent: never
    source: test
    valid_from: "2020-01-01"
"""


def load(folder, text):
    (folder / "policies.yaml").write_text(text, encoding="utf-8")
    (folder / "calendar.yaml").write_text("days: []\n", encoding="utf-8")
    return load_policies(folder, WRITER.names)


def with_row(folder, event=ASSIGNED, recipients="office", channels="inbox", template="assigned"):
    row = ROW.format(event=event, recipients=recipients, channels=channels, template=template)
    return load(folder, GOOD + row)


def test_a_good_row_more_is_taken(tmp_path):
    assert len(with_row(tmp_path).policies) == len(TABLE.policies) + 1


def test_a_row_for_an_event_that_is_not_read_yet_is_kept_and_shown(tmp_path):
    table = with_row(tmp_path, event="finding.closed.v1", recipients="direct", template="closed")
    assert table.shown[-1]["event"] == "finding.closed.v1"


@pytest.mark.parametrize(
    "event",
    [
        "measure.decided.v1",
        "appeal.lodged.v1",
        "clock.due.v1",
        "case.opened.v1",
        "case.advanced.v1",
        "case.closed.v1",
        "case.dismissed.v1",
    ],
)
def test_a_row_that_would_tell_of_a_case_stops_the_start(tmp_path, event):
    with pytest.raises(DataFileError, match=r"policies\.yaml: extra: would tell of a case"):
        with_row(tmp_path, event=event)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"channels": "email, inbox"}, "the first channel is the inbox"),
        ({"recipients": "cadre"}, "cadre means nothing here"),
        ({"event": "responsibility.asigned.v1"}, "extra: responsibility.asigned.v1 is no event type"),
        ({"template": "nowhere"}, "there is no template nowhere"),
        ({"recipients": "everybody"}, r"policies\.yaml, line \d+: policies\.\d+\.recipients\.0"),
        ({"channels": "inbox, pigeon"}, r"policies\.yaml, line \d+: policies\.\d+\.channels\.1"),
    ],
)
def test_a_row_that_cannot_be_meant_stops_the_start_and_is_named(tmp_path, row, said):
    with pytest.raises(DataFileError, match=said):
        with_row(tmp_path, **row)


def test_an_id_used_twice_stops_the_start(tmp_path):
    with pytest.raises(DataFileError, match="assigned: the id is used twice"):
        load(tmp_path, GOOD.replace("id: unresolved", "id: assigned"))


def test_a_county_without_a_working_calendar_in_mind_may_send_the_digest_every_day(tmp_path):
    table = load(tmp_path, GOOD.replace("digest_on: working_days", "digest_on: every_day"))
    assert table.timing.digest_days.is_working(date(2026, 2, 17))


def test_the_telephone_is_that_of_the_smallest_area_on_the_day(tmp_path):
    (tmp_path / "contact_phone.yaml").write_text(
        """rows:
  - {area: "990100", name: county, telephone: "1", source: s, valid_from: "2020-01-01"}
  - {area: "990100001", name: township, telephone: "2", source: s, valid_from: "2020-01-01"}
  - {area: "990100001", name: township anew, telephone: "3", source: s, valid_from: "2026-03-01"}
""",
        encoding="utf-8",
    )
    phones = load_phones(tmp_path)

    def telephone(area, day):
        found = phone_of(phones, area, day)
        return found and found.telephone

    before, after = date(2026, 2, 1), date(2026, 3, 1)
    assert [telephone("990100001001", before), telephone("990100001001", after)] == ["2", "3"]
    assert [telephone("990100002", before), telephone("110101", before)] == ["1", None]
    assert phone_of(PHONES, "990100001001", before) is not None
