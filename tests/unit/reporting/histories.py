"""Random histories: what the services could tell of a few findings, in the order in which they happened."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from shared.contracts.envelope import Event
from tests.unit.reporting.world import (
    ASSIGNED,
    NOW,
    UNRESOLVED,
    assigned,
    case,
    moved,
    noticed,
    warned,
)

FINDINGS = ("f-1", "f-2", "f-3")
FOUND = dict(
    zip(
        FINDINGS,
        ("2025-12-31T23:59:00+08:00", "2026-01-01T00:00:00+08:00", "2026-02-20T10:00:00+08:00"),
        strict=True,
    )
)
"""On two days and in two years, a minute apart, and later."""
AREAS = ("990100001001", "990100001002", "990100002001")
_MOVES = (
    "accepted", "reported", "returned", "closed", "blocked", "resumed", "disputed", "withdrawn", "amended",
)  # fmt: skip
_PEOPLE = (("C001", "direct"), ("C004", "line_leader"))
_NOTICES = (("queued", 1), ("sent", 2), ("signed", 3))

_finding = st.sampled_from(FINDINGS)
_told = st.one_of(
    st.tuples(st.just("finding"), _finding, st.sampled_from(_MOVES), st.sampled_from(AREAS)),
    st.tuples(st.just("assigned"), _finding, st.sampled_from([_PEOPLE, _PEOPLE[:1], ()])),
    st.tuples(st.just("unresolved"), _finding),
    st.tuples(st.just("notice"), _finding, st.sampled_from(["C001", "C004", "unit:990100001", "office"])),
    st.tuples(st.just("warning"), _finding, st.sampled_from(["issued", "revoked"])),
    st.tuples(
        st.just("case"),
        st.sampled_from(["case-1", "case-2"]),
        st.sets(_finding).map(sorted),
        st.sampled_from(["opened", "verifying", "closed"]),
        st.booleans(),
    ),
)


def _events(steps: list[tuple[Any, ...]], historical: bool) -> list[Event]:
    """Each step as an event, its sequence counted up by subject."""
    reached: Counter[str] = Counter()
    events = []
    for hour, (kind, *rest) in enumerate(steps):
        at = NOW + timedelta(hours=hour)
        key = f"{kind}-{rest[0]}-{rest[1] if kind == 'notice' else ''}"
        reached[key] += 1
        events.append(_MAKERS[kind](rest, reached[key], at, historical))
    return events


def _finding_event(rest, sequence, at, historical):
    finding, move, area = rest
    told = {
        "area": area,
        "historical": historical and finding == FINDINGS[0],
        "found_at": FOUND[finding],
        "count": FINDINGS.index(finding) + 1,
        "recurrence_of": FINDINGS[0] if finding == FINDINGS[1] else None,
        "returned_count": sequence // 4,
    }
    if sequence == 1:
        return moved(finding, "posted", 1, at, **told)
    ends = {"reported_at": at.isoformat()} if move in ("reported", "closed") else {}
    ends |= {"closed_at": at.isoformat()} if move == "closed" else {}
    return moved(finding, move, sequence, at, **told | ends)


_MAKERS = {
    "finding": _finding_event,
    "assigned": lambda rest, n, at, _: assigned(rest[0], *rest[1], sequence=n, at=at, type=ASSIGNED),
    "unresolved": lambda rest, n, at, _: assigned(rest[0], sequence=n, at=at, type=UNRESOLVED),
    "notice": lambda rest, n, at, _: noticed(rest[0], rest[1], _NOTICES[min(n, 3) - 1][0], n, at),
    "warning": lambda rest, n, at, _: warned(rest[0], "C001", n, rest[1], at),
    "case": lambda rest, n, at, _: case(rest[0], rest[1], n, rest[2], rest[3], at),
}

histories = st.builds(_events, st.lists(_told, min_size=1, max_size=25), st.booleans())


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]]]:
    """A history, and batches in which its events arrive: in any order, each at least once."""
    history = draw(histories)
    again = draw(st.lists(st.sampled_from(history), max_size=5))
    arrived = draw(st.permutations([*history, *again]))
    size = draw(st.integers(1, len(arrived)))
    return history, [list(arrived[start : start + size]) for start in range(0, len(arrived), size)]
