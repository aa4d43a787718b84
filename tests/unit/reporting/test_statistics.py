"""The figures of contract section 6, from single findings up."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from services.reporting.domain.fact import Fact
from services.reporting.domain.statistics import KEYS, Cell, cells_of, summarise, tabulate
from tests.unit.reporting.histories import histories
from tests.unit.reporting.world import NOW, World, assigned, moved

DUE = NOW + timedelta(days=1)
POSTED = NOW - timedelta(days=1)


def a_fact(move="posted", at=NOW, **told):
    fact = Fact("f")
    told = {"posted_at": POSTED.isoformat(), "due_at": DUE.isoformat()} | told
    fact.take(moved("f", move, 2, at, **told))
    return fact


def closed(reported_at, **told):
    return a_fact("closed", reported_at, reported_at=reported_at.isoformat(), **told)


def figures(*facts, now=NOW):
    return summarise(cell for fact in facts for cell in cells_of(fact, "status", now))


def test_nothing_to_divide_by_gives_null():
    row = figures()
    assert (row["posted"], row["rate_closed"], row["rate_on_time"], row["median_days"]) == (
        0,
        None,
        None,
        None,
    )


def test_findings_are_counted_and_their_problems_beside_them():
    row = figures(a_fact(count=12), a_fact(), closed(NOW, count=3))
    assert (row["posted"], row["posted_items"]) == (3, 16)
    assert (row["open"], row["open_items"]) == (2, 13)
    assert (row["closed"], row["closed_items"]) == (1, 3)


def test_the_rate_of_closing_leaves_withdrawn_findings_out():
    row = figures(closed(NOW), a_fact(), a_fact("withdrawn"))
    assert (row["posted"], row["withdrawn"], row["rate_closed"]) == (3, 1, 0.5)


def test_only_withdrawn_findings_have_no_rate():
    assert figures(a_fact("withdrawn"))["rate_closed"] is None


def test_the_rate_on_time_is_of_those_closed_or_past_their_deadline():
    late = DUE + timedelta(hours=1)
    facts = [closed(NOW), closed(late), a_fact(), a_fact("withdrawn"), a_fact("blocked")]
    assert figures(*facts[:2], now=NOW)["rate_on_time"] == 0.5
    assert figures(*facts, now=late)["rate_on_time"] == round(1 / 3, 4)


def test_open_findings_before_their_deadline_are_in_no_rate_on_time():
    assert figures(a_fact())["rate_on_time"] is None


def test_the_median_is_of_days_from_posting_to_the_passing_report():
    days = [POSTED + timedelta(days=n) for n in (1, 2, 6)]
    assert figures(*(closed(day) for day in days))["median_days"] == 2
    assert figures(*(closed(day) for day in days[1:]))["median_days"] == 4


def test_overdue_is_a_matter_of_the_clock():
    fact = a_fact()
    assert [figures(fact, now=now)["overdue"] for now in (DUE - timedelta(seconds=1), DUE)] == [0, 1]


@pytest.mark.parametrize("move", ["blocked", "disputed", "withdrawn"])
def test_statuses_have_a_column_of_their_own(move):
    row = figures(a_fact(move, count=5))
    assert (row[move], row[f"{move}_items"]) == (1, 5)
    assert row["open"] == (move != "withdrawn")


def test_recurrences_are_counted():
    assert figures(a_fact(recurrence_of="g"), a_fact())["recurrences"] == 1


def test_a_finding_counts_in_the_row_of_each_of_its_units_and_cadres():
    fact = a_fact(units=["990100001", "990100002"])
    fact.take(assigned("f", ("C001", "direct"), ("C004", "line_leader"), ("C001", "line_leader")))
    assert [cell.key for cell in cells_of(fact, "unit", NOW)] == ["990100001", "990100002"]
    assert [cell.key for cell in cells_of(fact, "cadre", NOW)] == ["C001", "C004"]


def test_a_finding_without_a_responsible_person_has_a_row_at_the_end():
    facts = [a_fact(), a_fact()]
    facts[0].take(assigned("f", ("C001", "direct")))
    cells = [cell for fact in facts for cell in cells_of(fact, "cadre", NOW)]
    rows = tabulate(cells, lambda key: key or "nobody")
    assert [(row["key"], row["name"], row["posted"]) for row in rows] == [
        ("C001", "C001", 1),
        (None, "nobody", 1),
    ]


def test_stubs_are_in_no_statistics():
    assert cells_of(Fact("f"), "area", NOW) == []


@given(histories)
@settings(max_examples=60, deadline=None)
def test_rows_by_what_a_finding_has_one_of_add_up_to_the_total(history):
    world = World()
    world.deliver(*history)
    facts = world.facts().values()
    for by in set(KEYS) - {"unit", "cadre"}:
        cells = [cell for fact in facts for cell in cells_of(fact, by, NOW)]
        rows, total = tabulate(cells, str), summarise(cells)
        for column in ("posted", "closed", "open", "withdrawn", "posted_items"):
            assert sum(row[column] for row in rows) == total[column]
        assert total["posted"] == sum(fact.state is not None for fact in facts)


def test_cells_count_as_many_findings_as_they_say():
    alike = Cell(
        "k",
        "closed",
        False,
        False,
        True,
        False,
        True,
        findings=3,
        items=7,
        seconds=((86400.0, 86400.0), (0.0,)),
    )
    row = summarise([alike])
    assert (row["posted"], row["posted_items"], row["rate_on_time"], row["median_days"]) == (3, 7, 1.0, 1.0)
