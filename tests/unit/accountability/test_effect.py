"""Periods of effect: month arithmetic at month ends and leap days, and how periods meet."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.accountability.domain.effect import (
    ADD,
    ALONE,
    HEAVIEST,
    REST_PLUS_NEW,
    Combining,
    Period,
    Standing,
    add_months,
    period,
    under_effect,
)

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
months = st.integers(1, 60)
PARTY = Combining(REST_PLUS_NEW, HEAVIEST, None)
ADMIN = Combining(REST_PLUS_NEW, ADD, 48)


def made(*terms: Any) -> Any:
    """A period, which has an end here."""
    return period(*terms)


def whole(*terms: Any) -> Any:
    """The time under effect, which may be none."""
    return under_effect(*terms)


def test_a_month_from_the_end_of_january_ends_with_february():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_year_from_a_leap_day_ends_on_the_28th():
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2028, 2, 29), 48) == date(2032, 2, 29)


@given(days, months)
def test_it_is_the_same_day_of_the_month_or_the_last_of_a_shorter_one(day, count):
    end = add_months(day, count)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == count
    assert end.day == min(day.day, monthrange(end.year, end.month)[1])


@given(days, days, months)
def test_who_is_decided_on_later_is_never_free_earlier(one, other, count):
    first, second = sorted((one, other))
    assert add_months(first, count) <= add_months(second, count)


@given(days, months)
def test_in_force_from_the_decision_through_the_day_before_the_end(day, count):
    found = made(day, count)
    assert not found.holds(day - DAY)
    assert found.holds(day)
    assert found.holds(found.until - DAY)
    assert not found.holds(found.until)


def test_within_a_running_one_the_rest_is_added():
    running = Standing("party_warning", date(2025, 6, 10), date(2026, 6, 10))
    found = made(date(2026, 2, 10), 18, "party_serious_warning", [running], PARTY)
    assert found == Period(date(2026, 2, 10), date(2027, 12, 10)), "4 months left + 18"


def test_one_that_has_ended_or_begins_later_adds_nothing():
    ended = Standing("party_warning", date(2025, 2, 10), date(2026, 2, 10))
    later = Standing("party_warning", date(2026, 3, 1), date(2027, 3, 1))
    found = made(date(2026, 2, 10), 12, "party_warning", [ended, later], PARTY)
    assert found.until == date(2027, 2, 10)


def test_equal_sanctions_of_one_day_are_added_up_to_the_cap():
    day = date(2026, 2, 10)
    first = made(day, 18, "admin_serious_demerit", [], ADMIN)
    second = made(
        day, 18, "admin_serious_demerit", [Standing("admin_serious_demerit", day, first.until)], ADMIN
    )
    third = made(
        day, 18, "admin_serious_demerit", [Standing("admin_serious_demerit", day, second.until)], ADMIN
    )
    assert second.until == date(2029, 2, 10)
    assert third.until == date(2030, 2, 10), "48 months at most"


def test_of_unequal_ones_of_one_day_each_counts_by_itself():
    day = date(2026, 2, 10)
    beside = [Standing("admin_warning", day, date(2026, 8, 10))]
    assert made(day, 12, "admin_demerit", beside, ADMIN).until == date(2027, 2, 10)


def test_where_nothing_is_said_each_runs_by_itself():
    beside = [Standing("admonition_talk", date(2026, 1, 1), date(2026, 7, 1))]
    apart = Combining(ALONE, HEAVIEST, None)
    assert made(date(2026, 2, 1), 6, "admonition_talk", beside, apart).until == date(2026, 8, 1)


@given(days, months, days, months)
def test_a_combined_one_is_never_shorter_than_alone_and_keeps_to_the_cap(old, old_months, new, new_months):
    standing = Standing("x", old, add_months(old, old_months))
    found = made(new, min(new_months, 48), "x", [standing], ADMIN)
    assert add_months(new, min(new_months, 48)) <= found.until <= add_months(new, 48)


def test_periods_that_follow_one_another_are_one_time_under_effect():
    first = Period(date(2026, 1, 1), date(2026, 7, 1))
    second = Period(date(2026, 7, 1), date(2027, 1, 1))
    apart = Period(date(2027, 1, 2), date(2027, 6, 1))
    assert whole([apart, second, first], date(2026, 3, 1)).until == date(2027, 1, 1)
    assert whole([apart, second, first], date(2027, 1, 1)) is None
    assert whole([apart, second, first], date(2027, 1, 2)).until == date(2027, 6, 1)
    assert whole([first], date(2025, 12, 31)) is None
    assert whole([], date(2026, 1, 1)) is None


def test_one_without_an_end_covers_whatever_follows():
    assert whole(
        [Period(date(2026, 1, 1), None), Period(date(2026, 5, 1), date(2026, 6, 1))], date(2030, 1, 1)
    ) == Period(date(2026, 1, 1), None)


@given(st.lists(st.tuples(days, months), max_size=6), days)
def test_it_is_under_effect_exactly_while_one_of_them_holds(given_periods, on):
    periods = [made(day, count) for day, count in given_periods]
    found = whole(periods, on)
    assert (found is not None) == any(one.holds(on) for one in periods)
    assert found is None or found.holds(on)
