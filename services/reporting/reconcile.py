"""`python -m services.reporting.reconcile`: recount everything from the documents, and compare.

1. each fact is made again of the archive and compared with the one that is kept;
2. the counters and the rollups are counted again from the facts;
3. the ledger is compared with what the other services count;
4. each published bulletin is compared with what was published: data, figures and files, and its numbers have no gap.

What is compared is read at one moment each (a snapshot), so that it may run while events come in. Ends with 0 when
all of it agrees, else with 1 and what does not.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from services.reporting import config
from services.reporting.adapters import documents
from services.reporting.adapters.archive import EventReader
from services.reporting.adapters.mongo import BALANCES
from services.reporting.adapters.rollup_recount import other_rollups
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.bootstrap import ReportingApp, build
from services.reporting.domain.balance import Balance
from services.reporting.domain.counters import counters
from services.reporting.domain.fact import Fact, rebuild
from services.reporting.domain.view import view

CHUNK = 500
SHOWN = 20
COUNTY = 6
console = Console()


def main(app: ReportingApp) -> int:
    """Recount; the exit code."""
    try:
        with Progress(console=Console(stderr=True)) as progress:
            looked, faults = recounted(app, progress)
            faults += other_bulletins(app, progress)
        return _report(faults, looked, balances(app))
    except PyMongoError as exc:
        console.print(
            f"the database does not answer ({type(exc).__name__}): is everything up? (make up)", style="red"
        )
        return 1


def recounted(app: ReportingApp, progress: Progress) -> tuple[int, list[str]]:
    """How many facts were looked at, and what differs in the ledger itself."""
    known = app.database.collection(FACTS)
    ids = sorted({*_ids(known.find({}, {"_id": 1})), *_told_of(app)})
    task = progress.add_task("facts", total=len(ids))
    faults = []
    for chunk in _chunks(ids):
        faults += _other_facts(app, chunk)
        progress.advance(task, len(chunk))
    return len(ids), faults + _other_counters(app) + other_rollups(app.database)


def balances(app: ReportingApp) -> dict[str, Balance]:
    """By county: every one that the areas or the counters know."""
    counted = _ids(app.database.collection(BALANCES).find({}, {"_id": 1}))
    counties = {area[:COUNTY] for area in (*counted, *(area.code for area in app.areas))}
    return {county: app.ask.balance(county) for county in sorted(counties)}


def other_bulletins(app: ReportingApp, progress: Progress) -> list[str]:
    """Published bulletins that are not as they were published, and numbers that nothing bears."""
    taken = app.bulletin_store.numbers_taken()
    ids = app.bulletin_store.published()  # after the numbers: one that is published meanwhile is no gap
    task = progress.add_task("bulletins", total=len(ids))
    found = []
    for bulletin in ids:
        wrong = ", ".join(app.bulletins.faults(bulletin))
        found += [f"bulletin {bulletin} is not as it was published: {wrong}"] if wrong else []
        progress.advance(task)
    gaps = [f"bulletins: {taken} numbers were taken, {len(ids)} bear one"] if taken > len(ids) else []
    return found + gaps


def _told_of(app: ReportingApp) -> Iterator[str]:
    """Findings that the archive speaks of."""
    stages: list[documents.Document] = [{"$unwind": "$findings"}, {"$group": {"_id": "$findings"}}]
    yield from _ids(app.database.collection(ARCHIVE).aggregate(stages))


def _other_facts(app: ReportingApp, chunk: list[str]) -> list[str]:
    """Facts that the archive makes otherwise."""
    with app.database.client.start_session(snapshot=True) as session:
        told = EventReader(app.database).told(chunk, session=session)
        rows = app.database.collection(FACTS).find({"_id": {"$in": chunk}}, session=session)
        kept = {row["_id"]: documents.to_fact(row) for row in rows}
    return [
        f"fact {finding}: the archive makes another one"
        for finding in chunk
        # An empty fact says no more than none: a case that was about the finding before anybody heard of it.
        if kept.get(finding, Fact(finding)) != rebuild(finding, told[finding])
    ]


def _other_counters(app: ReportingApp) -> list[str]:
    """Areas whose counters say something else than their facts."""
    counted: dict[str, Counter[str]] = {}
    with app.database.client.start_session(snapshot=True) as session:
        for row in app.database.collection(FACTS).find(session=session):
            fact = documents.to_fact(row)
            found = counters(fact, view(fact))
            if found is not None:
                counted.setdefault(found[0], Counter()).update(found[1])
        rows = app.database.collection(BALANCES).find(session=session)
        kept = {row["_id"]: Counter(dict(row["counts"])) for row in rows}
    return [
        f"counters of {area}: kept {dict(kept.get(area, {}))}, counted {dict(counted.get(area, {}))}"
        for area in sorted(set(kept) | set(counted))
        if kept.get(area, Counter()) != counted.get(area, Counter())
    ]


def _ids(rows: Iterable[documents.Document]) -> Iterator[str]:
    return (row["_id"] for row in rows)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _report(faults: list[str], looked: int, found: dict[str, Balance]) -> int:
    table = Table("county", "check", "left", "right", "holds", title=f"{looked} facts recounted")
    for county, balance in found.items():
        for name, left, right, holds in _lines(balance):
            table.add_row(county, name, left, right, "yes" if holds else "NO")
    console.print(table)
    for fault in faults[:SHOWN]:
        console.print(fault, style="red", markup=False)
    if len(faults) > SHOWN:
        console.print(f"… and {len(faults) - SHOWN} more")
    balanced = not faults and all(balance.balanced for balance in found.values())
    console.print("balanced" if balanced else "NOT balanced", style="green" if balanced else "red")
    return 0 if balanced else 1


def _lines(balance: Balance) -> Iterator[tuple[str, str, str, bool]]:
    """What is compared, the two sides, and whether they agree."""
    for name, reachable in balance.reachable.items():
        if not reachable:
            yield f"{name} answers", "", "", False
    for one in balance.differences:
        name = f"ledger = findings in {one.area}, {one.status}"
        yield name, str(one.ledger), str(one.findings), False
    if not balance.differences and balance.reachable["findings"]:
        yield "ledger = findings, by area and status", "", "", True
    for check in balance.checks:
        yield check.name, str(check.left), str(check.right), check.holds
    yield "nothing under way", str(balance.in_flight), "0", balance.in_flight == 0


if __name__ == "__main__":
    sys.exit(main(build(config.from_env())))
