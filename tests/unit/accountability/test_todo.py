"""What waits for whom: it is there while it can be done, and gone when it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.adapters.todo import TodoRepository
from services.accountability.application import case_commands
from services.accountability.application.todo import Todos
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import APPROVER, CaseWorld, elsewhere, planned
from tests.unit.accountability.world import COMMISSION, COUNTY, VOCABULARY

C1 = Claims("sub-c1", "cadre", COUNTY, cadre="C1")
OTHER = Claims("approver-2", "approver", COUNTY)


@pytest.fixture
def world():
    return CaseWorld()


def waiting(world, by):
    """What waits, without the clocks: they run all the time."""
    todos = Todos(VOCABULARY.label, lambda: world.now)
    found = world.database.transact(lambda tx: todos.of(TodoRepository(tx, by.area), by))
    assert {one["what"] for one in found} <= set(VOCABULARY.codes("todo"))
    return found


def what(world, by):
    return [one["what"] for one in waiting(world, by) if one["what"] != "clock"]


def test_a_case_waits_for_whoever_has_the_next_move(world):
    case = world.a_case()
    assert (what(world, COMMISSION), what(world, APPROVER)) == (["case_verify"], [])
    world.verify(case)
    assert what(world, COMMISSION) == ["case_propose"]
    world.dispose(case, "C1")
    world.dispose(case, "C2")
    world.propose(case)
    (item,) = waiting(world, APPROVER)
    assert (item["what"], item["id"], item["number"], item["moves"]) == (
        "case_approve", case, "督〔2026〕1号", ["return", "approve"],
    )  # fmt: skip
    assert what(world, COMMISSION) == []
    world.approve(case)
    assert (what(world, APPROVER), what(world, COMMISSION)) == ([], ["case_close"])
    world.close(case)
    assert what(world, COMMISSION) == []


def test_what_was_decided_waits_until_it_is_carried_out(world):
    case = world.approved(planned("admonition_talk"))
    (measure,) = world.measures_of(case)
    assert what(world, COMMISSION) == ["measure_serve", "measure_talk"]
    world.serve(measure.id)
    assert what(world, COMMISSION) == ["measure_talk"]
    world.talk(measure.id)
    assert what(world, COMMISSION) == ["case_close"]
    world.close(case)
    world.now += timedelta(days=365)
    assert what(world, COMMISSION) == ["follow_up"]
    world.follow_up(measure.id, held_at=world.now)
    assert what(world, COMMISSION) == []


def test_a_self_criticism_waits_for_the_person_then_for_the_approver(world):
    (measure,) = world.measures_of(world.approved(planned("written_self_criticism")))
    assert what(world, C1) == []
    world.serve(measure.id, submission_due=date(2026, 3, 1))
    (item,) = waiting(world, C1)
    assert (item["what"], item["id"], item["due"], item["moves"]) == (
        "submission", measure.id, datetime(2026, 3, 1, 16, tzinfo=UTC), ["submission"],
    )  # fmt: skip
    assert what(world, replace(C1, cadre="C2")) == []
    world.submit(measure.id, C1)
    assert (what(world, C1), what(world, APPROVER)) == ([], ["self_criticism"])
    world.judge(measure.id, "returned")
    assert (what(world, C1), what(world, APPROVER)) == (["submission"], [])


def test_an_appeal_waits_for_another_than_who_approved(world):
    (measure,) = world.measures_of(world.approved(planned("party_warning")))
    world.serve(measure.id)
    appeal = world.appeal(measure.id, C1)
    assert what(world, APPROVER) == []
    (item,) = waiting(world, OTHER)
    assert (item["what"], item["id"]) == ("appeal", appeal.id)
    world.decide_appeal(appeal.id, "upheld", OTHER)
    assert what(world, OTHER) == []


def test_what_is_handled_elsewhere_is_asked_after_from_its_day_on(world):
    case = world.a_case()
    world.verify(case)
    world.dispose(case, "C1", elsewhere=elsewhere())
    world.dispose(case, "C2")
    world.propose(case)
    world.approve(case)
    world.close(case)
    assert what(world, COMMISSION) == []
    world.now = datetime(2026, 3, 14, 1, tzinfo=UTC)
    assert what(world, COMMISSION) == ["elsewhere"]


def test_a_clock_waits_from_its_reminder_on(world):
    world.a_case()
    assert [one["what"] for one in waiting(world, COMMISSION)] == ["case_verify"]
    world.now += timedelta(days=25)
    (clock,) = (one for one in waiting(world, COMMISSION) if one["what"] == "clock")
    assert (clock["about"], clock["due"] > world.now) == ("问题线索提出处置意见", True)


def test_nothing_waits_for_those_who_may_not_know(world):
    case = world.approved(planned("admonition_talk"))
    world.move("limit_access", case_commands.LimitAccess, case, restricted=True, handlers=(COMMISSION.sub,))
    assert what(world, COMMISSION) == ["measure_serve", "measure_talk"]
    assert waiting(world, replace(COMMISSION, sub="commission-2")) == []
    assert waiting(world, replace(COMMISSION, area="990100003")) == []
    for role in ("office", "auditor", "unit", "supervisor"):
        assert waiting(world, Claims("x", role, COUNTY)) == []
