"""What waits for whom: cases, measures, warnings, clocks; and for whom it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.adapters.county_warnings import load_objection_period
from services.accountability.adapters.todo_reads import TodoReads
from services.accountability.application.commands import NoteReceipt
from services.accountability.application.objections import Objections, ObjectToWarning
from services.accountability.application.todo import Todos
from shared.contracts.claims import Claims
from shared.http.todo import waiting
from tests.unit.accountability.case_world import APPROVER, CaseWorld, elsewhere, planned
from tests.unit.accountability.world import (
    AREAS,
    CALENDAR,
    COMMISSION,
    COUNTY,
    OFFICE,
    ROOT,
    VOCABULARY,
    posted,
)

HIMSELF = Claims("c1", "cadre", COUNTY, cadre="C1")
ENDS = load_objection_period(ROOT / "deploy/county", CALENDAR)


@pytest.fixture
def world():
    return CaseWorld()


def waits(world, by=COMMISSION):
    """As the route shows it, without the clocks of cases."""
    todos = Todos(VOCABULARY, AREAS.name, ENDS, lambda: world.now)

    def source(claims, after, limit):
        return world.database.transact(lambda tx: todos.of(TodoReads(tx), claims))

    found, _ = waiting(source, by, VOCABULARY, 200, None)
    return [one for one in found if one["what"] != "clock"]


def what(world, by=COMMISSION):
    return [one["what"] for one in waits(world, by)]


def test_a_case_waits_with_its_next_step_until_it_is_closed(world):
    case = world.a_case()
    (opened,) = waits(world)
    assert (opened["what"], opened["id"], opened["number"]) == ("case_verify", case, "督〔2026〕1号")
    assert "verify" in opened["moves"]
    assert opened["due"] is not None
    world.verify(case, title="凤栖小区无人值守")
    assert [one["title"] for one in waits(world)] == ["处理意见待填写:凤栖小区无人值守"]
    world.dispose(case, "C1", planned("party_warning"))
    world.dispose(case, "C2")
    assert what(world) == ["case_propose"]
    world.propose(case)
    assert (what(world), what(world, APPROVER)) == ([], ["case_approve"])
    world.send_back(case)
    assert (what(world), what(world, APPROVER)) == (["case_returned"], [])
    world.propose(case)
    world.approve(case)
    (serve,) = waits(world)
    (measure,) = world.measures_of(case)
    assert (serve["what"], serve["id"], serve["moves"]) == ("measure_serve", measure.id, ["serve"])
    assert serve["due"] is not None
    world.serve(measure.id)
    assert what(world) == ["case_close"]
    world.close(case)
    assert what(world) == []


def test_a_talk_waits_beside_the_service_and_a_self_criticism_for_the_cadre(world):
    case = world.approved(planned("reminder_talk"), planned("written_self_criticism"))
    assert sorted(what(world)) == ["measure_serve", "measure_serve", "measure_talk"]
    assert what(world, HIMSELF) == []
    for measure in world.measures_of(case):
        world.serve(measure.id)
    assert what(world) == ["measure_talk"]
    assert what(world, HIMSELF) == ["submission"]
    assert what(world, replace(HIMSELF, cadre="C2")) == []


def test_who_wrote_or_proposed_it_does_not_find_it_to_approve(world):
    case = world.a_case()
    world.verify(case)
    world.dispose(case, "C1", by=replace(COMMISSION, sub="author"))
    world.dispose(case, "C2")
    world.propose(case, replace(COMMISSION, sub="proposer"))
    found = {sub: what(world, replace(APPROVER, sub=sub)) for sub in ("author", "proposer", "else")}
    assert found == {"author": [], "proposer": [], "else": ["case_approve"]}


def test_a_restricted_case_waits_for_its_handlers_only_with_its_clocks(world):
    case = world.a_case()
    world.now += timedelta(days=400)

    def restrict(work):
        found = work.cases.get(case)
        found.limit_access(True, ["handler"], COMMISSION, world.now)
        work.cases.save(found)

    everything = Todos(VOCABULARY, AREAS.name, ENDS, lambda: world.now)

    def kinds(sub):
        by = replace(COMMISSION, sub=sub)
        return {one["what"] for one in world.database.transact(lambda tx: everything.of(TodoReads(tx), by))}

    assert kinds("somebody") == {"case_verify", "clock"}
    world.work(restrict)
    assert kinds("somebody") == set()
    assert kinds("handler") == {"case_verify", "clock"}


def test_a_case_does_not_wait_for_the_recused_nor_in_another_area(world):
    case = world.a_case()

    def recuse(work):
        found = work.cases.get(case)
        found.recused = {"commission-1": "近亲属"}
        work.cases.save(found)

    assert what(world, replace(COMMISSION, area="990100002")) == []
    world.work(recuse)
    assert what(world) == []
    assert what(world, replace(COMMISSION, sub="commission-2")) == ["case_verify"]


def test_what_is_handled_elsewhere_waits_from_its_due_day_on_until_it_is_known(world):
    case = world.a_case()
    world.verify(case)
    world.dispose(case, "C1", elsewhere=elsewhere())
    world.dispose(case, "C2")
    world.propose(case)
    world.approve(case)
    world.close(case)
    assert what(world) == []
    world.now = datetime(2026, 3, 13, 16, 0, tzinfo=UTC)
    assert [(one["what"], one["id"]) for one in waits(world)] == [("elsewhere", case)]

    def report(work):
        found = work.cases.get(case)
        found.report_elsewhere("C1", "已处理", date(2026, 3, 13), COMMISSION, world.now)
        work.cases.save(found)

    world.work(report)
    assert what(world) == []


def warned(world):
    """The id of a warning of C1."""
    world.person("C1")
    world.deliver(posted("f-1", severity="serious"))
    return world.one("warnings")["_id"]


def test_a_warning_waits_for_the_warned_within_the_period(world):
    warning = warned(world)
    assert [(one["id"], one["due"]) for one in waits(world, HIMSELF)] == [(warning, None)]
    world.work(lambda work: world.do.note_receipt(work, NoteReceipt(warning, world.now)))
    (asked,) = waits(world, HIMSELF)
    world.now = asked["due"] - timedelta(seconds=1)
    assert what(world, HIMSELF) == ["warning_object"]
    world.now = asked["due"]
    assert what(world, HIMSELF) == []


def test_an_objection_waits_for_an_approver_who_did_not_enter_it(world):
    warning = warned(world)
    objections = Objections(ENDS, lambda: world.now)
    command = ObjectToWarning(warning, "当日不在岗", None, HIMSELF, lambda version: None)
    world.work(lambda work: objections.object(work, command))
    assert what(world, HIMSELF) == []
    assert what(world, APPROVER) == ["warning_objection"]
    assert what(world, replace(APPROVER, sub="c1")) == []
    assert what(world, replace(APPROVER, area="990100002")) == []


def test_a_finding_without_a_responsible_person_waits_for_the_office(world):
    world.deliver(posted("f-1"))
    (found,) = waits(world, OFFICE)
    assert (found["what"], found["id"], found["title"]) == (
        "unassigned", "f-1", f"待明确责任人:{AREAS.name('990100001001')}凤栖小区",
    )  # fmt: skip
    world.person("C1")
    world.retry()
    assert what(world, OFFICE) == []


def test_nothing_waits_for_other_roles(world):
    world.approved(planned())
    for role in ("supervisor", "unit", "admin", "auditor"):
        assert what(world, Claims("x", role, COUNTY)) == []
