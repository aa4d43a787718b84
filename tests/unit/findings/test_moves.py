"""The status machine: every move from every status in every role, and what random people can never bring about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.findings.domain.errors import (
    FindingsError,
    InvalidError,
    InvalidTransitionError,
    SamePersonError,
)
from services.findings.domain.finding import Finding
from services.findings.domain.moves import TABLE, Actor, Move, Status
from services.findings.domain.parts import Stamp
from tests.unit.findings.moving import ARGUMENTS, ASKED_BEFORE, POSTED_AT, ROLES, WAYS, make, posted, stamp


def in_status(status: Status) -> Finding:
    finding = posted()
    for move, role, changed in WAYS[status]:
        make(finding, move, stamp(role), **changed)
    assert finding.status is status
    return finding


def with_request(status: Status, move: Move, role: str) -> Finding:
    """A finding in `status` with an extension or a referral that was asked when it was posted."""
    finding = posted()
    make(finding, move, stamp(role, "applicant", 0.5))
    for step, by, changed in WAYS[status]:
        make(finding, step, stamp(by), **changed)
    return finding


def is_open(status: Status, move: Move, role: str) -> bool:
    """By the table, and by what no table says of a unit's own evidence."""
    late = move is Move.ATTACHMENTS and role == "unit" and status is not Status.REPORTED
    return status in TABLE[move].sources and role in TABLE[move].roles and not late


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", ARGUMENTS)
@pytest.mark.parametrize("status", Status)
def test_a_move_is_open_where_the_table_says_and_nowhere_else(status: Status, move: Move, role: str) -> None:
    finding = in_status(status)
    asked = ASKED_BEFORE.get(move)
    if asked is not None:
        # Asked while that was open; it may still wait when the finding has gone on.
        finding = with_request(status, *asked)
    before = finding.version
    made = stamp(role, "another")
    if is_open(status, move, role):
        make(finding, move, made)
        assert finding.status in TABLE[move].targets
        assert finding.version == before + 1
    else:
        with pytest.raises(InvalidTransitionError):
            make(finding, move, made)
        assert (finding.status, finding.version) == (status, before)


def test_every_move_that_is_asked_of_a_finding_is_in_the_table() -> None:
    # The others are asked of no single finding: they stand in its history alone.
    assert set(ARGUMENTS) == set(TABLE) == set(Move) - {Move.POST, Move.HANDOVER, Move.RECOMPUTE}


def test_nobody_verifies_what_he_has_reported() -> None:
    finding = posted()
    make(finding, Move.REPORT, stamp("unit", "same"))
    with pytest.raises(SamePersonError):
        make(finding, Move.VERIFY, stamp("supervisor", "same"))


def test_who_posted_it_does_not_decide_its_dispute() -> None:
    finding = in_status(Status.DISPUTED)
    with pytest.raises(SamePersonError):
        make(finding, Move.DECIDE, stamp("approver", "poster"))


def test_a_failed_check_sends_it_back_and_is_counted() -> None:
    finding = in_status(Status.REPORTED)
    make(finding, Move.VERIFY, stamp("supervisor"), result="fail", note="夜间无人")
    assert (finding.status, finding.returned_count, finding.closed_at) == (Status.RECTIFYING, 1, None)


def test_an_upheld_dispute_goes_back_to_where_it_came_from() -> None:
    finding = in_status(Status.RECTIFYING)
    make(finding, Move.DISPUTE, stamp("unit"))
    make(finding, Move.DECIDE, stamp("approver"), result="upheld")
    assert finding.status is Status.RECTIFYING


def test_a_granted_dispute_withdraws_it() -> None:
    finding = in_status(Status.DISPUTED)
    make(finding, Move.DECIDE, stamp("approver"), result="withdrawn")
    assert finding.status is Status.WITHDRAWN


def test_a_finding_is_disputed_until_its_period_ends() -> None:
    make(posted(), Move.DISPUTE, stamp("unit", hours=24 * 30 - 1))
    finding = posted()
    with pytest.raises(InvalidTransitionError, match="disputed before"):
        make(finding, Move.DISPUTE, stamp("unit", hours=24 * 30))


@pytest.mark.parametrize("completed_on", [date(2026, 2, 10), date(2026, 2, 12)])
def test_it_was_mended_neither_before_it_was_found_nor_in_the_future(completed_on: date) -> None:
    finding = in_status(Status.RECTIFYING)
    with pytest.raises(InvalidError):
        make(finding, Move.REPORT, stamp("unit"), completed_on=completed_on)


def test_a_blocked_finding_is_overdue_after_its_review_day_only() -> None:
    finding = in_status(Status.RECTIFYING)
    make(finding, Move.BLOCK, stamp("unit"), review_on=date(2026, 3, 1))
    assert not finding.is_overdue(datetime(2026, 2, 20, tzinfo=UTC))
    assert finding.is_overdue(datetime(2026, 3, 1, 16, tzinfo=UTC))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(ARGUMENTS)), st.sampled_from(ROLES), st.sampled_from(["a", "b", "c"])
        ),
        max_size=25,
    )
)
def test_whatever_people_try_it_stays_a_finding_that_can_be_explained(
    tries: list[tuple[Move, str, str]],
) -> None:
    finding = posted()
    made = 1
    for hours, (move, role, sub) in enumerate(tries, 1):
        before = finding.status
        try:
            make(finding, move, Stamp(Actor(sub, role), POSTED_AT + timedelta(minutes=hours)))
        except FindingsError:
            assert finding.status is before
            continue
        made += 1
        assert before in TABLE[move].sources
        assert finding.status in TABLE[move].targets
    assert finding.version == made == len(finding.pending)
    assert (finding.closed_at is not None) == (finding.status is Status.CLOSED)
    if finding.status is Status.CLOSED:
        report, last = finding.latest_report, finding.pending[-1]
        assert report is not None
        assert report.made.by.sub != last.made.by.sub
