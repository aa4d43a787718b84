"""Posting, reading and listing at growing sizes: p95 of each, as ratios to the first size (aim: within 2).

Findings are put straight into the database through the service's own mapping: what is measured is how the api answers,
not how they came there. `DUZE_BENCH_FULL=1` goes on to a million.
"""

import json
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import requests
import typer
from pymongo import MongoClient
from rich.console import Console

from deploy.local.settings import ROOT
from services.findings.adapters.collections import FINDINGS, POSTINGS, RESPONSIBLE
from services.findings.adapters.county import load_clocks
from services.findings.adapters.county_revisits import load_revisits
from services.findings.adapters.indexes import DERIVATION, INDEXES
from services.findings.adapters.kept import kept
from services.findings.domain.deadlines import Due
from services.findings.domain.desks import Desks
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.moves import OPEN, Actor, Status
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Responsible, Stamp
from shared.contracts.vocabulary import Vocabulary
from shared.persistence.counts import Counts
from shared.persistence.database import MongoDatabase
from tests.bench import growth, load
from tests.bench.filters import FILTERS
from tests.bench.multiplying import multiply, multiply_postings, postings_of
from tests.support.county import County
from tests.support.stack import Stack

SIZES = (10_000, 100_000, *((1_000_000,) if os.environ.get("DUZE_BENCH_FULL") == "1" else ()))
ROUNDS = 60
CHUNK = 5_000
MADE = 10_000
"""So many are made one by one."""
YEAR = 2025
BEGUN = datetime(YEAR, 1, 1, tzinfo=UTC)
DAYS = 360
_SPREAD = 0.6180339887498949
ASKED = {
    **FILTERS,
    "flagged": "flagged=true",
    "area, status": "area=990100001001&status=blocked",
    "team, overdue": "team=T05&overdue=true",
}
TODO = {
    "todo of a unit": ("unit", {"area": "990100001"}),
    "todo of a team": ("supervisor", {"team": "T05"}),
    "todo of the office": ("office", {}),
    "todo of the approver": ("approver", {}),
}
DESKS = Desks(
    load_clocks(ROOT / "deploy/county"),
    load_revisits(ROOT / "deploy/county", Vocabulary.load(ROOT / "deploy/demo/vocabulary.yaml")),
)
console = Console(stderr=True)


def documents(first: int, last: int) -> Iterator[dict[str, Any]]:
    """Findings number `first` to `last`: the same at every run."""
    for n in range(first, last + 1):
        yield {**kept(_finding(n), DESKS), "wake_at": None}


def posted_at(n: int) -> datetime:
    """When number `n` was posted: any part of the numbers is spread over the whole year."""
    return (BEGUN + timedelta(days=DAYS) * (n * _SPREAD % 1.0)).replace(microsecond=0)


def _finding(n: int) -> Finding:
    at = posted_at(n)
    village = load.VILLAGES[n % len(load.VILLAGES)]
    facts = Facts(
        team=f"T{n % 12 + 1:02}",
        method="inspection",
        found_at=at,
        area=village,
        place=Place(f"第{n}号检查点", "checkpoint"),
        category=load.CATEGORIES[n % len(load.CATEGORIES)],
        severity=load.SEVERITIES[n % len(load.SEVERITIES)],
        description="入口处没有人值守,外来人员登记台账填写不全" + ("缺测温枪" if n % 500 == 0 else ""),
        units=(village[:9],),
        group=f"B{n % 50}",
        source_ref=f"bench-{n}",
    )
    due = Due(at + timedelta(days=7), (at + timedelta(days=7)).date())
    number = Number("990100", YEAR, n, f"督〔{YEAR}〕{n}号")
    made = Stamp(Actor("bench", "supervisor"), at)
    finding = Finding.post(id=_id(at, n), number=number, facts=facts, due=due, made=made, content_hash="")
    # Nine in ten are done with, as in a county that has run for a year.
    finding.status = list(OPEN)[n % len(OPEN)] if n % 10 == 0 else Status.CLOSED
    if finding.status is Status.CLOSED:
        finding.closed_at, finding.clock = at + timedelta(days=3), finding.clock.stop()
    finding.responsible = (Responsible(f"C{n % 40:03}", "direct"),)
    finding.pending.clear()
    return finding


def _id(at: datetime, n: int) -> str:
    """A UUIDv7 of that time."""
    digits = f"{int(at.timestamp() * 1000):012x}7{n % 4096:03x}8{n:015x}"
    return str(uuid.UUID(digits))


def fill(mongo_uri: str, have: int, size: int) -> None:
    """Bring the findings put in here from `have` up to `size`; above MADE a multiple of it."""
    with MongoClient[Any](mongo_uri, tz_aware=True) as client:
        database = client["duze_findings"]
        made = documents(have + 1, min(size, MADE))
        while chunk := list(islice(made, CHUNK)):
            database[FINDINGS].insert_many(chunk, ordered=False)
            database[RESPONSIBLE].insert_many(map(_assigned, chunk), ordered=False)
            database[POSTINGS].insert_many(postings_of(DERIVATION.searched[FINDINGS], chunk))
        if size > MADE:
            copies = range(max(1, have // MADE), size // MADE)
            multiply(database, FINDINGS, copies, _another, INDEXES)
            multiply(database, RESPONSIBLE, copies, lambda _: {}, INDEXES)
            multiply_postings(database, POSTINGS, copies, INDEXES)
        # Nobody has told the counters.
        Counts(MongoDatabase(client, database.name, DERIVATION)).recount()


def _assigned(finding: dict[str, Any]) -> dict[str, Any]:
    cadres = [one["cadre"] for one in finding["responsible"]]
    return {"_id": finding["_id"], "cadres": cadres, "at": finding["created_at"]}


def _another(copy: int) -> dict[str, Any]:
    return {
        "n": {"$add": ["$n", copy * MADE]},
        "number": {"$concat": [f"督〔{YEAR}〕", {"$toString": {"$add": ["$n", copy * MADE]}}, "号"]},
        "source_ref": {"$concat": ["$source_ref", f"-{copy}"]},
    }


def measure(county: County) -> dict[str, growth.Cost]:
    """What each kind of request costs."""
    url = county.stack.url("findings")
    office, team = county.token("office"), county.token("supervisor", team="T05")
    uri = county.stack.env()["DUZE_MONGO_ADMIN_URI"]
    with requests.Session() as session, MongoClient[Any](uri) as client:
        database = client["duze_findings"]

        def get(path: str, token: str = office) -> None:
            answer = session.get(url + path, headers={"Authorization": f"Bearer {token}"}, timeout=60)
            answer.raise_for_status()

        bodies = iter(load.bodies(ROUNDS + 2, uuid.uuid4().hex[:8]))

        def post() -> None:
            headers = {"Authorization": f"Bearer {team}", "Content-Type": "application/json"}
            session.post(f"{url}/findings", next(bodies), headers=headers, timeout=60).raise_for_status()

        paths = {"get": f"/findings/{_id(posted_at(1), 1)}", "counts": "/counts"}
        paths |= {name: f"/findings?{query}" for name, query in ASKED.items()}
        took = {name: growth.cost(partial(get, path), database, ROUNDS) for name, path in paths.items()}
        for name, (role, claims) in TODO.items():
            waiting = partial(get, "/todo", county.token(role, **claims))
            took[name] = growth.cost(waiting, database, ROUNDS)
        return {"post": growth.cost(post, database, ROUNDS)} | took


def run(county: County) -> dict[str, Any]:
    """Every size in turn; p95 by request and size, and their ratios to the first size."""
    uri, have = county.stack.env()["DUZE_MONGO_ADMIN_URI"], 0
    by_size: dict[int, dict[str, growth.Cost]] = {}
    for size in SIZES:
        console.print(f"{size} findings …")
        fill(uri, have, size)
        have, by_size[size] = size, measure(county)
    return growth.grown(by_size)


def main() -> None:
    """Run on a stack of its own."""
    stack = Stack()
    try:
        stack.start()
        county = County(stack)
        county.load_registers()
        found = run(county)
    finally:
        stack.stop()
    growth.report(found)
    console.print_json(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
