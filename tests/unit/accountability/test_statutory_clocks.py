"""Statutory clocks: when they end, what starts and stops them, that each is told once before and once at its end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accountability.adapters import indexes
from services.accountability.application.effect_periods import TableOfPeriods
from services.accountability.application.execution_commands import ReportClock
from services.accountability.application.expiry import expire
from services.accountability.domain.disposition import PlannedMeasure
from services.accountability.domain.errors import InvalidError, InvalidTransitionError, UnknownError
from services.accountability.domain.measure import Measure
from services.accountability.domain.measure_parts import Grounds, Person, Revocation, Service
from services.accountability.domain.statutory_clock import About, StatutoryClock
from shared.contracts import registry
from tests.unit.accountability.world import (
    CALENDAR,
    CLOCK_RULES,
    COMMISSION,
    LEGALITY,
    TOWNSHIP,
    World,
    posted,
)

GROUNDS = Grounds("case-1", ("f-1",), (TOWNSHIP,))
DECIDED_ON = date(2026, 2, 10)


def shanghai(text):
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.fixture
def world():
    return World()


def decided(world, kind="party_warning", body="county_discipline_commission", on=DECIDED_ON, measure="m-1"):
    """An approved measure, as the approval of its case saves it."""

    def act(work):
        periods = TableOfPeriods(LEGALITY)
        effect = periods(kind, on, work.measures.of_cadre("C1"))
        terms = PlannedMeasure(kind, body, on)
        row = LEGALITY.kinds.kind(kind)
        person = Person("C1", "李某某", "direct")
        found = Measure.decide(measure, GROUNDS, person, terms, row, effect, "approver-1", world.now)
        work.measures.save(found)
        return found

    return world.work(act)


def change(world, act, measure="m-1"):
    """Something happens to the measure."""

    def work_on(work):
        found = work.measures.get(measure)
        act(found)
        work.measures.save(found)

    world.work(work_on)


def served(world, at, measure="m-1"):
    service = Service("in_person", shanghai(at), "commission-1", "signed")
    change(world, lambda found: found.serve(service, world.now), measure)


def clocks(world):
    return {row["rule"]: row for row in world.all(indexes.CLOCKS)}


def run_out(world, rule, now):
    key = clocks(world)[rule]["_id"]
    world.work(lambda work: world.clocks.run_out(work, key, now))


def told(world):
    return world.told("clock.")


def test_a_month_ends_with_the_same_day_counted_in(world):
    assert world.clocks.last_day("appeal_application", date(2026, 2, 10)) == date(2026, 3, 10)
    assert world.clocks.last_day("appeal_application", date(2026, 1, 31)) == date(2026, 2, 28)


def test_days_and_working_days_count_from_the_day_after(world):
    rule = CLOCK_RULES.rule("employer_review_application", DECIDED_ON)
    assert rule.last_day(DECIDED_ON, CALENDAR)[0] == date(2026, 3, 12)
    # 2026-02-15 to 23 are days off, 14 and 28 days at work.
    working = replace(rule, unit="working_day", count=5)
    assert working.last_day(date(2026, 2, 13), CALENDAR) == (date(2026, 2, 27), False)
    assert working.last_day(date(2040, 1, 2), CALENDAR)[1], "nobody knows its holidays yet"


def test_the_last_day_is_in_time_until_its_end(world):
    world.now = shanghai("2026-02-12T09:00:00")
    decided(world)
    served(world, "2026-02-11T23:30:00")
    row = clocks(world)["appeal_application"]
    assert row["due_on"] == "2026-03-11"
    assert shanghai("2026-03-11T23:59:59") < row["due_at"] == shanghai("2026-03-12T00:00:00")


def test_the_day_of_receipt_is_that_of_shanghai(world):
    world.now = shanghai("2026-02-12T09:00:00")
    decided(world)
    served(world, "2026-02-12T00:30:00")
    assert clocks(world)["appeal_application"]["started_on"] == "2026-02-12"


@pytest.mark.parametrize(
    ("kind", "body", "rule"),
    [
        ("party_warning", "county_discipline_commission", "appeal_application"),
        ("admin_warning", "county_supervisory_commission", "review_application"),
        ("admin_warning", "employer", "employer_review_application"),
        ("admonition_talk", "county_discipline_commission", "appeal_application"),
    ],
)
def test_each_family_has_the_appeal_period_of_its_law(world, kind, body, rule):
    decided(world, kind, body)
    served(world, "2026-02-11T10:00:00")
    assert [one for one in clocks(world) if one.endswith("application")] == [rule]
    family = LEGALITY.kinds.kind(kind).family
    last = world.clocks.last_day_of_appeal(family, body, shanghai("2026-02-11T10:00:00"))
    assert last.isoformat() == clocks(world)[rule]["due_on"]


def test_serving_stops_the_announcement_and_revoking_stops_everything(world):
    decided(world)
    assert clocks(world)["announce"]["running"]
    served(world, "2026-02-11T10:00:00")
    announce = clocks(world)["announce"]
    assert (announce["running"], announce["stopped_by"]) == (False, "measure.served.v1")
    assert clocks(world)["execution_report"]["running"]
    change(world, lambda found: found.revoke(Revocation("wrong", "county", world.now, "approver-1")))
    assert not any(row["running"] for row in clocks(world).values())


def test_a_measure_of_no_listed_family_starts_none_of_its_clocks(world):
    decided(world, "reminder_talk")
    assert clocks(world) == {}


def test_a_case_has_its_clocks_from_its_opening(world):
    world.person("C1")
    world.deliver(posted("f-1", severity="critical"))
    found = clocks(world)
    assert set(found) == {"case_finish", "clue_opinion"}
    (case,) = world.all(indexes.CASES)
    assert found["case_finish"]["about"] == case["_id"]
    assert found["case_finish"]["due_on"] == "2026-05-25"


def test_who_may_know_of_the_case_may_know_of_its_clock(world):
    decided(world)
    handlers = ["commission-2"]
    change(world, lambda found: found.limit_access(True, handlers, world.now))
    row = clocks(world)["announce"]
    assert (row["restricted"], row["handlers"]) == (True, ["commission-2"])


def test_it_is_told_once_before_and_once_at_its_end(world):
    decided(world)
    due = clocks(world)["announce"]["due_at"]
    for now in (
        due - timedelta(days=8), due - timedelta(days=7), due - timedelta(days=1), due, due + timedelta(days=9),
    ):  # fmt: skip
        run_out(world, "announce", now)
    assert [one.data["clock"]["at"] for one in told(world)] == ["before", "due"]
    assert [one.sequence for one in told(world)] == [1, 2]
    assert {one.subject for one in told(world)} == {clocks(world)["announce"]["_id"]}
    for one in told(world):
        registry.validate("accountability", "clock.due.v1", dict(one.data))
        assert one.data["clock"]["verified"] is False
        assert one.data["clock"]["stage"] == "before_service"
    assert clocks(world)["announce"]["wake_at"] is None


def test_after_a_standstill_only_the_end_is_told(world):
    decided(world)
    run_out(world, "announce", clocks(world)["announce"]["due_at"] + timedelta(days=3))
    assert [one.data["clock"]["at"] for one in told(world)] == ["due"]


def test_one_that_was_stopped_is_not_told(world):
    decided(world)
    served(world, "2026-02-11T10:00:00")
    assert clocks(world)["announce"]["wake_at"] is None
    run_out(world, "announce", clocks(world)["announce"]["due_at"])
    assert told(world) == []


def test_a_right_that_nobody_used_is_over_with_its_period(world):
    decided(world)
    served(world, "2026-02-11T10:00:00")
    run_out(world, "appeal_application", clocks(world)["appeal_application"]["due_at"] - timedelta(seconds=1))
    assert clocks(world)["appeal_application"]["running"]
    run_out(world, "appeal_application", clocks(world)["appeal_application"]["due_at"])
    row = clocks(world)["appeal_application"]
    assert (row["running"], row["stopped_by"]) == (False, "lapsed")
    assert told(world)[-1].data["clock"]["at"] == "due"


def test_a_duty_that_nobody_met_goes_on_after_its_end(world):
    decided(world)
    run_out(world, "announce", clocks(world)["announce"]["due_at"])
    assert clocks(world)["announce"]["running"]


def report(world, rule, done_on, by=COMMISSION):
    command = ReportClock(
        id=clocks(world)[rule]["_id"], by=by, seen=lambda version: None, done_on=done_on, note="已办理"
    )
    return world.work(lambda work: world.clocks.report(work, command, world.now))


def test_what_no_event_tells_is_reported_by_hand(world):
    decided(world)
    served(world, "2026-02-11T10:00:00")
    assert report(world, "post_and_pay", date(2026, 2, 20)).moves == ()
    row = clocks(world)["post_and_pay"]
    assert (row["running"], row["stopped_by"], row["done"]) == (
        False, "done", {"on": "2026-02-20", "note": "已办理", "by": COMMISSION.sub},
    )  # fmt: skip
    with pytest.raises(InvalidTransitionError):
        report(world, "post_and_pay", date(2026, 2, 20))
    with pytest.raises(InvalidTransitionError):
        report(world, "appeal_application", date(2026, 2, 20))


@pytest.mark.parametrize(
    "day", [DECIDED_ON - timedelta(days=1), date(2026, 2, 26)], ids=["before it", "future"]
)
def test_a_day_that_cannot_be_is_refused(world, day):
    decided(world)
    served(world, "2026-02-11T10:00:00")
    with pytest.raises(InvalidError) as refused:
        report(world, "post_and_pay", day)
    assert list(refused.value.errors) == ["done_on"]
    assert clocks(world)["post_and_pay"]["running"]


def test_of_a_case_that_one_may_not_know_no_clock_is_reported(world):
    decided(world)
    served(world, "2026-02-11T10:00:00")
    with pytest.raises(UnknownError):
        report(world, "post_and_pay", date(2026, 2, 20), replace(COMMISSION, area="990100003"))
    change(world, lambda found: found.limit_access(True, ["commission-2"], world.now))
    with pytest.raises(UnknownError):
        report(world, "post_and_pay", date(2026, 2, 20))
    assert report(world, "post_and_pay", date(2026, 2, 20), replace(COMMISSION, sub="commission-2")).done


@given(
    st.dates(date(2010, 1, 1), date(2090, 1, 1)),
    st.sampled_from(CLOCK_RULES.rules),
    st.lists(st.integers(-400, 400), max_size=8),
)
def test_whenever_one_looks_nothing_is_told_twice_or_early(first, rule, looks):
    clock = StatutoryClock.start(
        "c", rule, About("m", GROUNDS), first, CALENDAR, shanghai("2026-01-01T00:00:00")
    )
    assert clock.due_on > first
    heard = []
    for days in sorted(looks):
        now = clock.due_at + timedelta(days=days)
        if clock.run_out(now):
            heard.append(clock.told)
            assert now >= (clock.due_at if clock.told == "due" else clock.remind_at)
    assert heard in ([], ["before"], ["due"], ["before", "due"])


def test_an_effect_ends_on_its_day_and_is_told_once(world):
    decided(world, "admonition_talk")
    until = shanghai("2026-08-10T00:00:00")
    for now in (until - timedelta(seconds=1), until, until + timedelta(days=1)):
        world.work(lambda work, now=now: expire(work, "m-1", now))
        expired = [one.type for one in world.told("measure.expired")]
        assert expired == ([] if now < until else ["measure.expired.v1"])
    assert world.one(indexes.MEASURES)["status"] == "expired"


def test_a_second_party_sanction_gets_the_rest_of_the_first(world):
    decided(world, "party_warning", on=date(2025, 6, 10))
    second = decided(world, "party_serious_warning", measure="m-2")
    assert second.effect.until == date(2027, 12, 10)


def test_what_was_revoked_adds_nothing(world):
    decided(world, "party_warning", on=date(2025, 6, 10))
    change(world, lambda found: found.revoke(Revocation("wrong", "county", world.now, "approver-1")))
    assert decided(world, "party_serious_warning", measure="m-2").effect.until == date(2027, 8, 10)


def test_another_family_adds_nothing_and_a_kind_without_effect_has_none(world):
    decided(world, "party_warning", on=date(2025, 6, 10))
    assert decided(world, "admonition_talk", measure="m-2").effect.until == date(2026, 8, 10)
    assert decided(world, "reminder_talk", measure="m-3").effect is None
