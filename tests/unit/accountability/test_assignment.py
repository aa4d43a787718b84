"""Who answers for a finding: the named, the chain, and what the registers said later."""

from datetime import date

from services.accountability.domain.assignment import resolve, resolve_again
from services.accountability.domain.registers import DutyTerms, Person, Registers
from tests.unit.accountability.world import TOWNSHIP, VILLAGE, a_finding

DAY = date(2026, 2, 20)
TODAY = date(2026, 2, 25)
DIRECT, LEADER = DutyTerms("C1", VILLAGE, "direct"), DutyTerms("C2", TOWNSHIP, "line_leader")


def registers(*duties, also=()):
    people = {one: Person(one, "李某某", VILLAGE, (), True) for one in (*(d.cadre for d in duties), *also)}
    return Registers(1, people, [(f"{terms.cadre}-1", terms) for terms in duties])


def shown(resolution):
    return [(one.cadre, one.role) for one in resolution.responsible]


def test_the_chain_of_the_day_of_the_finding_answers_for_it():
    resolution = resolve(a_finding(), registers(DIRECT, LEADER), DAY)
    assert shown(resolution) == [("C1", "direct"), ("C2", "line_leader")]
    assert (resolution.missing, resolution.complete) == (None, True)


def test_without_a_direct_person_the_direct_ones_are_missing():
    assert resolve(a_finding(), registers(LEADER), DAY).missing == "direct"


def test_without_anybody_all_are_missing():
    assert resolve(a_finding(), registers(), DAY).missing == "all"


def test_whom_the_team_named_is_direct_and_the_chain_gives_the_leaders_only():
    finding = a_finding(named_responsible=["C9"])
    resolution = resolve(finding, registers(DIRECT, LEADER, also=["C9"]), DAY)
    assert shown(resolution) == [("C9", "direct"), ("C2", "line_leader")]
    assert resolution.responsible[0].area is None, "no duty of his is known there"


def test_a_named_leader_answers_as_direct_and_once():
    resolution = resolve(a_finding(named_responsible=["C2"]), registers(DIRECT, LEADER), DAY)
    assert shown(resolution) == [("C2", "direct")]


def test_a_named_person_whom_nobody_knows_is_kept_and_leaves_the_direct_ones_missing():
    resolution = resolve(a_finding(named_responsible=["ghost"]), registers(DIRECT, LEADER), DAY)
    assert shown(resolution) == [("C2", "line_leader")]
    assert (resolution.unknown, resolution.missing) == (("ghost",), "direct")


def test_one_known_among_the_named_is_enough_to_be_assigned_but_not_to_be_complete():
    resolution = resolve(a_finding(named_responsible=["C1", "ghost"]), registers(DIRECT), DAY)
    assert (shown(resolution), resolution.missing, resolution.complete) == ([("C1", "direct")], None, False)


def test_tried_again_the_day_of_the_finding_comes_before_today():
    registered_late = registers(DIRECT, DutyTerms("C3", VILLAGE, "direct", from_day=date(2026, 2, 24)))
    resolution = resolve_again(a_finding(), registered_late, TODAY)
    assert (resolution.as_of, shown(resolution)) == (DAY, [("C1", "direct")])


def test_where_nobody_held_the_duty_then_who_holds_it_today_answers():
    newcomer = registers(DutyTerms("C3", VILLAGE, "direct", from_day=date(2026, 2, 24)))
    resolution = resolve_again(a_finding(), newcomer, TODAY)
    assert (resolution.as_of, shown(resolution)) == (TODAY, [("C3", "direct")])


def test_a_leader_of_that_day_stays_when_today_finds_no_more():
    assert resolve_again(a_finding(), registers(LEADER), TODAY).as_of == DAY


def test_a_finding_just_before_midnight_in_utc_is_of_the_next_day_in_the_county():
    assert a_finding(found_at="2026-02-19T16:30:00+00:00").day == DAY
