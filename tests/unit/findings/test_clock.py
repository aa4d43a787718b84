"""The deadline and the time a finding waits on others: by example, and against a second reckoning of random lives."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.findings.domain.calendar import day_of, end_of
from services.findings.domain.errors import InvalidError, InvalidTransitionError, SamePersonError
from services.findings.domain.finding import Finding
from services.findings.domain.guards import MOST_EXTENSIONS, open_moves
from services.findings.domain.moves import OPEN, TABLE, Actor, Move, Status
from services.findings.domain.parts import Stamp
from tests.unit.findings.moving import ARGUMENTS, EXAMPLES, POSTED_AT, make, posted, stamp

DUE = POSTED_AT + timedelta(days=2)
HOUR = timedelta(hours=1)


def waited(finding: Finding) -> float:
    """Hours by which the deadline has moved."""
    return (finding.due.at - DUE) / HOUR


def test_a_finding_that_waits_on_nobody_keeps_the_deadline_of_its_posting() -> None:
    finding = posted()
    for hours, move in enumerate((Move.ACCEPT, Move.PROGRESS), 1):
        make(finding, move, stamp("unit", hours=hours))
    assert (waited(finding), finding.overdue_from) == (0, DUE)


def test_the_time_until_a_failed_check_does_not_run_against_the_unit() -> None:
    finding = posted()
    make(finding, Move.REPORT, stamp("unit", hours=5))
    assert finding.clock.waiting_since == POSTED_AT + 5 * HOUR
    make(finding, Move.VERIFY, stamp("supervisor", hours=29), result="fail")
    assert (waited(finding), finding.due.day) == (24, date(2026, 2, 14))
    assert not finding.waits


def test_the_time_of_a_dispute_does_not_run_against_the_unit() -> None:
    finding = posted()
    make(finding, Move.DISPUTE, stamp("unit", hours=1))
    make(finding, Move.DECIDE, stamp("approver", hours=31))
    assert waited(finding) == 30


def test_a_report_that_came_late_stays_late_however_long_its_verification_takes() -> None:
    finding = posted()
    make(finding, Move.REPORT, stamp("unit", hours=50))
    make(finding, Move.VERIFY, stamp("supervisor", hours=500))
    assert finding.due.at == DUE


def test_what_was_overdue_by_an_hour_when_reported_is_overdue_by_an_hour_when_it_comes_back() -> None:
    finding = posted()
    make(finding, Move.REPORT, stamp("unit", hours=49))
    assert not finding.is_overdue(POSTED_AT + 60 * HOUR)
    make(finding, Move.VERIFY, stamp("supervisor", hours=100), result="fail")
    assert finding.overdue_from == POSTED_AT + 99 * HOUR


def test_while_an_extension_is_asked_the_deadline_stands_still() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", hours=40))
    assert finding.overdue_from is None
    make(finding, Move.EXTEND_DECIDE, stamp("approver", hours=60), result="refused")
    assert (waited(finding), finding.extensions) == (20, 0)


def test_to_ask_for_an_extension_does_not_hide_that_it_is_overdue_already() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", hours=49))
    assert finding.overdue_from == DUE


def test_a_granted_extension_sets_the_deadline_to_its_day() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", hours=1))
    make(finding, Move.EXTEND_DECIDE, stamp("approver", hours=2))
    assert (finding.due.at, finding.due.day) == (end_of(date(2026, 3, 20)), date(2026, 3, 20))
    assert (finding.extensions, finding.status) == (1, Status.ISSUED)


def test_a_grant_is_never_worse_than_a_refusal() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", hours=1), until=date(2026, 2, 14))
    make(finding, Move.EXTEND_DECIDE, stamp("approver", hours=1001))
    assert waited(finding) == 1000


def test_two_extensions_are_granted_and_no_third_is_asked() -> None:
    finding = posted()
    for day in (1, 2):
        make(finding, Move.EXTEND, stamp("unit"), until=date(2026, 4, day))
        make(finding, Move.EXTEND_DECIDE, stamp("approver"))
    with pytest.raises(InvalidTransitionError, match="at most 2"):
        make(finding, Move.EXTEND, stamp("unit"), until=date(2026, 5, 1))


def test_a_refused_extension_may_be_asked_again_an_open_one_not() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit"))
    with pytest.raises(InvalidTransitionError, match="asked already"):
        make(finding, Move.EXTEND, stamp("unit"))
    make(finding, Move.EXTEND_DECIDE, stamp("approver"), result="refused")
    make(finding, Move.EXTEND, stamp("unit"))
    assert finding.extension_open


def test_the_applicant_does_not_decide() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", "same"))
    with pytest.raises(SamePersonError):
        make(finding, Move.EXTEND_DECIDE, stamp("approver", "same"))


def test_an_extension_until_before_the_deadline_is_refused() -> None:
    finding = posted()
    with pytest.raises(InvalidError) as refused:
        make(finding, Move.EXTEND, stamp("unit"), until=finding.due.day)
    assert set(refused.value.errors) == {"until"}


def blocked(review_on: date) -> Finding:
    finding = posted()
    make(finding, Move.ACCEPT, stamp("unit", hours=1))
    make(finding, Move.BLOCK, stamp("unit", hours=10), review_on=review_on)
    return finding


def test_a_granted_block_moves_the_deadline_by_the_time_until_its_review() -> None:
    review_on = date(2026, 2, 15)
    finding = blocked(review_on)
    make(finding, Move.BLOCK_DECIDE, stamp("approver", hours=30))
    reviewed = end_of(review_on)
    assert finding.due.at == DUE + (reviewed - (POSTED_AT + 10 * HOUR)) == finding.overdue_from
    make(finding, Move.RESUME, Stamp(Actor("unit-1", "unit"), reviewed + 100 * HOUR), note=None)
    assert finding.due.at == DUE + (reviewed - (POSTED_AT + 10 * HOUR))


def test_a_block_that_is_resumed_early_moves_it_by_the_time_that_it_lasted() -> None:
    finding = blocked(date(2026, 2, 15))
    make(finding, Move.BLOCK_DECIDE, stamp("approver", hours=30))
    make(finding, Move.RESUME, stamp("unit", hours=34))
    assert waited(finding) == 24


@pytest.mark.parametrize(
    ("move", "role", "told"),
    [(Move.RESUME, "unit", {}), (Move.BLOCK_DECIDE, "office", {"result": "refused"})],
)
def test_a_block_that_nobody_granted_moves_nothing(move: Move, role: str, told: dict[str, Any]) -> None:
    finding = blocked(date(2026, 2, 15))
    make(finding, move, stamp(role, "another", hours=40), **told)
    assert waited(finding) == 0


def test_time_in_which_it_waits_for_two_things_counts_once() -> None:
    finding = posted()
    make(finding, Move.EXTEND, stamp("unit", hours=1))
    make(finding, Move.DISPUTE, stamp("unit", hours=11))
    make(finding, Move.EXTEND_DECIDE, stamp("approver", hours=21), result="refused")
    make(finding, Move.DECIDE, stamp("approver", hours=31))
    assert waited(finding) == 30


def test_a_transfer_forgets_what_was_waited_before() -> None:
    finding = posted()
    make(finding, Move.DISPUTE, stamp("unit", hours=1))
    make(finding, Move.DECIDE, stamp("approver", hours=31))
    make(finding, Move.TRANSFER, stamp("office", hours=40))
    assert finding.due == ARGUMENTS[Move.TRANSFER]["due"]


# A second reckoning: spans of waiting that are over are read off the history and united.

Step = tuple[int, int, int, bool]
STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 3 * 24 * 60), st.integers(0, 40), st.booleans()), max_size=30
)
ACTORS = [
    Actor(f"{role}-{who}", role) for role in ("unit", "supervisor", "approver", "office") for who in "ab"
]


def lived(
    steps: list[Step], left_out: frozenset[Move] = frozenset(), grant: bool = True
) -> Iterator[Finding]:
    """A life of open moves only, as it stands after each of them."""
    finding, now = posted(), POSTED_AT
    for choice, minutes, days, yes in steps:
        now += timedelta(minutes=minutes)
        choices = [
            (move, actor)
            for actor in ACTORS
            for move in open_moves(finding, Stamp(actor, now))
            if move not in left_out
        ]
        if not choices:
            return
        move, actor = choices[choice % len(choices)]
        make(finding, move, Stamp(actor, now), **_told(finding, move, now, days, yes, grant))
        yield finding


def _told(finding: Finding, move: Move, now: datetime, days: int, yes: bool, grant: bool) -> dict[str, Any]:
    ahead = day_of(now) + timedelta(days=days)
    match move:
        case Move.PLAN:
            return {"due": ahead}
        case Move.BLOCK:
            return {"review_on": ahead}
        case Move.EXTEND:
            return {"until": finding.due.day + timedelta(days=days + 1)}
        case Move.EXTEND_DECIDE:
            return {"result": "granted" if yes and grant else "refused"}
        case Move.BLOCK_DECIDE | Move.REFER_DECIDE:
            return {"result": "granted" if yes else "refused"}
        case Move.VERIFY:
            return {"result": "pass" if yes and grant else "fail"}
        case Move.DECIDE:
            return {"result": "withdrawn" if yes and grant else "upheld"}
        case Move.TRANSFER:
            return {"area": f"9901000020{10 + len(finding.pending)}"}
        case Move.REVISIT:
            return {"recurrence": None if yes else "f-2"}
    return {}


Spans = Iterator[tuple[datetime, datetime]]


def denied_or_reported(finding: Finding) -> Spans:
    since = None
    for event in finding.pending:
        if event.before is event.after:
            continue
        if since is not None:
            yield since, event.made.at
        since = event.made.at if event.after in (Status.REPORTED, Status.DISPUTED) else None


def extensions_asked(finding: Finding) -> Spans:
    asked = [event.made.at for event in finding.pending if event.move is Move.EXTEND]
    decided = [event.made.at for event in finding.pending if event.move is Move.EXTEND_DECIDE]
    yield from zip(asked, decided, strict=False)


def granted_blocks(finding: Finding) -> Spans:
    """One that still lasts is known to end with its review."""
    since = until = None
    for event in finding.pending:
        if event.move is Move.BLOCK:
            since, review = event.made.at, end_of(event.details["review_on"])
        elif event.move is Move.BLOCK_DECIDE and event.after is Status.BLOCKED:
            until = review
        elif event.before is Status.BLOCKED and event.after is not Status.BLOCKED:
            if since is not None and until is not None:
                yield since, min(until, event.made.at)
            since = until = None
    if since is not None and until is not None:
        yield since, until


def united(found: Iterable[tuple[datetime, datetime]]) -> timedelta:
    total, reached = timedelta(), datetime(1, 1, 1, tzinfo=UTC)
    for since, until in sorted(found):
        total += max(timedelta(), until - max(since, reached))
        reached = max(reached, until)
    return total


@settings(max_examples=EXAMPLES, deadline=None)
@given(STEPS)
def test_the_deadline_is_that_of_the_posting_and_the_time_waited(steps: list[Step]) -> None:
    for finding in lived(steps, frozenset({Move.TRANSFER, Move.WITHDRAW, Move.MERGE}), grant=False):
        # What it still waits for is counted when that ends.
        if finding.clock.waiting_since is None:
            assert finding.due.at == DUE + united(
                [*denied_or_reported(finding), *extensions_asked(finding), *granted_blocks(finding)]
            )


@settings(max_examples=EXAMPLES, deadline=None)
@given(STEPS)
def test_no_life_breaks_what_the_contract_promises(steps: list[Step]) -> None:
    extensions, due_at = 0, DUE
    for finding in lived(steps):
        last = finding.pending[-1]
        assert isinstance(last.move, Move)
        assert last.after in TABLE[last.move].targets
        assert finding.due.at == finding.clock.base.at + finding.clock.waited
        assert finding.clock.waited >= timedelta()
        assert (finding.clock.waiting_since is not None) == (finding.waits and finding.status in OPEN)
        assert finding.extensions - extensions == (
            last.details.get("result") == "granted" if last.move is Move.EXTEND_DECIDE else 0
        )
        assert finding.extensions <= MOST_EXTENSIONS
        if last.move not in (Move.TRANSFER, Move.RESUME):
            # Nothing but a new beginning, or an early end of a block, brings it nearer.
            assert finding.due.at >= due_at
        if finding.status is Status.CLOSED:
            assert [event.after for event in finding.pending].count(Status.REPORTED)
        if finding.status not in (Status.ISSUED, Status.RECTIFYING, Status.BLOCKED):
            assert finding.overdue_from is None
        extensions, due_at = finding.extensions, finding.due.at
