"""Rollups say what the facts say, and what a plain recount of the ledger says: whatever happened, in whatever order."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.adapters.rollups import NEWS, ROLLUPS
from services.reporting.domain.calendar import day_of
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.rollups import DAY, serves, spans
from services.reporting.domain.statistics import KEYS, cells_of, summarise, tabulate
from services.reporting.domain.view import is_overdue, view
from tests.unit.reporting.histories import deliveries
from tests.unit.reporting.world import (
    COUNTY,
    NOW,
    TOWNSHIP,
    VILLAGE,
    World,
    assigned,
    case,
    life,
    moved,
    noticed,
)

_days = st.one_of(
    st.none(), st.sampled_from([date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 20), day_of(NOW)]),
    st.dates(date(2025, 12, 1), date(2026, 3, 31)),
)  # fmt: skip
_filters = st.builds(
    Filters,
    reach=st.sampled_from([COUNTY, TOWNSHIP, "990100002"]),
    area=st.sampled_from([None, COUNTY, TOWNSHIP]),
    since=_days,
    until=_days,
    date=st.sampled_from(["found", "posted", "closed"]),
)
_moments = st.sampled_from([NOW, NOW + timedelta(hours=12), NOW + timedelta(days=10)])


def every(whole=None):
    return replace(Filters(reach=COUNTY), **(whole or {}))


def told(world, filters, by, now):
    """What the statistics answer: rows and total."""
    rows = tabulate(world.cells(filters, by, now), str)
    return rows, summarise(world.cells(filters, "status", now))


def of_facts(world, filters, by, now):
    chosen = [fact for fact in world.facts().values() if matches(filters, fact, view(fact), now)]
    rows = tabulate((cell for fact in chosen for cell in cells_of(fact, by, now)), str)
    return rows, summarise(cell for fact in chosen for cell in cells_of(fact, "status", now)), chosen


@given(
    deliveries(),
    st.lists(st.integers(0, 4), min_size=30, max_size=30),
    _filters,
    st.sampled_from(KEYS),
    _moments,
)
@settings(max_examples=100, deadline=None)
def test_rollups_facts_and_a_plain_recount_are_the_same(delivered, folds, filters, by, now):
    world = World()
    for batch, most in zip(delivered[1], folds, strict=False):
        world.deliver(*batch)
        if most:
            world.fold(most)
    rows, total, chosen = of_facts(world, filters, by, now)
    assert told(world, filters, by, now) == (rows, total)
    states = [fact.state for fact in chosen]
    assert total["posted"] == len(states)
    assert total["posted_items"] == sum(state["count"] for state in states)
    assert total["closed"] == sum(state["status"] == "closed" for state in states)
    assert total["overdue"] == sum(is_overdue(view(fact).overdue_from, now) for fact in chosen)
    assert total["recurrences"] == sum(bool(state["recurrence_of"]) for state in states)
    took = [
        (state["reported_at"] - state["posted_at"]).total_seconds() / 86400
        for state in states
        # An old ledger was posted long after it was reported: its days say nothing of how long mending took.
        if state["status"] == "closed" and state["reported_at"] and not state["historical"]
    ]
    assert total["median_days"] == (round(median(took), 4) if took else None)


@given(deliveries(), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_the_same_facts_make_the_same_rollups(delivered, most):
    history, batches = delivered
    straight, mixed = World(), World()
    straight.deliver(*history)
    for batch in batches:
        mixed.deliver(*batch)
        mixed.fold(most)
    for world in (straight, mixed):
        while world.fold(most):
            pass
        world.fold()
    assert mixed.rollups() == straight.rollups()
    assert not mixed.database.collections.get(NEWS)


@given(_days, _days, st.dates(date(2025, 11, 1), date(2026, 4, 30)))
@settings(max_examples=100, deadline=None)
def test_each_day_lies_in_exactly_one_span(since, until, day):
    held = [
        span
        for span in spans(every({"since": since, "until": until}))
        if span.first <= (day.isoformat() if span.length == DAY else day.isoformat()[:7]) <= span.last
    ]
    asked = (since is None or since <= day) and (until is None or day <= until)
    assert len(held) == asked


def test_an_event_that_changes_nothing_in_them_writes_nothing_for_them():
    world = World()
    world.deliver(moved("f-1"), assigned("f-1", ("C001", "direct")))
    before = dict(world.database.collections[NEWS])
    world.deliver(noticed("f-1", "C001"))
    assert world.database.collections[NEWS] == before


def test_a_batch_writes_one_row_whatever_it_holds():
    world = World()
    world.deliver(*[event for n in range(5) for event in life(f"f-{n}")])
    assert len(world.database.collections[NEWS]) == 1


def test_a_case_before_a_finding_in_the_same_batch_hides_nothing():
    world = World()
    world.deliver(case("case-1", []), moved("f-1"))
    assert summarise(world.cells(every(), "status"))["posted"] == 1


def test_what_is_gone_leaves_no_rollup_behind():
    world = World()
    world.deliver(moved("f-1"))
    world.fold()
    held = set(world.rollups())
    world.deliver(moved("f-1", "transferred", 2, area="990100002001"))
    world.fold()
    assert len(world.rollups()) == len(held)
    assert held.isdisjoint(world.rollups())


def test_a_rollup_is_of_a_township_and_a_period():
    world = World()
    world.deliver(*life("f-1"), moved("f-2", area=COUNTY))
    world.fold()
    found = Counter(one.partition("|")[0] for one in world.rollups())
    assert found == {"found": 4, "posted": 4, "closed": 2}
    assert f"found|m|2026-02|{TOWNSHIP}" in world.rollups()
    assert f"found|d|2026-02-20|{COUNTY}" in world.rollups()


@pytest.mark.parametrize(
    "asked",
    [
        {"by_unit": True}, {"area": VILLAGE}, {"reach": VILLAGE}, {"status": "closed"}, {"q": "门"},
        {"until": date.max}, {"since": date.min},
    ],
)  # fmt: skip
def test_what_they_cannot_tell_is_left_to_the_facts(asked):
    assert serves(every())
    assert not serves(every(asked))


def test_a_fold_takes_no_more_than_it_is_told_to():
    world = World()
    for n in range(5):
        world.deliver(moved(f"f-{n}"))
    assert world.fold(2)
    assert len(world.database.collections[NEWS]) == 3
    assert world.fold(2)
    assert not world.fold(2)
    assert world.database.collections[ROLLUPS]
