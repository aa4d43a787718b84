"""A cadre's record: as of a day, by who asks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.adapters.person_reads import PersonReads
from services.accountability.application.record import Records
from services.accountability.domain.calendar import day_of
from services.accountability.domain.errors import InvalidError, UnknownError
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import APPROVER, CaseWorld, elsewhere, planned
from tests.unit.accountability.world import COMMISSION, COUNTY, TOWNSHIP, posted, withdrawn

AUDITOR = Claims("auditor-1", "auditor", COUNTY)
HIMSELF = Claims("c1", "cadre", COUNTY, cadre="C1")
BEFORE, SERVED, TODAY = date(2026, 2, 22), date(2026, 2, 24), date(2026, 2, 25)


@pytest.fixture
def world():
    return CaseWorld()


def record(world, by=COMMISSION, as_of=None, cadre="C1"):
    records = Records(lambda: day_of(world.now))
    return world.database.transact(lambda tx: records.of(PersonReads(tx), cadre, as_of, by))


def decided(world, *kinds, finding="f-1"):
    """The only measure of an approved case."""
    case = world.approved(*(planned(kind) for kind in kinds or ["party_warning"]), finding=finding)
    return world.measures_of(case)[0]


def test_it_holds_what_was_decided_and_what_the_person_answers_for(world):
    measure = decided(world)
    found = record(world)
    assert [one["id"] for one in found["measures"]] == [measure.id]
    assert [(one["case"], one["responsibility"]) for one in found["dispositions"]] == [
        (measure.grounds.case, "direct")
    ]
    assert [(one["finding"], one["role"]) for one in found["findings"]] == [("f-1", "direct")]
    assert [one["role"] for one in found["duties"]] == ["direct"]
    assert (found["name"], found["as_of"], found["cleared"]) == ("李建国", TODAY, [])


def test_what_came_later_is_not_in_it_yet(world):
    measure = decided(world)
    world.serve(measure.id)
    world.now += timedelta(days=3)
    world.revoke(measure.id)
    status = {
        day: [(one["status"], one["served"] is not None) for one in record(world, as_of=day)["measures"]]
        for day in (date(2026, 2, 21), BEFORE, SERVED)
    }
    assert status == {date(2026, 2, 21): [], BEFORE: [("decided", False)], SERVED: [("served", True)]}
    assert record(world, as_of=TODAY)["cleared"] == []
    assert [one["status"] for one in record(world)["cleared"]] == ["revoked"]


def test_an_ended_effect_is_ended_from_its_day_on(world):
    measure = decided(world)
    world.now = datetime(2028, 1, 1, tzinfo=UTC)
    ends = measure.effect.until
    days = (ends - timedelta(days=1), ends)
    assert [record(world, as_of=day)["measures"][0]["status"] for day in days] == ["decided", "expired"]


def test_a_disposition_is_in_it_from_its_approval_on_without_a_later_report(world):
    case = world.a_case()
    world.verify(case)
    world.dispose(case, "C1", elsewhere=elsewhere())
    world.dispose(case, "C2")
    world.propose(case)
    assert record(world)["dispositions"] == []
    world.approve(case)
    assert record(world, as_of=BEFORE)["dispositions"] == []
    world.now += timedelta(days=2)

    def report(work):
        found = work.cases.get(case)
        by = type("By", (), {"sub": "commission-1", "role": "commission"})
        found.report_elsewhere("C1", "已批评教育", date(2026, 2, 27), by, world.now)
        work.cases.save(found)

    world.work(report)
    results = [
        record(world, as_of=day)["dispositions"][0]["outcome"]["elsewhere"]["result"]
        for day in (TODAY, date(2026, 2, 27))
    ]
    assert results == [None, "已批评教育"]


def test_a_warning_is_shown_as_it_stood(world):
    world.person("C1")
    world.deliver(posted("f-9", severity="serious"))
    world.now += timedelta(days=2)
    world.deliver(withdrawn("f-9", severity="serious"))
    shown = {day: [one["status"] for one in record(world, as_of=day)["warnings"]]
             for day in (date(2026, 2, 24), TODAY, date(2026, 2, 27))}  # fmt: skip
    assert shown == {date(2026, 2, 24): [], TODAY: ["issued"], date(2026, 2, 27): ["revoked"]}
    assert record(world)["findings"][0]["withdrawn"] is True


def test_a_duty_is_in_it_while_it_holds(world):
    world.cadre("C1")
    world.duty("old", "C1", from_day=date(2026, 1, 1), to_day=date(2026, 2, 23))
    world.duty("new", "C1", from_day=date(2026, 2, 24))
    held = {day: [one["id"] for one in record(world, as_of=day)["duties"]]
            for day in (date(2026, 2, 23), date(2026, 2, 24))}  # fmt: skip
    assert held == {date(2026, 2, 23): ["old"], date(2026, 2, 24): ["new"]}


def test_the_person_sees_what_was_served_and_nothing_before(world):
    measure = decided(world)
    assert (record(world, HIMSELF)["measures"], record(world, HIMSELF)["dispositions"]) == ([], [])
    world.serve(measure.id)
    own = record(world, HIMSELF)
    assert [one["id"] for one in own["measures"]] == [measure.id]
    assert [one["case"] for one in own["dispositions"]] == [measure.grounds.case]
    assert record(world, HIMSELF, as_of=date(2026, 2, 23))["measures"] == []
    assert not {"findings", "cleared"} & set(own)


def test_a_cleared_measure_leaves_no_trace_for_the_person(world):
    measure = decided(world)
    world.serve(measure.id)
    world.revoke(measure.id)
    own = record(world, HIMSELF)
    assert own["measures"] == []
    assert "cleared" not in own


@pytest.mark.parametrize("by", [APPROVER, COMMISSION, AUDITOR], ids=lambda by: by.role)
def test_a_restricted_case_is_in_it_for_its_handlers_and_the_auditor_only(world, by):
    measure = decided(world)

    def restrict(work):
        case = work.cases.get(measure.grounds.case)
        case.restricted, case.handlers = True, ["commission-1"]
        found = work.measures.get(measure.id)
        found.limit_access(True, case.handlers, world.now)
        work.cases.save(case)
        work.measures.save(found)

    world.work(restrict)
    found = record(world, by)
    seen = by.role != "approver"
    assert (bool(found["measures"]), bool(found["dispositions"])) == (seen, seen)


@pytest.mark.parametrize(
    "by",
    [replace(COMMISSION, area="990100002"), replace(HIMSELF, cadre="C2"), replace(HIMSELF, cadre=None)],
    ids=["another area", "another cadre", "nobody"],
)
def test_for_anybody_else_there_is_no_record(world, by):
    decided(world)
    with pytest.raises(UnknownError):
        record(world, by)
    with pytest.raises(UnknownError):
        record(world, cadre="ghost")


def test_findings_outside_of_the_reader_s_area_are_left_out(world):
    world.person("C1")
    world.deliver(posted("f-1"), posted("f-2", area="990100002001", named_responsible=["C1"]))
    by = replace(COMMISSION, area=TOWNSHIP)
    assert [one["finding"] for one in record(world, by)["findings"]] == ["f-1"]
    assert len(record(world)["findings"]) == 2


def test_a_day_to_come_is_refused(world):
    world.cadre("C1")
    with pytest.raises(InvalidError) as refused:
        record(world, as_of=date(2026, 2, 26))
    assert list(refused.value.errors) == ["as_of"]
