"""One fact for each finding: the same whatever the order of what was told, and however often."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.fact import Fact, rebuild
from services.reporting.domain.view import view
from shared.messaging.inbox import REMEMBERED
from tests.unit.reporting.histories import FINDINGS, deliveries, histories
from tests.unit.reporting.world import (
    COUNTY,
    NOW,
    UNRESOLVED,
    VILLAGE,
    World,
    assigned,
    case,
    life,
    moved,
    noticed,
    warned,
)


@given(deliveries())
@settings(max_examples=80, deadline=None)
def test_any_order_and_any_repetition_give_the_same_facts_counters_and_archive(delivered):
    history, batches = delivered
    straight, mixed = World(), World()
    straight.deliver(*history)
    for batch in batches:
        mixed.deliver(*batch)
    assert mixed.facts() == straight.facts()
    assert mixed.balances() == straight.balances()
    assert {one.id for one in mixed.archived()} == {one.id for one in history}


@given(deliveries())
@settings(max_examples=80, deadline=None)
def test_the_archive_makes_the_facts_again(delivered):
    _, batches = delivered
    world = World()
    for batch in batches:
        world.deliver(*batch)
    archived = world.archived()
    made = {key: rebuild(key, archived) for key in FINDINGS}
    assert {key: fact for key, fact in made.items() if fact != Fact(key)} == world.facts()


@given(histories, st.randoms())
@settings(max_examples=50, deadline=None)
def test_batches_of_one_and_one_batch_of_all_are_the_same(history, chance):
    one_by_one, together = World(), World()
    for event in history:
        one_by_one.deliver(event)
    chance.shuffle(history)
    together.deliver(*history)
    assert together.facts() == one_by_one.facts()
    assert together.balances() == one_by_one.balances()


def test_a_whole_life_is_one_fact():
    world = World()
    world.deliver(*life("f-1"))
    fact = world.fact("f-1")
    seen = view(fact)
    assert list(world.facts()) == ["f-1"]
    assert world.state("f-1")["status"] == "closed"
    assert fact.assignment is not None
    assert [one["cadre"] for one in fact.assignment["responsible"]] == ["C001", "C004"]
    assert seen.assigned_at == NOW + timedelta(hours=1)
    assert seen.notified_at == datetime(2026, 2, 20, 3, 0, 5, tzinfo=UTC)
    assert seen.signed_at == NOW + timedelta(hours=4)
    assert seen.rectified_seconds == 6 * 3600
    assert world.balances() == {VILLAGE: {"closed": 1, "assigned": 1, "noticed": 1}}


def test_an_older_event_is_archived_and_changes_nothing():
    world = World()
    first, second = moved("f-1"), moved("f-1", "accepted", 2)
    assert world.deliver(second) == ["applied"]
    assert world.deliver(first) == ["stale"]
    assert world.state("f-1")["status"] == "rectifying"
    assert {one.id for one in world.archived()} == {first.id, second.id}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (moved("f-1"), moved("f-1", "accepted", 2)),
        (assigned("f-1", ("C001", "direct")), assigned("f-1", ("C004", "line_leader"), sequence=2)),
        (warned("f-1", "C001"), warned("f-1", "C001", 2, "revoked")),
        (noticed("f-1", "C001"), noticed("f-1", "C001", "signed", 2)),
    ],
    ids=lambda event: event.type,
)
def test_also_without_an_inbox_the_newer_word_stays(older, newer):
    backwards, alone = Fact("f-1"), Fact("f-1")
    for event in (newer, older, newer):
        backwards.take(event)
    alone.take(newer)
    assert backwards == alone


def test_nobody_waits_for_a_predecessor():
    world = World()
    world.deliver(moved("f-1", "closed", 7))
    assert world.state("f-1")["status"] == "closed"
    assert world.balances() == {VILLAGE: {"closed": 1}}


def test_what_comes_before_its_finding_makes_a_stub_that_is_counted_nowhere():
    world = World()
    world.deliver(assigned("f-1", ("C001", "direct")), noticed("f-1", "C001"), warned("f-1", "C001"))
    assert world.fact("f-1").state is None
    assert world.balances() == {}
    world.deliver(moved("f-1"))
    assert world.balances() == {VILLAGE: {"issued": 1, "assigned": 1, "noticed": 1}}


def test_an_overtaken_event_of_long_ago_that_comes_again_is_archived_once():
    world = World()
    first = moved("f-1")
    later = [moved("f-1", "amended", n) for n in range(2, 2 * REMEMBERED)]
    world.deliver(*later, first)
    assert world.deliver(first, *later, first)[0] == "duplicate"
    world.deliver(*(moved("f-1", "amended", n) for n in range(40, 40 + 2 * REMEMBERED)))
    assert world.deliver(first) == ["stale"]
    assert sum(one.id == first.id for one in world.archived()) == 1


def test_the_archive_keeps_the_envelope():
    world = World()
    sent = moved("f-1")
    world.deliver(sent)
    assert world.archived() == [sent]


def test_a_case_that_goes_on_without_a_finding_leaves_it():
    world = World()
    world.deliver(moved("f-1"), moved("f-2"), case("case-1", ["f-1", "f-2"]))
    world.deliver(case("case-1", ["f-2"], 2, "verifying"))
    assert world.fact("f-1").cases == {}
    assert world.fact("f-2").cases["case-1"]["status"] == "verifying"


def test_the_entry_in_the_list_of_the_unassigned_never_overrides_an_assignment():
    world = World()
    world.deliver(
        assigned("f-1", ("C001", "direct")), assigned("f-1", sequence=9, type=UNRESOLVED), moved("f-1")
    )
    assert world.balances()[VILLAGE]["assigned"] == 1


def test_a_finding_that_moves_to_another_area_is_counted_there_only():
    world = World()
    world.deliver(moved("f-1"))
    world.deliver(moved("f-1", "amended", 2, area="990100002001"))
    assert world.balances() == {"990100002001": {"issued": 1}}


def test_findings_of_an_old_ledger_are_counted_apart():
    world = World()
    world.deliver(moved("f-1", historical=True), noticed("f-1", "office"))
    assert world.balances() == {VILLAGE: {"historical.issued": 1}}


def test_a_batch_counts_each_area_once_however_many_findings_it_tells_of():
    world = World()
    world.deliver(*(moved(f"f-{n}") for n in range(100)))
    assert world.balances() == {VILLAGE: {"issued": 100}}
    assert COUNTY not in world.balances()


@pytest.mark.parametrize(
    ("recipient", "signs"),
    [("C001", True), ("unit:990100001", True), ("C004", False), ("office", False)],
)
def test_the_direct_cadre_or_the_unit_sign_for_a_finding(recipient, signs):
    world = World()
    world.deliver(
        moved("f-1"),
        assigned("f-1", ("C001", "direct"), ("C004", "line_leader")),
        noticed("f-1", recipient, "signed", 2),
    )
    assert (view(world.fact("f-1")).signed_at is not None) == signs


def test_a_leader_signs_where_there_is_no_direct_cadre():
    world = World()
    world.deliver(moved("f-1"), assigned("f-1", ("C004", "line_leader")), noticed("f-1", "C004", "signed", 2))
    assert view(world.fact("f-1")).signed_at == NOW


def test_a_warning_is_no_notice_of_the_assignment():
    world = World()
    world.deliver(moved("f-1"), noticed("f-1", "C001", about="warning.issued.v1"))
    assert view(world.fact("f-1")).notified_at is None


def test_warnings_and_cases_do_not_show_in_the_time_of_the_last_change():
    world = World()
    world.deliver(moved("f-1"))
    before = view(world.fact("f-1"))
    later = NOW + timedelta(days=1)
    world.deliver(warned("f-1", "C001", at=later), case("case-1", ["f-1"], at=later))
    after = view(world.fact("f-1"))
    assert after.updated_at == before.updated_at


def test_a_transfer_moves_a_finding_and_its_assignment_to_the_figures_of_the_other_area():
    world = World()
    world.deliver(moved("f-1"), assigned("f-1", ("C001", "direct")))
    world.deliver(moved("f-1", "transferred", 2, area="990100002001"))
    assert {area: figures for area, figures in world.balances().items() if any(figures.values())} == {
        "990100002001": {"issued": 1, "assigned": 1}
    }
