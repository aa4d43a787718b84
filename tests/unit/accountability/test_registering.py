"""The registers change: what is told, and what could not be resolved before is tried again."""

from dataclasses import replace
from datetime import date

import pytest

from services.accountability.adapters import indexes
from services.accountability.application.cadre_csv import CadreRow, read
from services.accountability.application.commands import PutCadre
from services.accountability.application.registering import batches
from services.accountability.domain.errors import ForbiddenError, InvalidError
from services.accountability.domain.registers import CadreCard
from tests.unit.accountability.world import (
    AREAS,
    OFFICE,
    TOWNSHIP,
    VILLAGE,
    VOCABULARY,
    World,
    posted,
    withdrawn,
)

HEADER = "id,name,position,unit,area,identity,duty,duty_area,duty_place_kind"
ROW = "C1,李建国,村支书,村党支部,990100001001,party_member,direct,990100001001,clinic"


@pytest.fixture
def world():
    return World()


def bring_in(world, text, header=HEADER, by=OFFICE):
    rows = read(f"{header}\n{text}".encode(), VOCABULARY, AREAS)
    return world.work(lambda work: world.do.import_rows(work, rows, by))


def test_a_new_cadre_is_told_with_name_position_and_unit(world):
    world.cadre("C1", "李建国")
    (told,) = world.told()
    assert (told.type, told.subject, told.data["name"]) == ("cadre.registered.v1", "C1", "李建国")


def test_what_says_nothing_new_tells_nobody_and_changes_no_version(world):
    for _ in range(2):
        world.person("C1")
        bring_in(world, ROW.replace("C1", "C2"))
    assert [(one.subject, one.sequence) for one in world.told()] == [("C1", 1), ("C2", 1)]
    assert [row["version"] for row in world.all(indexes.CADRES)] == [1, 1]
    assert world.one(indexes.REGISTERS)["version"] == 3


def test_a_change_is_told_as_the_next_of_its_sequence(world):
    world.cadre("C1", "李建国")
    world.cadre("C1", "李建国", active=False)
    assert [(one.sequence, one.data["active"]) for one in world.told()] == [(1, True), (2, False)]


def test_importing_again_says_what_became_of_each_row(world):
    first = bring_in(world, f"{ROW}\n{ROW.replace('clinic', 'shop')}")
    assert [(row["line"], row["result"], row["status"]) for row in first] == [
        (2, "created", 201), (3, "created", 201),
    ]  # fmt: skip
    again = bring_in(world, f"{ROW}\n{ROW.replace('clinic', 'market')}")
    assert [row["result"] for row in again] == ["unchanged", "updated"]
    assert sorted(row["_id"] for row in world.all(indexes.DUTIES)) == ["C1-1", "C1-2"]


def test_an_import_leaves_alone_what_its_file_has_no_column_for(world):
    bring_in(world, f"{ROW},2026-01-01", f"{HEADER},from")
    world.cadre("C1", "李建国", active=False)
    bring_in(world, ROW.replace("clinic", "shop"))
    (duty,) = world.all(indexes.DUTIES)
    assert (duty["from"], duty["place_kinds"]) == ("2026-01-01", ["shop"])
    assert not world.one(indexes.CADRES)["active"]


def test_a_row_outside_of_the_offices_area_is_refused_and_its_neighbours_are_kept(world):
    by = replace(OFFICE, area=TOWNSHIP)
    results = bring_in(world, f"{ROW}\n{ROW.replace('C1', 'C2').replace('990100001', '990100002')}", by=by)
    assert [(row["result"], row["status"]) for row in results] == [("created", 201), ("rejected", 403)]
    assert results[1]["errors"].keys() == {"area", "duty_area"}


def test_a_cadre_cannot_be_taken_over_from_outside_of_ones_area(world):
    world.cadre("C1", area=VILLAGE)
    other = replace(OFFICE, area="990100002")
    card = CadreCard("李建国", "书记", "居委会", "990100002", ())
    with pytest.raises(ForbiddenError):
        world.work(lambda work: world.do.put_cadre(work, PutCadre("C1", card, other, lambda version: None)))


def test_a_duty_of_a_cadre_whom_nobody_knows_is_refused(world):
    with pytest.raises(InvalidError) as refused:
        world.duty("d1", "ghost")
    assert refused.value.errors == {"cadre": ["no cadre has this id"]}


def test_rows_of_one_id_go_into_one_batch():
    lines = [ROW.replace("C1", f"C{number % 7}").replace("clinic", kind)
             for number, kind in enumerate(["shop", "market", "school"] * 7)]  # fmt: skip
    rows = read("\n".join([HEADER, *lines]).encode(), VOCABULARY, AREAS)
    made = list(batches([row for row in rows if isinstance(row, CadreRow)], size=4))
    assert sum(map(len, made)) == 21
    holders = [{row.id for row in batch} for batch in made]
    assert sum(map(len, holders)) == len(set().union(*holders)), "no id in two batches"


def test_a_new_duty_resolves_what_was_unassigned_and_warns_then(world):
    world.deliver(posted("f-1", severity="serious"))
    world.person("C1")
    assert world.retry() == 1
    assert world.all(indexes.UNASSIGNED) == []
    (told,) = world.told("responsibility.assigned")
    assert ([one["cadre"] for one in told.data["responsible"]], told.data["missing"]) == (["C1"], None)
    assert [one.data["cadre"] for one in world.told("warning")] == ["C1"]


def test_a_direct_person_who_comes_later_is_told_beside_the_leader_known_before(world):
    world.person("C2", TOWNSHIP, "line_leader")
    world.deliver(posted("f-1"))
    world.person("C1")
    world.retry()
    first, second = world.told("responsibility.assigned")
    assert (first.sequence, second.sequence) == (1, 2)
    assert [one["cadre"] for one in second.data["responsible"]] == ["C1", "C2"]


def test_only_a_change_of_the_registers_makes_it_tried_again(world):
    world.deliver(posted("f-1"))
    assert world.retry() == 0
    world.person("C9", "990100002001")
    assert (world.retry(), world.retry()) == (1, 0)
    assert len(world.told("responsibility.unresolved")) == 1, "nothing new is told twice"


def test_a_duty_that_began_after_the_finding_answers_as_of_today(world):
    world.deliver(posted("f-1"))
    world.person("C1", from_day=date(2026, 2, 24))
    world.retry()
    assert world.one(indexes.ASSIGNMENTS)["as_of"] == "2026-02-25"


def test_an_unknown_name_that_is_registered_becomes_direct(world):
    world.deliver(posted("f-1", named_responsible=["C7"]))
    world.cadre("C7")
    world.retry()
    assert world.all(indexes.UNASSIGNED) == []
    assert world.told("responsibility.assigned")[0].data["responsible"][0]["cadre"] == "C7"


def test_what_leads_nowhere_anew_does_not_take_away_whom_was_found(world):
    world.person("C2", TOWNSHIP, "line_leader")
    world.deliver(posted("f-1"))
    world.cadre("C2", area=TOWNSHIP, active=False)
    world.retry()
    assert [one["cadre"] for one in world.one(indexes.ASSIGNMENTS)["responsible"]] == ["C2"]


def test_many_are_tried_in_bounded_batches_until_none_is_left(world):
    world.deliver(*(posted(f"f-{number}") for number in range(25)))
    world.person("C1")
    assert [world.retry(10) for _ in range(4)] == [10, 10, 5, 0]
    assert len(world.told("responsibility.assigned")) == 25


def test_a_withdrawn_finding_is_not_tried_again(world):
    world.deliver(posted("f-1"), withdrawn("f-1"))
    world.person("C1")
    assert world.retry() == 0
    assert world.told("responsibility.assigned") == []


def test_the_demo_county_is_imported_once(world):
    assert {row["result"] for row in world.load_demo()} == {"created"}
    assert {row["result"] for row in world.load_demo()} == {"unchanged"}
    assert len(world.told("cadre")) == 31
