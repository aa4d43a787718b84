"""Findings of a county, various enough that every filter and every key of the statistics tells some from others."""

from datetime import timedelta

from services.reporting.domain.calendar import kept
from shared.contracts.envelope import Event
from shared.persistence.ids import utc_now
from tests.unit.reporting.world import assigned, case, life, moved, noticed, warned

NOW = kept(utc_now())
"""Deadlines are a matter of the clock: some lie before today and some after, whenever the tests run."""
AREAS = ("990100001001", "990100001002", "990100002001", "990100301", "990100")
_PLACES = ("凤栖小区", "施营路口", "100%(甲)*")
_MOVES = ("posted", "accepted", "reported", "blocked", "disputed", "withdrawn", "closed")


def name(n: int) -> str:
    """Ids in the order of posting."""
    return f"f-{n:03}"


def findings(count: int = 60) -> list[Event]:
    """Posted one after the other, a day each; what follows of them comes on the same day."""
    events: list[Event] = []
    for n in range(count):
        begin, told = NOW - timedelta(days=count - n), _told(n, count)
        if n % 5 == 0:
            events += life(name(n), begin, **told)
            continue
        events.append(moved(name(n), "posted", 1, begin, **told))
        move = _MOVES[n % len(_MOVES)]
        if move != "posted":
            at = begin + timedelta(hours=3)
            ends = {"reported_at": at.isoformat()} if move in ("reported", "closed") else {}
            ends |= {"closed_at": at.isoformat()} if move == "closed" else {}
            events.append(moved(name(n), move, 2, at, **told | ends))
        if n % 3 == 0:
            events.append(
                assigned(name(n), ("C001" if n % 2 else "C006", "direct"), at=begin + timedelta(hours=1))
            )
            events.append(noticed(name(n), "C001", at=begin + timedelta(hours=2)))
    return [*events, warned(name(1), "C001"), case("case-1", [name(5), name(6)])]


def _told(n: int, count: int) -> dict[str, object]:
    begin = NOW - timedelta(days=count - n)
    area = AREAS[n % len(AREAS)]
    return {
        "area": area,
        "units": [["990100002"], [area], ["990100001", "990100002"]][n % 3],
        "category": ("access_control", "isolation", "records")[n % 3],
        "severity": ("minor", "moderate", "serious", "critical")[n % 4],
        "team": ("T05", "T09")[n % 2],
        "method": ("inspection", "unannounced")[n // 2 % 2],
        "source_ref": f"B-{n:02}" if n % 4 else None,
        "group": f"B{n % 7}" if n % 2 else None,
        "campaign": f"c-{n % 5}" if n % 3 else None,
        "place": {"name": _PLACES[n % 3], "kind": "residential"},
        "description": "小区北门无人值守" if n % 2 else "Records are MISSING",
        "count": n % 4 + 1,
        "found_at": (begin - timedelta(hours=5)).isoformat(),
        "posted_at": begin.isoformat(),
        "due_at": (begin + timedelta(days=n % 9 * 5, hours=1)).isoformat(),
        "recurrence_of": name(0) if n % 11 == 10 else None,
        "historical": n % 13 == 12,
    }
