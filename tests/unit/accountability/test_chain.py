"""The chain of duty: who answers for a place, a category, a day."""

from datetime import date

import pytest

from services.accountability.domain.errors import InvalidError
from services.accountability.domain.registers import Duty, DutyTerms, Person, Registers, id_fault
from tests.unit.accountability.world import COUNTY, NOW, TOWNSHIP, VILLAGE

DAY = date(2026, 2, 20)


def registers(*duties: DutyTerms, left: tuple[str, ...] = ()) -> Registers:
    people = {
        terms.cadre: Person(terms.cadre, "李某某", terms.area, (), terms.cadre not in left)
        for terms in duties
    }
    return Registers(1, people, [(f"d{number}", terms) for number, terms in enumerate(duties)])


def chain(known: Registers, area=VILLAGE, place_kind="shop", category="market", on=DAY):
    return [(link.cadre, link.role) for link in known.chain(area, place_kind, category, on)]


def test_direct_persons_stand_before_leaders_and_the_nearest_area_before_the_next():
    known = registers(
        DutyTerms("county-head", COUNTY, "principal_leader"),
        DutyTerms("township-head", TOWNSHIP, "line_leader"),
        DutyTerms("township-grid", TOWNSHIP, "direct"),
        DutyTerms("village-grid", VILLAGE, "direct"),
    )
    assert chain(known) == [
        ("village-grid", "direct"),
        ("township-grid", "direct"),
        ("township-head", "line_leader"),
        ("county-head", "principal_leader"),
    ]


def test_within_one_area_they_stand_in_the_order_of_their_ids():
    known = registers(DutyTerms("C2", VILLAGE, "direct"), DutyTerms("C1", VILLAGE, "direct"))
    assert chain(known) == [("C1", "direct"), ("C2", "direct")]


def test_a_duty_covers_its_subtree_and_nothing_beside_it():
    known = registers(DutyTerms("C1", TOWNSHIP, "direct"))
    assert chain(known, area=VILLAGE) == chain(known, area=TOWNSHIP) == [("C1", "direct")]
    assert chain(known, area=COUNTY) == chain(known, area="990100002001") == []


@pytest.mark.parametrize(
    ("on", "holds"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-02-20", True), ("2026-02-21", False)],
)
def test_both_days_of_a_duty_belong_to_it(on, holds):
    terms = DutyTerms("C1", VILLAGE, "direct", from_day=date(2026, 2, 1), to_day=date(2026, 2, 20))
    assert bool(chain(registers(terms), on=date.fromisoformat(on))) is holds


def test_a_duty_without_days_has_always_held_and_still_holds():
    known = registers(DutyTerms("C1", VILLAGE, "direct"))
    assert chain(known, on=date(1999, 1, 1)) == chain(known, on=date(2199, 1, 1)) == [("C1", "direct")]


def test_a_duty_for_some_kinds_of_place_and_categories_does_not_speak_of_others():
    known = registers(DutyTerms("C1", VILLAGE, "direct", ("clinic",), ("hygiene",)))
    assert chain(known, place_kind="clinic", category="hygiene") == [("C1", "direct")]
    assert chain(known, place_kind="shop", category="hygiene") == []
    assert chain(known, place_kind="clinic", category="market") == []
    assert chain(known, place_kind=None, category=None) == [("C1", "direct")], "none asks for any"


def test_who_has_left_is_in_no_chain():
    known = registers(DutyTerms("C1", VILLAGE, "direct"), DutyTerms("C2", VILLAGE, "direct"), left=("C1",))
    assert chain(known) == [("C2", "direct")]


def test_a_person_with_several_duties_appears_once_and_rather_as_direct():
    known = registers(
        DutyTerms("C1", VILLAGE, "line_leader"), DutyTerms("C1", TOWNSHIP, "direct"),
        DutyTerms("C1", COUNTY, "direct"),
    )  # fmt: skip
    (link,) = known.chain(VILLAGE, None, None, DAY)
    assert (link.role, link.area, link.duty) == ("direct", TOWNSHIP, "d1")


def test_a_duty_cannot_end_before_it_begins():
    with pytest.raises(InvalidError) as refused:
        Duty.register("d1", DutyTerms("C1", VILLAGE, "direct", from_day=DAY, to_day=date(2026, 1, 1)), NOW)
    assert refused.value.errors == {"to": ["lies before from"]}


@pytest.mark.parametrize("value", ["office", "", "a b", "x" * 65, "a|b", "a/b", "unit:1"])
def test_ids_that_would_be_taken_for_something_else_are_refused(value):
    assert id_fault(value)


@pytest.mark.parametrize("value", ["C001", "C001-2", "a.b_c", "甲1"])
def test_the_countys_own_ids_are_taken_as_they_are(value):
    assert id_fault(value) is None
