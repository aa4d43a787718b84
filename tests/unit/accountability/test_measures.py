"""Measures: decided with their case, served, revoked; who may know of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.application.case_handling import may_see
from services.accountability.application.measures import may_see_measure
from services.accountability.domain.effect import Period
from services.accountability.domain.errors import (
    InvalidError,
    InvalidTransitionError,
    RecusedError,
    UnknownError,
)
from services.accountability.domain.measure import unfinished_parts
from services.accountability.domain.measure_parts import Refusal
from shared.contracts.claims import ROLES, Claims
from tests.unit.accountability.case_world import CaseWorld, planned
from tests.unit.accountability.world import COMMISSION, COUNTY, LEGALITY, TOWNSHIP


@pytest.fixture
def world():
    return CaseWorld()


def only(world, case):
    (measure,) = world.measures_of(case)
    return measure


def test_a_measure_keeps_what_was_decided_by_whom_and_for_what(world):
    case = world.approved(planned("party_warning", decision_no="县纪〔2026〕3号", basis="第一百三十二条"))
    measure = only(world, case)
    assert (measure.status, measure.person.cadre, measure.terms.decision_no, measure.approved_by) == (
        "decided", "C1", "县纪〔2026〕3号", "approver-1",
    )  # fmt: skip
    assert measure.grounds.findings == ("f-1",)
    assert (measure.family, measure.form) == (LEGALITY.kinds.kind("party_warning").family, None)


def test_its_period_runs_from_the_day_of_the_decision(world):
    measure = only(world, world.approved(planned("party_warning")))
    assert measure.effect == Period(date(2026, 2, 22), date(2027, 2, 22))


def test_a_later_one_of_the_same_family_comes_on_top_of_what_is_left(world):
    first = only(world, world.approved(planned("party_warning")))
    second = only(
        world, world.approved(planned("party_warning", decided_on=date(2026, 2, 24)), finding="f-2")
    )
    assert second.effect.until > first.effect.until
    assert second.effect.start == date(2026, 2, 24)


def test_a_revoked_one_lengthens_no_other(world):
    alone = CaseWorld()
    expected = only(alone, alone.approved(planned("party_warning", decided_on=date(2026, 2, 24)))).effect
    world.revoke(only(world, world.approved(planned("party_warning"))).id)
    later = only(world, world.approved(planned("party_warning", decided_on=date(2026, 2, 24)), finding="f-2"))
    assert later.effect == expected


def test_each_is_told_when_it_is_decided_by_masked_name_and_without_text(world):
    world.approved(planned("party_warning", basis="第一百三十二条"))
    (told,) = world.told("measure")
    assert (told.type, told.data["name"], told.data["status"]) == ("measure.decided.v1", "李某某", "decided")
    assert told.data["effect"]["start"] == "2026-02-22"
    assert "第一百三十二条" not in str(told.data)


def test_a_decision_that_names_the_person_to_the_county_says_so(world):
    case = world.approved(planned("county_wide_notice"), planned("party_warning", publish=True))
    assert [one.publish for one in world.measures_of(case)] == [True, True]
    quiet = world.approved(planned("party_warning"), finding="f-2")
    assert only(world, quiet).publish is False


def test_service_is_told_and_periods_run_from_it(world):
    case = world.approved(planned())
    measure = world.serve(only(world, case).id)
    assert (measure.status, measure.served.method, measure.served.receipt) == (
        "served",
        "in_person",
        "送达回证",
    )
    told = world.told("measure")[-1]
    assert (told.type, told.data["served"]["method"]) == ("measure.served.v1", "in_person")


def test_the_last_day_for_an_appeal_is_set_and_told_with_the_service(world):
    measure = world.serve(only(world, world.approved(planned("party_warning"))).id)
    assert measure.appeal_until == date(2026, 3, 24)
    assert world.told("measure")[-1].data["appeal_until"] == "2026-03-24"


def test_refused_before_two_witnesses_it_is_served_too(world):
    refusal = Refusal(("张某", "王某"), "拒绝签收")
    measure = world.serve(only(world, world.approved(planned())).id, receipt=None, refusal=refusal)
    assert only(world, measure.grounds.case).served.refusal == refusal


def test_it_is_served_once(world):
    measure = only(world, world.approved(planned()))
    world.serve(measure.id)
    with pytest.raises(InvalidTransitionError) as refused:
        world.serve(measure.id)
    assert refused.value.extra == {"current_status": "served", "allowed_moves": []}, (
        "to revoke is the approver's"
    )


@pytest.mark.parametrize(
    "at", [datetime(2026, 2, 21, 15, 59, tzinfo=UTC), datetime(2026, 2, 25, 1, 1, tzinfo=UTC)],
    ids=["before the decision", "in the future"],
)  # fmt: skip
def test_a_time_of_service_that_cannot_be_is_refused(world, at):
    with pytest.raises(InvalidError) as refused:
        world.serve(only(world, world.approved(planned())).id, at=at)
    assert list(refused.value.errors) == ["at"]


def test_the_day_of_the_decision_begins_at_midnight_in_shanghai(world):
    measure = only(world, world.approved(planned()))
    assert world.serve(measure.id, at=datetime(2026, 2, 21, 16, 0, tzinfo=UTC)).status == "served"


def test_a_revoked_measure_has_no_effect_and_hinders_nothing(world):
    case = world.approved(planned("party_warning"))
    measure = world.revoke(only(world, case).id)
    assert (measure.status, measure.revoked.body, measure.revoked.reason) == (
        "revoked",
        "县纪委",
        "事实认定有误",
    )
    assert not measure.in_force(date(2026, 3, 1))
    assert unfinished_parts(measure) == ()
    assert world.told("measure")[-1].type == "measure.revoked.v1"
    assert world.close(case).status == "closed"
    for move in (world.revoke, world.serve):
        with pytest.raises(InvalidTransitionError):
            move(measure.id)


def test_it_is_in_force_through_the_day_before_its_end(world):
    measure = only(world, world.approved(planned("party_warning")))
    last = measure.effect.until - timedelta(days=1)
    days = [date(2026, 2, 21), date(2026, 2, 22), last, measure.effect.until]
    assert [measure.in_force(day) for day in days] == [False, True, True, False]


def test_its_effect_ends_on_the_day_once(world):
    measure = only(world, world.approved(planned("party_warning")))
    midnight = datetime(2027, 2, 21, 16, 0, tzinfo=UTC)
    assert not measure.expire(midnight - timedelta(seconds=1))
    assert measure.expire(midnight)
    assert not measure.expire(midnight)
    assert measure.status == "expired"


def test_the_recused_serves_and_revokes_nothing(world):
    case = world.approved(planned())

    def recuse(work):
        found = work.cases.get(case)
        found.recused = {"commission-1": "近亲属", "approver-1": "近亲属"}
        work.cases.save(found)

    world.work(recuse)
    for move in (world.serve, world.revoke):
        with pytest.raises(RecusedError):
            move(only(world, case).id)


def test_what_nobody_may_know_of_cannot_be_served(world):
    measure = only(world, world.approved(planned()))
    for by in (replace(COMMISSION, area="990100002"),):
        with pytest.raises(UnknownError):
            world.serve(measure.id, by=by)
    with pytest.raises(UnknownError):
        world.serve("ghost")


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("area", [COUNTY, TOWNSHIP, "990100002"])
@pytest.mark.parametrize("role", sorted(ROLES & {"commission", "approver", "auditor"}))
@pytest.mark.parametrize("handles", [False, True])
def test_role_area_and_restriction_together_say_who_may_know(world, role, area, restricted, handles):
    case = world.stored(world.approved(planned()))
    measure = only(world, case.id)
    case.restricted, case.handlers = restricted, ["handler-1"]
    measure.limit_access(restricted, case.handlers, world.now)
    by = Claims("handler-1" if handles else "somebody", role, area)
    expected = area != "990100002" and (not restricted or handles or role == "auditor")
    assert (may_see(case, by), may_see_measure(measure, by)) == (expected, expected)


@pytest.mark.parametrize(
    ("cadre", "served", "sees"),
    [("C1", True, True), ("C1", False, False), ("C2", True, False), (None, True, False)],
)
def test_a_cadre_sees_his_own_once_it_was_served(world, cadre, served, sees):
    measure = only(world, world.approved(planned()))
    if served:
        measure = world.serve(measure.id)
    assert may_see_measure(measure, Claims("somebody", "cadre", COUNTY, cadre=cadre)) is sees


def test_a_period_without_an_end_holds_on():
    period = Period(date(2026, 2, 22), None)
    assert [period.holds(date(2026, 2, 21)), period.holds(date(2099, 1, 1))] == [False, True]


def test_what_was_combined_with_a_revoked_one_is_counted_anew_and_told(world):
    alone = CaseWorld()
    later = planned("party_warning", decided_on=date(2026, 2, 24))
    expected = only(alone, alone.approved(later)).effect
    first = only(world, world.approved(planned("party_warning")))
    case = world.approved(later, finding="f-2")
    assert only(world, case).effect.until > expected.until
    world.revoke(first.id)
    assert only(world, case).effect == expected
    told = world.told("measure")[-1]
    assert (told.data["change"]["move"], told.data["effect"]["until"]) == (
        "effect_changed", expected.until.isoformat(),
    )  # fmt: skip


def test_a_third_one_still_stands_on_the_second(world):
    days = (date(2026, 2, 22), date(2026, 2, 23), date(2026, 2, 24))
    terms = [planned("party_warning", decided_on=day) for day in days]
    pair = CaseWorld()
    pair.approved(terms[1])
    expected = only(pair, pair.approved(terms[2], finding="f-2")).effect
    first = only(world, world.approved(terms[0]))
    world.approved(terms[1], finding="f-2")
    third = world.approved(terms[2], finding="f-3")
    world.revoke(first.id)
    assert only(world, third).effect == expected


def test_an_earlier_one_and_one_of_another_family_keep_their_period(world):
    first = only(world, world.approved(planned("party_warning")))
    second = world.approved(planned("party_warning", decided_on=date(2026, 2, 24)), finding="f-2")
    world.revoke(only(world, second).id)
    assert only(world, first.grounds.case).effect == first.effect
