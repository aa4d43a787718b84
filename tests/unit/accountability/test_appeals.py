"""Appeals: by the person, in time, decided by another than who approved, never heavier."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.application.execution_commands import LighterMeasure
from services.accountability.domain.calendar import SHANGHAI
from services.accountability.domain.errors import (
    AppealedAlreadyError,
    AppealLateError,
    InvalidError,
    InvalidTransitionError,
    MeasureRefusedError,
    RecusedError,
    SamePersonError,
    UnknownError,
)
from services.accountability.domain.warning import Paper
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import APPROVER, CaseWorld, planned
from tests.unit.accountability.world import COMMISSION, COUNTY

C1 = Claims("sub-c1", "cadre", COUNTY, cadre="C1")
OTHER = Claims("approver-2", "approver", COUNTY)
BODY = "county_discipline_commission"


@pytest.fixture
def world():
    return CaseWorld()


def served(world, kind="party_serious_warning"):
    """The id of a served measure."""
    case = world.approved(planned(kind))
    (measure,) = world.measures_of(case)
    world.serve(measure.id)
    return measure.id


def stored(world, measure):
    return world.work(lambda work: work.measures.get(measure))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize("moment", ["2026-03-24T23:59:00", "2026-03-24T23:59:59"])
def test_on_the_last_day_at_one_minute_to_midnight_it_is_in_time(world, moment):
    measure = served(world)
    assert stored(world, measure).appeal_until == date(2026, 3, 24)
    world.now = at(moment)
    assert world.appeal(measure, C1).status == "lodged"


def test_at_midnight_it_is_late(world):
    measure = served(world)
    world.now = at("2026-03-25T00:00:00")
    with pytest.raises(AppealLateError) as refused:
        world.appeal(measure, C1)
    assert refused.value.extra == {"until": "2026-03-24"}


def test_what_came_on_paper_in_time_is_recorded_later(world):
    measure = served(world)
    world.now = at("2026-04-02T09:00:00")
    appeal = world.appeal(measure, COMMISSION, Paper(date(2026, 3, 24), "scan-1"))
    assert (appeal.statement.lodged_at, appeal.statement.by) == (at("2026-03-24T00:00:00"), COMMISSION.sub)


@pytest.mark.parametrize(
    ("by", "paper", "field"),
    [(C1, Paper(date(2026, 2, 25), "x"), "paper"), (COMMISSION, None, "paper"),
     (COMMISSION, Paper(date(2026, 2, 26), "x"), "paper.on"),
     (COMMISSION, Paper(date(2026, 2, 23), "x"), "paper.on")],
    ids=["the person has none", "the commission needs one", "in the future", "before the service"],
)  # fmt: skip
def test_a_paper_that_cannot_be_is_refused(world, by, paper, field):
    measure = served(world)
    with pytest.raises(InvalidError) as refused:
        world.appeal(measure, by, paper)
    assert list(refused.value.errors) == [field]


def test_a_measure_that_no_law_gives_a_period_for_may_be_appealed_at_any_time(world):
    measure = served(world)

    def without_a_period(work):
        found = work.measures.get(measure)
        found.appeal_until = None
        found.changed(world.now)
        work.measures.save(found)

    world.work(without_a_period)
    world.now = at("2027-01-01T00:00:00")
    assert world.appeal(measure, C1).status == "lodged"


def test_nobody_else_appeals_and_nobody_before_he_knows(world):
    (measure,) = world.measures_of(world.approved(planned("party_warning")))
    with pytest.raises(UnknownError):
        world.appeal(measure.id, C1)
    with pytest.raises(InvalidTransitionError) as early:
        world.appeal(measure.id, COMMISSION, Paper(date(2026, 2, 25), "x"))
    assert early.value.extra["allowed_moves"] == ["serve"]
    world.serve(measure.id)
    with pytest.raises(UnknownError):
        world.appeal(measure.id, replace(C1, cadre="C2"))


def test_a_measure_is_appealed_once_and_not_when_it_is_no_more(world):
    measure = served(world)
    appeal = world.appeal(measure, C1)
    with pytest.raises(AppealedAlreadyError) as refused:
        world.appeal(measure, C1)
    assert refused.value.extra == {"appeal": appeal.id}
    other = CaseWorld()
    gone = served(other)
    other.revoke(gone)
    with pytest.raises(InvalidTransitionError):
        other.appeal(gone, C1)


def test_it_suspends_nothing(world):
    measure = served(world)
    world.appeal(measure, C1)
    found = stored(world, measure)
    assert (found.status, found.in_force(date(2026, 2, 25))) == ("served", True)


def test_who_approved_does_not_decide_it(world):
    appeal = world.appeal(served(world), C1)
    with pytest.raises(SamePersonError):
        world.decide_appeal(appeal.id, "upheld", APPROVER)
    assert world.decide_appeal(appeal.id, "upheld", OTHER).status == "upheld"
    with pytest.raises(InvalidTransitionError):
        world.decide_appeal(appeal.id, "revoked", OTHER)


def test_nor_do_the_recused_nor_those_of_elsewhere(world):
    measure = served(world)
    appeal = world.appeal(measure, C1)
    with pytest.raises(UnknownError):
        world.decide_appeal(appeal.id, "upheld", replace(OTHER, area="990100003"))
    with pytest.raises(UnknownError):
        world.decide_appeal("nothing", "upheld", OTHER)
    case = stored(world, measure).grounds.case

    def recuse(work):
        found = work.cases.get(case)
        found.recused = {OTHER.sub: "近亲属"}
        work.cases.save(found)

    world.work(recuse)
    with pytest.raises(RecusedError):
        world.decide_appeal(appeal.id, "upheld", OTHER)


def test_a_revoked_measure_leaves_a_trace_and_everyone_told_is_told(world):
    measure = served(world)
    appeal = world.appeal(measure, C1)
    world.decide_appeal(appeal.id, "revoked", OTHER)
    found = stored(world, measure)
    assert (found.status, found.standing, found.in_force(date(2026, 2, 25))) == ("revoked", False, False)
    assert (found.revoked.reason, found.revoked.by) == ("经复核", OTHER.sub)
    assert [one.type for one in world.told("appeal.")] == ["appeal.lodged.v1", "appeal.decided.v1"]
    (told,) = world.told("measure.revoked")
    assert (told.data["measure"], told.data["cadre"], told.data["status"]) == (measure, "C1", "revoked")
    moves = [row["move"] for row in world.all("case_history")]
    assert moves[-2:] == ["appeal_lodged", "appeal_revoked"]
    assert "当日已按要求值守" not in str([one.data for one in world.told("appeal.")])


def test_an_upheld_one_changes_nothing(world):
    measure = served(world)
    before = stored(world, measure)
    appeal = world.appeal(measure, C1)
    world.decide_appeal(appeal.id, "upheld", OTHER)
    assert stored(world, measure) == before
    assert world.told("measure.revoked") == []


def test_a_lighter_measure_takes_the_place_of_a_varied_one(world):
    measure = served(world)
    case = stored(world, measure).grounds.case
    appeal = world.appeal(measure, C1)
    world.now += timedelta(days=20)
    done = world.decide_appeal(appeal.id, "varied", OTHER, measure=LighterMeasure("party_warning", BODY))
    old, new = world.measures_of(case)
    assert (old.status, new.status, done.decision.replaced_by) == ("varied", "decided", new.id)
    assert (new.terms.kind, new.person, new.grounds, new.approved_by) == (
        "party_warning", old.person, old.grounds, OTHER.sub,
    )  # fmt: skip
    # From the day of the first decision: a later beginning would make it longer.
    assert (new.effect.start, new.effect.until) == (date(2026, 2, 22), date(2027, 2, 22))


def varied(world):
    """An appeal against a measure that was varied without saying what takes its place, and the measure."""
    measure = served(world)
    appeal = world.appeal(measure, C1)
    return world.decide_appeal(appeal.id, "varied", OTHER), measure


def test_varied_without_another_measure_ends_the_first_and_waits_for_the_lighter_one(world):
    appeal, measure = varied(world)
    assert (appeal.decision.replaced_by, appeal.moves) == (None, ("replace",))
    assert stored(world, measure).status == "varied"
    done = world.replace_varied(appeal.id, LighterMeasure("party_warning", BODY), OTHER)
    old, new = world.measures_of(stored(world, measure).grounds.case)
    assert (old.status, new.status, new.terms.kind) == ("varied", "decided", "party_warning")
    assert (done.decision.replaced_by, done.moves, done.status) == (new.id, (), "varied")
    assert [row["move"] for row in world.all("case_history")][-1] == "measure_varied"
    with pytest.raises(InvalidTransitionError):
        world.replace_varied(appeal.id, LighterMeasure("criticism_education", BODY), OTHER)


def test_the_lighter_one_named_later_is_never_heavier_nor_of_who_approved_the_first(world):
    appeal, _ = varied(world)
    with pytest.raises(MeasureRefusedError):
        world.replace_varied(appeal.id, LighterMeasure("removal", "county_party_committee"), OTHER)
    with pytest.raises(SamePersonError):
        world.replace_varied(appeal.id, LighterMeasure("party_warning", BODY), APPROVER)
    assert world.work(lambda work: work.appeals.get(appeal.id)).moves == ("replace",)


@pytest.mark.parametrize("result", ["upheld", "revoked"])
def test_nothing_takes_the_place_of_one_that_was_upheld_or_revoked(world, result):
    appeal = world.decide_appeal(world.appeal(served(world), C1).id, result, OTHER)
    with pytest.raises(InvalidTransitionError) as refused:
        world.replace_varied(appeal.id, LighterMeasure("party_warning", BODY), OTHER)
    assert refused.value.extra["allowed_moves"] == []


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [("party_warning", LighterMeasure("party_serious_warning", BODY), MeasureRefusedError),
     ("party_serious_warning", LighterMeasure("removal", "county_party_committee"), MeasureRefusedError),
     ("party_serious_warning", LighterMeasure("party_serious_warning", BODY), InvalidError),
     ("party_serious_warning", LighterMeasure("party_warning", BODY, date(2026, 2, 21)), InvalidError),
     ("party_serious_warning", LighterMeasure("party_warning", BODY, date(2099, 1, 1)), InvalidError),
     ("party_serious_warning", LighterMeasure("reminder_talk", BODY, form="written"), InvalidError)],
    ids=["heavier", "heavier by its form", "the same", "before the first", "in the future", "of one form"],
)  # fmt: skip
def test_it_is_never_heavier_and_nothing_is_changed_by_the_attempt(world, first, second, error):
    measure = served(world, first)
    appeal = world.appeal(measure, C1)
    with pytest.raises(error):
        world.decide_appeal(appeal.id, "varied", OTHER, measure=second)
    assert stored(world, measure).status == "served"
    assert world.work(lambda work: work.appeals.get(appeal.id)).status == "lodged"


def test_a_lighter_kind_that_has_effect_for_longer_is_heavier(world):
    measure = served(world)
    appeal = world.appeal(measure, C1)
    world.now = at("2027-02-01T00:00:00")
    later = LighterMeasure("party_warning", BODY, date(2027, 1, 20))
    with pytest.raises(MeasureRefusedError) as refused:
        world.decide_appeal(appeal.id, "varied", OTHER, measure=later)
    assert "申诉" in refused.value.extra["refused"][0]["reasons"][0]["text"]


def test_only_a_varied_one_has_another_measure(world):
    appeal = world.appeal(served(world), C1)
    with pytest.raises(InvalidError) as refused:
        world.decide_appeal(appeal.id, "upheld", OTHER, measure=LighterMeasure("party_warning", BODY))
    assert list(refused.value.errors) == ["measure"]


def test_the_clock_of_the_appeal_stops_and_that_of_the_decision_runs(world):
    measure = served(world)
    clocks = {row["rule"]: row for row in world.all("clocks")}
    assert clocks["appeal_application"]["running"]
    appeal = world.appeal(measure, C1)
    clocks = {row["rule"]: row for row in world.all("clocks")}
    assert (clocks["appeal_application"]["running"], clocks["appeal_decision"]["running"]) == (False, True)
    assert (clocks["appeal_decision"]["about"], clocks["appeal_decision"]["due_on"]) == (
        appeal.id, "2026-03-25",
    )  # fmt: skip
    world.decide_appeal(appeal.id, "upheld", OTHER)
    clocks = {row["rule"]: row for row in world.all("clocks")}
    assert not clocks["appeal_decision"]["running"]


def test_what_falls_on_appeal_lengthens_no_other_period(world):
    alone = CaseWorld()
    later = planned("party_warning", decided_on=date(2026, 2, 24))
    (expected,) = alone.measures_of(alone.approved(later))
    first = served(world, "party_warning")
    case = world.approved(later, finding="f-2")
    (second,) = world.measures_of(case)
    assert second.effect != expected.effect
    world.decide_appeal(world.appeal(first, C1).id, "revoked", OTHER)
    assert stored(world, second.id).effect == expected.effect
