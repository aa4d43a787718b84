"""How answers grow with the number of findings: p95 at each size with its ratio to the first, and how many index keys
and documents the database looked at, which does not depend on what else the machine does."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database
from rich.console import Console
from rich.table import Table

AIM = 2.0
Grown = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Cost:
    """Of one kind of request: milliseconds (p95), index keys and documents."""

    p95: float
    keys: int
    documents: int


def cost(ask: Callable[[], None], database: Database[Any], rounds: int) -> Cost:
    """After one round that does not count."""
    ask()
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1000)
    return Cost(statistics.quantiles(took, n=20)[-1], *_looked_at(ask, database))


def _looked_at(ask: Callable[[], None], database: Database[Any]) -> tuple[int, int]:
    database.drop_collection("system.profile")
    database.command("profile", 2)
    ask()
    database.command("profile", 0)
    seen = list(database["system.profile"].find({}, {"keysExamined": 1, "docsExamined": 1}))
    return sum(one.get("keysExamined", 0) for one in seen), sum(one.get("docsExamined", 0) for one in seen)


def grown(by_size: Mapping[int, Mapping[str, Cost]]) -> Grown:
    """By request: what it costs at each size, and the ratios to the first size."""
    sizes = sorted(by_size)
    first = by_size[sizes[0]]
    return {
        name: {
            "p95_ms": {str(size): by_size[size][name].p95 for size in sizes},
            "ratio": {str(size): by_size[size][name].p95 / first[name].p95 for size in sizes},
            "keys": {str(size): by_size[size][name].keys for size in sizes},
            "documents": {str(size): by_size[size][name].documents for size in sizes},
        }
        for name in first
    }


def report(found: Grown) -> None:
    """Print it: a line for each request."""
    sizes = list(next(iter(found.values()))["p95_ms"])
    table = Table(
        "request", *(f"p95 ms at {size}" for size in sizes), f"ratio (aim ≤ {AIM})", "keys", "documents"
    )
    for name, one in found.items():
        last = sizes[-1]
        milliseconds = (f"{ms:.1f}" for ms in one["p95_ms"].values())
        ratio = f"{max(one['ratio'].values()):.2f}"
        table.add_row(name, *milliseconds, ratio, str(one["keys"][last]), str(one["documents"][last]))
    Console().print(table)
