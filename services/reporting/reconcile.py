"""`python -m services.reporting.reconcile`: recount everything from the documents, and compare.

1. each fact is made again of the archive and compared with the one that is kept;
2. the counters are counted again from the facts;
3. the ledger is compared with what the other services count.

Ends with 0 when all of it agrees, else with 1 and what does not.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from services.reporting import config
from services.reporting.adapters import documents
from services.reporting.adapters.mongo import ARCHIVE, BALANCES, FACTS
from services.reporting.bootstrap import ReportingApp, build
from services.reporting.domain.balance import Balance
from services.reporting.domain.counters import counters
from services.reporting.domain.fact import rebuild
from services.reporting.domain.view import view

CHUNK = 500
SHOWN = 20
console = Console()


def main() -> int:
    """Recount; the exit code."""
    app = build(config.from_env())
    try:
        return _report(*_recount(app))
    finally:
        app.database.client.close()


def _recount(app: ReportingApp) -> tuple[list[str], int, dict[str, Balance]]:
    """What differs, how many facts were looked at, and the balance of each county."""
    facts = app.database.collection(FACTS)
    counted: dict[str, Counter[str]] = {}
    faults: list[str] = []
    looked = 0
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("facts", total=facts.estimated_document_count())
        for chunk in _chunks(facts.find().sort("_id", 1)):
            faults += _compared(app, chunk)
            for document in chunk:
                _add(counted, document)
            looked += len(chunk)
            progress.update(task, completed=looked)
    faults += _counters(app, counted)
    counties = sorted({area[:6] for area in counted})
    return faults, looked, {county: app.ask.balance(county) for county in counties}


def _compared(app: ReportingApp, chunk: list[dict[str, Any]]) -> list[str]:
    """Facts that the archive does not make again."""
    ids = [document["_id"] for document in chunk]
    told: dict[str, list[Any]] = {finding: [] for finding in ids}
    for row in app.database.collection(ARCHIVE).find({"findings": {"$in": ids}}):
        event = documents.to_event(row)
        for finding in row["findings"]:
            if finding in told:
                told[finding].append(event)
    faults = []
    for document in chunk:
        kept, made = documents.to_fact(document), rebuild(document["_id"], told[document["_id"]])
        if kept != made:
            faults.append(f"fact {document['_id']}: the archive makes another one")
    return faults


def _add(counted: dict[str, Counter[str]], document: dict[str, Any]) -> None:
    fact = documents.to_fact(document)
    found = counters(fact, view(fact))
    if found is not None:
        counted.setdefault(found[0], Counter()).update(found[1])


def _counters(app: ReportingApp, counted: dict[str, Counter[str]]) -> list[str]:
    """Areas whose counters say something else than their facts."""
    kept = {row["_id"]: dict(row["counts"]) for row in app.database.collection(BALANCES).find()}
    areas = sorted(set(kept) | set(counted))
    return [
        f"counters of {area}: kept {kept.get(area, {})}, counted {dict(counted.get(area, {}))}"
        for area in areas
        if Counter(kept.get(area, {})) != counted.get(area, Counter())
    ]


def _chunks(rows: Any) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _report(faults: list[str], looked: int, balances: dict[str, Balance]) -> int:
    table = Table("county", "check", "left", "right", "holds", title=f"{looked} facts recounted")
    for county, found in balances.items():
        for check in found.checks:
            table.add_row(
                county, check.name, str(check.left), str(check.right), "yes" if check.holds else "NO"
            )
        different = len(found.differences)
        table.add_row(
            county,
            "ledger = findings, by area and status",
            "",
            f"{different} differ",
            "NO" if different else "yes",
        )
        table.add_row(
            county, "nothing under way", str(found.in_flight), "0", "NO" if found.in_flight else "yes"
        )
        for name, reachable in found.reachable.items():
            if not reachable:
                table.add_row(county, f"{name} answers", "", "", "NO")
    console.print(table)
    for fault in faults[:SHOWN]:
        console.print(fault, style="red", markup=False)
    if len(faults) > SHOWN:
        console.print(f"… and {len(faults) - SHOWN} more")
    balanced = not faults and all(found.balanced for found in balances.values())
    console.print("balanced" if balanced else "NOT balanced", style="green" if balanced else "red")
    return 0 if balanced else 1


if __name__ == "__main__":
    sys.exit(main())
