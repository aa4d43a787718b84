"""The status machine: every move from every status in every role, and what random people can never bring about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.findings.domain.deadlines import Due
from services.findings.domain.errors import (
    FindingsError,
    InvalidError,
    InvalidTransitionError,
    SamePersonError,
)
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.moves import TABLE, Actor, Move, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Stamp

POSTED_AT = datetime(2026, 2, 11, 6, tzinfo=UTC)
ROLES = ("supervisor", "unit", "approver", "office", "commission", "cadre", "auditor", "admin")
DAY = date(2026, 2, 12)

ARGUMENTS: dict[Move, dict[str, Any]] = {
    Move.ACCEPT: {},
    Move.PLAN: {"measures": "两班值守", "person": "李某某", "due": DAY},
    Move.PROGRESS: {"done": 1, "note": "已完成一处"},
    Move.REPORT: {"measures": "已安排值守", "completed_on": date(2026, 2, 11)},
    Move.VERIFY: {"result": "pass", "note": None},
    Move.DISPUTE: {"grounds": "不属于本单位"},
    Move.DECIDE: {"result": "upheld", "note": None},
    Move.BLOCK: {"reason": "缺设备", "needs": "测温枪", "review_on": DAY},
    Move.BLOCK_DECIDE: {"result": "granted", "note": None},
    Move.RESUME: {"note": None},
    Move.WITHDRAW: {"reason": "重复"},
    Move.AMEND: {"description": "东门无人值守", "suggestion": None, "place": None},
    Move.MERGE: {"into": "f-2", "reason": "同一问题"},
    Move.UNMERGE: {"reason": "不是同一问题"},
}
METHODS = {move: move.value.replace("/", "_") for move in ARGUMENTS} | {Move.BLOCK_DECIDE: "decide_block"}
# How a finding comes into each status, from having been posted.
WAYS: dict[Status, list[tuple[Move, str, dict[str, Any]]]] = {
    Status.ISSUED: [],
    Status.RECTIFYING: [(Move.ACCEPT, "unit", {})],
    Status.REPORTED: [(Move.REPORT, "unit", {})],
    Status.BLOCKED: [(Move.ACCEPT, "unit", {}), (Move.BLOCK, "unit", {})],
    Status.DISPUTED: [(Move.DISPUTE, "unit", {})],
    Status.CLOSED: [(Move.REPORT, "unit", {}), (Move.VERIFY, "supervisor", {})],
    Status.WITHDRAWN: [(Move.MERGE, "office", {})],
}


def stamp(role: str, sub: str = "", hours: float = 1) -> Stamp:
    return Stamp(Actor(sub or f"{role}-1", role), POSTED_AT + timedelta(hours=hours))


def posted() -> Finding:
    facts = Facts(
        team="T05", method="inspection", found_at=POSTED_AT, area="990100001001",
        place=Place("东门", "checkpoint"), category="access_control", severity="moderate",
        description="东门没有人值守", units=("990100001",),
    )  # fmt: skip
    return Finding.post(
        id="f-1", number=Number("990100", 2026, 1, "督〔2026〕1号"), facts=facts,
        due=Due(at=POSTED_AT + timedelta(days=2), day=DAY, provisional=False),
        made=stamp("supervisor", "poster", 0), content_hash="h",
    )  # fmt: skip


def make(finding: Finding, move: Move, made: Stamp, **changed: Any) -> None:
    getattr(finding, METHODS[move])(made, **{**ARGUMENTS[move], **changed})


def in_status(status: Status) -> Finding:
    finding = posted()
    for move, role, changed in WAYS[status]:
        make(finding, move, stamp(role), **changed)
    assert finding.status is status
    return finding


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", ARGUMENTS)
@pytest.mark.parametrize("status", Status)
def test_a_move_is_open_where_the_table_says_and_nowhere_else(status: Status, move: Move, role: str) -> None:
    finding = in_status(status)
    before = finding.version
    made = stamp(role, "another")
    if status in TABLE[move].sources and role in TABLE[move].roles:
        make(finding, move, made)
        assert finding.status in TABLE[move].targets
        assert finding.version == before + 1
    else:
        with pytest.raises(InvalidTransitionError):
            make(finding, move, made)
        assert (finding.status, finding.version) == (status, before)


def test_every_move_but_posting_is_in_the_table() -> None:
    assert set(ARGUMENTS) == set(TABLE) == set(Move) - {Move.POST}


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


def test_a_finding_is_disputed_within_thirty_days() -> None:
    finding = posted()
    with pytest.raises(InvalidTransitionError, match="30 days"):
        make(finding, Move.DISPUTE, stamp("unit", hours=24 * 31))


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
