"""`make bench`: the whole system against the bare libraries doing the same hops, as ratios of one run.

pipeline    a batch of findings through all four services, against plain pymongo and py-amqp (`bare_pipeline`)
lists       how posts, reads and every list filter grow with the number of findings (`lists`)
reporting   the same of statistics, ledger, dashboard and reconciliation (`reporting`)
single      findings posted one by one, against a bare nameko handler that inserts and publishes (`bare_service`)

1.0 would mean that everything Duze adds (validation, authorisation, transactions, audit, exactness) costs nothing.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import requests
import typer
from rich.console import Console
from rich.table import Table

from tests.bench import bare_pipeline, growth, lists, load, reporting
from tests.support.county import County
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.support.stack import Stack

RESULT = Path(".run/bench.json")
AIMS = {"pipeline": 0.35, "single": 0.5}
console = Console(stderr=True)


def pipeline(county: County, findings: int) -> tuple[float, float]:
    """Seconds for `findings` through the bare pipeline, and through Duze from the post to the last fact."""
    env = county.stack.env()
    bare = bare_pipeline.run(env["DUZE_AMQP_ADMIN_URI"], env["DUZE_MONGO_ADMIN_URI"], findings)
    before = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    started = time.monotonic()
    answer = county.post_batch(load.findings(findings, uuid.uuid4().hex[:8]))
    accepted = answer.json()["accepted"]
    if accepted != findings:
        raise RuntimeError(f"only {accepted} of {findings} were accepted: {answer.text[:500]}")
    console.print(f"  answered after {time.monotonic() - started:.1f} s")
    county.settle(600)
    ours = time.monotonic() - started
    after = county.get("reporting", "/statistics?by=status")["total"]["posted"]
    if after - before != findings:
        raise RuntimeError(f"{findings} posted, {after - before} in the ledger")
    return bare, ours


def single(county: County, posts: int, rounds: int = 3) -> tuple[float, float]:
    """Seconds for `posts` to the bare handler and to Duze, medians of `rounds` taken in turn."""
    headers = {"Content-Type": "application/json"}
    token = county.token("supervisor", team="T05")
    bare_took, ours_took = [], []
    with bare_service(county.stack.env()) as url:
        for _ in range(rounds):
            bare_took.append(load.post_singly(url, headers, load.bodies(posts, uuid.uuid4().hex[:8])))
            with_token = {**headers, "Authorization": f"Bearer {token}"}
            ours = load.bodies(posts, uuid.uuid4().hex[:8])
            ours_took.append(load.post_singly(county.stack.url("findings"), with_token, ours))
            county.settle(300)
    return statistics.median(bare_took), statistics.median(ours_took)


@contextmanager
def bare_service(env: dict[str, str]) -> Iterator[str]:
    """The bare handler in a process of its own; its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.bare_service", str(port)]
    process = subprocess.Popen([*command, env["DUZE_AMQP_ADMIN_URI"], env["DUZE_MONGO_ADMIN_URI"]])
    try:
        eventually(lambda: _listens(port), seconds=30)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> None:
    try:
        requests.get(f"http://127.0.0.1:{port}/", timeout=2)
    except requests.RequestException as exc:
        raise AssertionError("not up yet") from exc


def report(results: dict[str, tuple[float, float]], sizes: dict[str, int], grown: dict[str, Any]) -> None:
    """Print the ratios and keep them in `.run/bench.json`."""
    table = Table("benchmark", "size", "bare s", "duze s", "ratio", "aim")
    kept = {}
    for name, (bare, ours) in results.items():
        ratio = bare / ours
        table.add_row(name, str(sizes[name]), f"{bare:.2f}", f"{ours:.2f}", f"{ratio:.2f}", f"≥ {AIMS[name]}")
        kept[name] = {"size": sizes[name], "bare_s": bare, "duze_s": ours, "ratio": ratio, "aim": AIMS[name]}
    Console().print(table)
    RESULT.parent.mkdir(exist_ok=True)
    document = {"at": datetime.now(UTC).isoformat(), "cores": os.cpu_count(), "results": kept} | grown
    RESULT.write_text(json.dumps(document, indent=2), encoding="utf-8")
    console.print(f"written to {RESULT}")


def main(
    findings: Annotated[int, typer.Option(help="findings in the batch")] = 5000,
    posts: Annotated[int, typer.Option(help="single posts in each round")] = 600,
) -> None:
    """Run all benchmarks on a stack of their own."""
    stack = Stack()
    try:
        console.print("starting a stack for the benchmarks …")
        stack.start()
        county = County(stack)
        county.load_registers()
        console.print("pipeline …")
        results = {"pipeline": pipeline(county, findings)}
        console.print("single posts …")
        results["single"] = single(county, posts)
        console.print("lists …")
        grown = lists.run(county)
        console.print("reporting …")
        reported = reporting.run(county)
    finally:
        stack.stop()
    growth.report(grown)
    growth.report(reported)
    report(results, {"pipeline": findings, "single": posts}, {"lists": grown, "reporting": reported})


if __name__ == "__main__":
    typer.run(main)
