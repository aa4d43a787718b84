"""How a finding stands with its deadline, whatever its status."""

from datetime import timedelta

import pytest

from services.reporting.domain.calendar import day_of, end_of, start_of
from services.reporting.domain.fact import Fact
from services.reporting.domain.view import is_overdue, view
from tests.unit.reporting.world import NOW, moved

DUE = NOW + timedelta(days=2)
LATE = DUE + timedelta(seconds=1)


def seen(*moves, **told):
    fact = Fact("f-1")
    for sequence, (move, at) in enumerate(moves, 1):
        fact.take(moved("f-1", move, sequence, at, **{"due_at": DUE.isoformat()} | told))
    return view(fact)


def test_an_open_finding_is_overdue_from_its_deadline_on():
    found = seen(("posted", NOW))
    assert found.overdue_from == DUE
    assert not is_overdue(found.overdue_from, DUE - timedelta(milliseconds=1))
    assert is_overdue(found.overdue_from, DUE)


def test_a_deadline_that_is_a_day_ends_at_24_00_in_shanghai():
    found = seen(("posted", NOW), due_at=None, deadline="2026-03-03")
    assert found.overdue_from.isoformat() == "2026-03-03T16:00:00+00:00"


@pytest.mark.parametrize("move", ["reported", "disputed", "withdrawn", "closed"])
def test_what_waits_on_others_or_has_ended_is_not_overdue(move):
    ends = {"reported_at": NOW.isoformat()} if move in ("reported", "closed") else {}
    assert seen(("posted", NOW), (move, NOW), **ends).overdue_from is None


def test_a_blocked_finding_is_overdue_after_the_day_on_which_it_is_to_be_looked_at_again():
    found = seen(("posted", NOW), ("blocked", NOW), review_on="2026-03-10")
    assert found.overdue_from == end_of(day_of(NOW).replace(month=3, day=10))


def test_a_finding_of_an_old_ledger_is_never_overdue():
    assert seen(("posted", NOW), historical=True).overdue_from is None


def test_reported_after_the_deadline_it_is_past_it_though_not_overdue():
    found = seen(("posted", NOW), ("reported", LATE), reported_at=LATE.isoformat())
    assert (found.overdue_from, found.past_from) == (None, DUE)


def test_reported_before_the_deadline_no_time_runs_against_the_unit():
    found = seen(("posted", NOW), ("reported", NOW), reported_at=NOW.isoformat())
    assert found.past_from is None


@pytest.mark.parametrize(("reported_at", "on_time"), [(DUE, True), (LATE, False)])
def test_on_time_is_a_passing_report_by_the_deadline(reported_at, on_time):
    closed_at = LATE + timedelta(days=3)
    found = seen(("posted", NOW), ("closed", closed_at), reported_at=reported_at.isoformat())
    assert found.on_time is on_time


def test_a_report_that_has_not_passed_is_not_on_time():
    assert seen(("posted", NOW), ("reported", NOW), reported_at=NOW.isoformat()).on_time is False


def test_a_day_begins_and_ends_in_shanghai():
    day = day_of(NOW)
    assert start_of(day).isoformat() == "2026-02-24T16:00:00+00:00"
    assert end_of(day) - start_of(day) == timedelta(days=1)


def test_while_it_waits_for_an_extension_its_deadline_stands_still():
    found = seen(("posted", NOW), ("amended", NOW), waiting_since=NOW.isoformat())
    assert (found.overdue_from, found.past_from) == (None, None)


def test_what_was_overdue_before_it_waited_stays_overdue():
    assert seen(("posted", NOW), ("amended", LATE), waiting_since=LATE.isoformat()).overdue_from == DUE


def test_what_is_changed_during_a_dispute_does_not_make_the_dispute_late():
    found = seen(("posted", NOW), ("disputed", NOW), ("disputed", LATE), waiting_since=NOW.isoformat())
    assert found.past_from is None
