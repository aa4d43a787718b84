"""Reporting at growing sizes: what statistics, ledger, dashboard and reconciliation cost, as ratios to the first size.

`DUZE_BENCH_FULL=1` goes on to a million. The aim of a figure is a ratio within 2, or an answer that is well under a
second whatever the ratio: a figure of the whole county has a day's or month's rows to add up for each township.
"""

import json
import os
from functools import partial
from typing import Any

import requests
import typer
from pymongo import MongoClient
from rich.console import Console

from services.reporting.domain.statistics import KEYS
from tests.bench import growth
from tests.bench.filters import FILTERS
from tests.bench.reporting_county import ReportingCounty, id_of
from tests.support.county import County
from tests.support.stack import Stack

SIZES = (10_000, 100_000, *((1_000_000,) if os.environ.get("DUZE_BENCH_FULL") == "1" else ()))
ROUNDS = 12
PERIOD = "from=2025-03-10&to=2025-06-20"
ASKED = {
    **{f"by {key}": f"/statistics?by={key}" for key in KEYS},
    "by unit, days": f"/statistics?by=unit&{PERIOD}",
    "by area, posted": f"/statistics?by=area&date=posted&{PERIOD}",
    "by category, closed": f"/statistics?by=category&date=closed&{PERIOD}",
    "by team, township": "/statistics?by=team&area=990100001",
    "by team, village": "/statistics?by=team&area=990100001001",
    "by unit, compared": f"/statistics?by=unit&{PERIOD}&compare=previous",
    "by cadre, ranked": f"/statistics?by=cadre&{PERIOD}&sort=-rate_on_time",
    "dashboard": "/",
    "ledger.html": "/ledger.html",
    "reconciliation": "/reconciliation",
    "chain": f"/chain/{id_of(1)}",
    **{
        f"ledger {name}": f"/ledger?{query}"
        for name, query in {
            **FILTERS,
            "nothing": "area=990100001&category=gathering&status=disputed",
            "as_of": "as_of=2025-06-30",
            "as_of, status": "as_of=2025-06-30&status=issued&area=990100001",
        }.items()
    },
}
console = Console(stderr=True)


def measure(county: County) -> dict[str, growth.Cost]:
    """What each kind of request costs."""
    url, token = county.stack.url("reporting"), county.token("office")
    uri = county.stack.env()["DUZE_MONGO_ADMIN_URI"]
    with requests.Session() as session, MongoClient[Any](uri) as client:

        def get(path: str) -> None:
            answer = session.get(url + path, headers={"Authorization": f"Bearer {token}"}, timeout=120)
            answer.raise_for_status()

        database = client["duze_reporting"]
        return {name: growth.cost(partial(get, path), database, ROUNDS) for name, path in ASKED.items()}


def run(county: County) -> growth.Grown:
    """Every size in turn."""
    filling = ReportingCounty(county.stack.env()["DUZE_MONGO_ADMIN_URI"])
    by_size: dict[int, dict[str, growth.Cost]] = {}
    for size in SIZES:
        console.print(f"{size} findings in reporting …")
        filling.fill(size)
        by_size[size] = measure(county)
    return growth.grown(by_size)


def main() -> None:
    """Run on a stack of its own."""
    stack = Stack()
    try:
        stack.start()
        found: Any = run(County(stack))
    finally:
        stack.stop()
    growth.report(found)
    console.print_json(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
