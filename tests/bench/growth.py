"""How answers grow with the number of findings: p95 at each size, and its ratio to the first."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

AIM = 2.0
Grown = dict[str, dict[str, Any]]


def p95(ask: Callable[[], None], rounds: int) -> float:
    """Milliseconds, after one round that does not count."""
    ask()
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(took, n=20)[-1]


def grown(by_size: Mapping[int, Mapping[str, float]]) -> Grown:
    """By request: p95 by size, and the ratios to the first size."""
    sizes = sorted(by_size)
    first = by_size[sizes[0]]
    return {
        name: {
            "p95_ms": {str(size): by_size[size][name] for size in sizes},
            "ratio": {str(size): by_size[size][name] / first[name] for size in sizes},
        }
        for name in first
    }


def report(found: Grown) -> None:
    """Print p95 and ratio of every request at every size."""
    sizes = list(next(iter(found.values()))["p95_ms"])
    table = Table("request", *(f"p95 ms at {size}" for size in sizes), f"ratio (aim ≤ {AIM})")
    for name, one in found.items():
        worst = max(one["ratio"].values())
        table.add_row(name, *(f"{ms:.1f}" for ms in one["p95_ms"].values()), f"{worst:.2f}")
    Console().print(table)
