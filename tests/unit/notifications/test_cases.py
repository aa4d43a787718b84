"""What people are told of cases: nothing before a decision is served or a talk scheduled, then to the person alone."""

import pytest

from services.notifications.adapters.documents import to_notice
from services.notifications.application import scope
from services.notifications.application.case_matters import smallest_common
from services.notifications.domain.errors import UnknownNoticeError
from shared.contracts import accountability, findings
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.unit.notifications.events import COUNTY, UNIT, appeal, case_clock, measure, moved, talk
from tests.unit.notifications.test_policies import with_row
from tests.unit.notifications.world import World, cadre

REVOKED = accountability.MEASURE_REVOKED_V1
HANDLER = Claims("handler-1", "commission", COUNTY)
OTHER = Claims("other-1", "commission", COUNTY)
AUDITOR = Claims("auditor-1", "auditor", COUNTY)


@pytest.mark.parametrize("one", [measure(), measure(REVOKED, status="revoked"), talk(), appeal()])
def test_what_was_decided_of_a_person_is_told_to_him_alone(one):
    world = World()
    world.deliver(one)
    assert world.recipients() == ["C001"]
    notice = world.notice()
    assert (notice["case"], notice["finding"]) == ("case-1", None)


@pytest.mark.parametrize("type", [accountability.MEASURE_SERVED_V1, REVOKED])
def test_a_decision_that_was_never_served_is_told_to_nobody(type):
    world = World()
    world.deliver(measure(type, served=None, status="revoked"))
    assert world.notices() == []


def test_a_decision_is_mailed_at_once():
    world = World()
    world.reachable("C001")
    world.deliver(measure())
    assert len(world.send()) == 1


def test_a_clock_of_a_case_is_told_to_the_office_after_service_and_to_nobody_before():
    world = World()
    world.deliver(case_clock("before_service"))
    assert world.notices() == []
    world = World()
    world.deliver(case_clock())
    assert world.recipients() == ["office"]


def test_a_clock_of_a_restricted_case_is_told_to_nobody():
    world = World()
    world.deliver(case_clock(restricted=True, handlers=["handler-1"]))
    assert world.notices() == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [(cadre(), True), (HANDLER, True), (AUDITOR, True), (OTHER, False)],
    ids=lambda x: str(x)[:30],
)
def test_a_notice_of_a_restricted_case_is_seen_by_the_person_its_handlers_and_the_auditor(who, sees):
    world = World()
    world.deliver(measure(restricted=True, handlers=["handler-1"]))
    assert scope.may_read(who, to_notice(world.notice())) is sees
    if not sees:
        with pytest.raises(UnknownNoticeError):
            world.sign(world.notice()["_id"], by=who)


def test_a_notice_of_another_case_is_read_by_everyone_of_its_area():
    world = World()
    world.deliver(measure())
    assert scope.may_read(OTHER, to_notice(world.notice()))


@pytest.mark.parametrize(
    ("areas", "common"),
    [
        (["990100001001"], "990100001001"),
        (["990100001001", "990100001002"], "990100001"),
        (["990100001001", "990100002001"], "990100"),
        (["990100001", "990100001001"], "990100001"),
        (["990100", "990200"], ""),
        ([], ""),
    ],
)
def test_a_case_belongs_to_the_smallest_area_that_holds_its_findings(areas, common):
    assert smallest_common(areas) == common


@pytest.mark.parametrize(
    ("event", "recipients", "said"),
    [
        ("measure.expired.v1", "cadre", "would tell of a case"),
        ("appeal.lodged.v1", "cadre", "would tell of a case"),
        ("measure.served.v1", "office", "office means nothing here"),
        ("measure.served.v1", "unit", "unit means nothing here"),
        ("talk.scheduled.v1", "office", "office means nothing here"),
        ("clock.due.v1\n    when: {stage: [before_service]}", "office", "would tell of a case"),
        ("clock.due.v1\n    when: {stage: [after_service]}", "unit", "told to the office alone"),
        (
            "clock.due.v1\n    when: {stage: [finding, after_service]}",
            "office, team",
            "told to the office alone",
        ),
    ],
)
def test_a_row_that_tells_too_much_of_a_case_stops_the_start(tmp_path, event, recipients, said):
    with pytest.raises(DataFileError, match=said):
        with_row(tmp_path, event=event, recipients=recipients)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (moved(findings.FINDING_REPORTED_V1, "f-1", "report", "reported"), ["team:T-COUNTY"]),
        (moved(findings.FINDING_RETURNED_V1, "f-1", "verify", "rectifying"), ["C001", UNIT]),
        (moved(findings.FINDING_CLOSED_V1, "f-1", "verify", "closed"), [UNIT]),
        (moved(findings.FINDING_BLOCKED_V1, "f-1", "block", "blocked"), []),
        (moved(findings.FINDING_BLOCKED_V1, "f-1", "block/decide", "blocked"), ["team:T-COUNTY", UNIT]),
        (moved(findings.FINDING_RESUMED_V1, "f-1", "resume", "rectifying"), []),
        (moved(findings.FINDING_RESUMED_V1, "f-1", "block/decide", "rectifying"), ["team:T-COUNTY", UNIT]),
        (moved(findings.FINDING_EXTENDED_V1, "f-1", "extend", "rectifying"), []),
        (moved(findings.FINDING_EXTENDED_V1, "f-1", "extend/decide", "rectifying"), ["team:T-COUNTY", UNIT]),
        (moved(findings.FINDING_DISPUTE_DECIDED_V1, "f-1", "decide", "issued"), ["team:T-COUNTY", UNIT]),
        (moved(findings.FINDING_WITHDRAWN_V1, "f-1", "withdraw", "withdrawn"), ["C001", UNIT]),
        (moved(findings.FINDING_CLOSED_V1, "f-1", "verify", "closed", historical=True), []),
    ],
)  # fmt: skip
def test_what_becomes_of_a_finding_is_told_to_whom_it_concerns(one, told):
    world = World()
    world.deliver(one)
    assert world.recipients() == told
