"""Visits, self-criticisms and appeals wait for whoever may do something about them, until it is done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.accountability.adapters.execution_todo_reads import ExecutionTodoReads
from services.accountability.application.execution_todo import ExecutionTodos
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import APPROVER, CaseWorld, planned
from tests.unit.accountability.world import COMMISSION, COUNTY, VOCABULARY

C1 = Claims("sub-c1", "cadre", COUNTY, cadre="C1")
OTHER = Claims("approver-2", "approver", COUNTY)


@pytest.fixture
def world():
    return CaseWorld()


def waiting(world, by):
    todos = ExecutionTodos(lambda kind: VOCABULARY.label("measure", kind), lambda: world.now)
    found = world.database.transact(lambda tx: todos.of(ExecutionTodoReads(tx), by))
    assert {one["what"] for one in found} <= set(VOCABULARY.codes("todo"))
    return [(one["what"], one["id"]) for one in found]


def test_a_visit_waits_from_its_day_on(world):
    (measure,) = world.measures_of(world.approved(planned("admonition_talk")))
    world.talk(measure.id)
    assert waiting(world, COMMISSION) == []
    world.now += timedelta(days=365)
    assert waiting(world, COMMISSION) == [("follow_up", measure.id)]
    assert waiting(world, replace(COMMISSION, area="990100003")) == []
    world.follow_up(measure.id, held_at=world.now)
    assert waiting(world, COMMISSION) == []


def test_a_self_criticism_waits_for_an_approver(world):
    (measure,) = world.measures_of(world.approved(planned("written_self_criticism")))
    world.serve(measure.id)
    assert waiting(world, APPROVER) == []
    world.submit(measure.id, C1)
    assert waiting(world, APPROVER) == [("self_criticism", measure.id)]
    world.judge(measure.id, "returned")
    assert waiting(world, APPROVER) == []


def test_an_appeal_waits_for_another_than_who_approved(world):
    (measure,) = world.measures_of(world.approved(planned("party_warning")))
    world.serve(measure.id)
    appeal = world.appeal(measure.id, C1)
    assert (waiting(world, APPROVER), waiting(world, OTHER)) == ([], [("appeal", appeal.id)])
    world.decide_appeal(appeal.id, "upheld", OTHER)
    assert waiting(world, OTHER) == []
