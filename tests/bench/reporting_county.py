"""A county of any size in the database of reporting: archive, facts, counters and rollups as its worker would have left
them, made by the service's own mapping, without a million events going through the broker."""

import uuid
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import MongoClient

from services.reporting.adapters import documents, rollups
from services.reporting.adapters.mongo import BALANCES, INDEXES
from services.reporting.adapters.projection import PROJECTION, STATE, begun
from services.reporting.adapters.searching import ARCHIVE, DERIVATION, FACTS, POSTINGS
from services.reporting.domain.calendar import day_of, end_of
from services.reporting.domain.counters import counters
from services.reporting.domain.fact import Fact
from services.reporting.domain.rollups import Place, share_of
from services.reporting.domain.statistics import KEYS
from services.reporting.domain.view import view
from shared.contracts.envelope import Event
from tests.bench import load
from tests.bench.multiplying import copied, multiply, multiply_postings, postings_of

YEAR = 2025
_BEGUN = datetime(YEAR, 1, 1, tzinfo=UTC)
_DAYS = 360
_SPREAD = 0.6180339887498949
_CHUNK = 10_000
MADE = 10_000
"""So many are made one by one."""
_OPEN = ("issued", "rectifying", "reported", "blocked")
Document = dict[str, Any]


@dataclass
class Filled:
    """What one more portion of findings added, to be put beside what was there."""

    rollups: dict[str, Document]
    balances: dict[str, Counter[str]]


class ReportingCounty:
    """Findings of one year, spread over its days at every size; `fill` brings them up to a number."""

    def __init__(self, mongo_uri: str, database: str = "duze_reporting") -> None:
        self._uri, self._database = mongo_uri, database
        self._have = 0
        self._filled = Filled({}, defaultdict(Counter))

    def fill(self, size: int) -> None:
        """Up to `size` findings; above MADE a multiple of it."""
        with MongoClient[Any](self._uri, tz_aware=True) as client:
            database = client[self._database]
            have, self._have = self._have, size
            if have >= size:
                return
            if have < MADE:
                self._make(database, range(have + 1, min(size, MADE) + 1))
            if size > MADE:
                self._multiply(database, range(max(1, have // MADE), size // MADE))
            self._write(database, max(1, size // MADE))

    def _make(self, database: Any, numbers: Iterable[int]) -> None:
        made = sorted(numbers, key=posted_at)
        for start in range(0, len(made), _CHUNK):
            told = [list(_told(n)) for n in made[start : start + _CHUNK]]
            events = [documents.of_event(event) for found in told for event in found]
            database[ARCHIVE].insert_many(events, ordered=False)
            facts = list(self._added(map(_fact, told)))
            database[FACTS].insert_many(facts, ordered=False)
            database[POSTINGS].insert_many(postings_of(DERIVATION.searched[FACTS], facts))

    def _multiply(self, database: Any, copies: range) -> None:
        multiply(database, FACTS, copies, _another_fact, INDEXES)
        multiply_postings(database, POSTINGS, copies, INDEXES)
        multiply(database, ARCHIVE, copies, _another_event, INDEXES)

    def _added(self, facts: Iterable[Fact]) -> Iterator[Document]:
        shares = []
        for fact in facts:
            seen = view(fact)
            counted = counters(fact, seen)
            if counted is not None:
                self._filled.balances[counted[0]].update(counted[1])
            shares.append(share_of(fact, seen))
            yield documents.of_fact(fact, seen, counted)
        self._add_up(Counter(share for share in shares if share is not None))

    def _add_up(self, shares: Mapping[Any, int]) -> None:
        known = self._filled.rollups
        place: Place
        for place, lines in rollups.added_up(shares).items():
            document = rollups.changed(known.get(place.id), place, lines)
            assert document is not None, "nothing is ever taken out here"
            known[place.id] = document

    def _write(self, database: Any, times: int) -> None:
        database[rollups.ROLLUPS].delete_many({})
        rows = (_multiplied(row, times) for row in self._filled.rollups.values())
        while chunk := list(islice(rows, 200)):
            database[rollups.ROLLUPS].insert_many(chunk, ordered=False)
        for area, counts in self._filled.balances.items():
            kept = [[name, count * times] for name, count in sorted(counts.items()) if count]
            database[BALANCES].replace_one({"_id": area}, {"counts": kept}, upsert=True)
        state = begun(complete=True)
        database[PROJECTION].replace_one({"_id": STATE}, state, upsert=True)


def posted_at(n: int) -> datetime:
    """When number `n` was posted: any part of the numbers is spread over the whole year."""
    return (_BEGUN + timedelta(days=_DAYS) * (n * _SPREAD % 1.0)).replace(microsecond=0)


def id_of(n: int) -> str:
    """The UUIDv7 of number `n`."""
    at = posted_at(n)
    return str(uuid.UUID(f"{int(at.timestamp() * 1000):012x}7{n % 4096:03x}8{n:015x}"))


def _another_fact(copy: int) -> Document:
    return {
        "state.number": {"$concat": ["$state.number", f"-{copy}"]},
        "state.source_ref": {"$concat": ["$state.source_ref", f"-{copy}"]},
    }


def _another_event(copy: int) -> Document:
    finding = copied("$subject", copy)
    return {"subject": finding, "data.finding": finding, "findings": [finding]}


def _multiplied(rollup: Document, times: int) -> Document:
    return {**rollup, **{by: [_times(line, times) for line in rollup[by]] for by in KEYS}}


def _times(line: list[Any], times: int) -> list[Any]:
    *told, findings, items, packed = line
    seconds = array("d", sorted([*array("d", packed)] * times))
    return [*told, findings * times, items * times, seconds.tobytes()]


def _fact(events: Iterable[Event]) -> Fact:
    facts = [Fact(event.subject) for event in events][:1]
    for event in events:
        facts[0].take(event)
    return facts[0]


def _told(n: int) -> Iterator[Event]:
    """Posted, assigned, and nine in ten closed, as in a county that has run for a year."""
    at, village = posted_at(n), load.VILLAGES[n % len(load.VILLAGES)]
    status = _OPEN[n % len(_OPEN)] if n % 10 == 0 else "closed"
    # Days to the passing report are as various as they are in life.
    reported = at + timedelta(seconds=86_400 + n * 7919 % (9 * 86_400))
    state = _state(n, at, village) | {"status": status if status != "closed" else "issued"}
    yield _event(n, 1, "findings", "finding.posted.v1", at, state)
    yield _event(n, 2, "accountability", "responsibility.assigned.v1", at + timedelta(minutes=1), _people(n))
    if status == "closed":
        closed = {"status": status, "reported_at": reported.isoformat(), "closed_at": reported.isoformat()}
        yield _event(n, 3, "findings", "finding.closed.v1", reported, state | closed)


def _event(n: int, k: int, source: str, kind: str, at: datetime, data: Document) -> Event:
    sequence = 1 if source == "accountability" else k - k // 3
    data = {**data, "finding": id_of(n), "change": {"move": kind.split(".")[1], "at": at.isoformat()}}
    key = str(uuid.UUID(f"{int(at.timestamp() * 1000):012x}7{k:03x}8{n:015x}"))
    return Event(key, source, kind, id_of(n), at, sequence, key, None, data)


def _people(n: int) -> Document:
    cadres = ((f"C{n % 40:03}", "direct"), (f"C{900 + n % 12}", "line_leader"))
    return {"responsible": [{"cadre": one, "name": f"{one}某", "role": role} for one, role in cadres]}


def _state(n: int, at: datetime, village: str) -> Document:
    deadline = day_of(at + timedelta(days=7))
    return {
        "number": f"督〔{YEAR}〕{n}号",
        "source_ref": f"bench-{n}",
        "team": f"T{n % 12 + 1:02}",
        "method": "inspection",
        "found_at": (at - timedelta(hours=2)).isoformat(),
        "posted_at": at.isoformat(),
        "area": village,
        "area_name": "社区",
        "place": {"name": f"第{n}号检查点", "kind": "checkpoint"},
        "category": load.CATEGORIES[n % len(load.CATEGORIES)],
        "severity": load.SEVERITIES[n % len(load.SEVERITIES)],
        "description": "入口处没有人值守,外来人员登记台账填写不全" + ("缺测温枪" if n % 500 == 0 else ""),
        "suggestion": None,
        "immediate": False,
        "deadline": deadline.isoformat(),
        "due_at": end_of(deadline).isoformat(),
        "waiting_since": None,
        "review_on": None,
        "count": n % 3 + 1,
        "group": f"B{n % 50}",
        "campaign": None,
        "units": [village[:9]],
        "named_responsible": [],
        "flags": {"overdue": False, "supervised": False},
        "returned_count": 0,
        "extensions": 0,
        "evidence": [],
        "recurrence_of": None,
        "historical": False,
        "reported_at": None,
        "closed_at": None,
        "version": 1,
    }
