"""`python -m services.reporting.replay`: make facts, cases, measures, counters and rollups anew of the archive, and put
them in the place of those in use, without stopping.

1. Beside: everything is made in collections of its own, while events go on arriving; what they touch is written down.
2. Catch-up: what was touched meanwhile is made once more, until little is left.
3. Swap: the workers wait (their messages stay with the broker) while the rest is made and the collections change their
   names. That takes well under a second. A replay that dies here is finished by the next one.

What is made is a function of the archive alone, so that repeating any of it does no harm.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from pymongo.errors import ServerSelectionTimeoutError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.reporting import config
from services.reporting.adapters.mongo import INDEXES, PROJECTED
from services.reporting.adapters.projection import NEXT, PROJECTION, STATE, TOUCHED
from services.reporting.adapters.replaying import Replaying
from services.reporting.adapters.searching import ARCHIVE, FACTS
from services.reporting.bootstrap import ReportingApp, build
from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.transaction import Transaction

CHUNK = 300
LITTLE = 20
"""Transactions that are left to be caught up with while the workers wait."""
console = Console()


def main(app: ReportingApp, progress: Progress) -> int:
    """Replay; the exit code."""
    began = time.monotonic()
    try:
        with progress:
            facts, caught_up = replayed(app, progress)
    except ServerSelectionTimeoutError:
        console.print("the database does not answer: is everything up? (make up)", style="red")
        return 1
    events = app.database.collection(ARCHIVE).estimated_document_count()
    console.print(
        f"{events} events made {facts} facts anew, {caught_up} of them again while events came in: "
        f"{time.monotonic() - began:.1f} s, now in use",
        style="green",
    )
    return 0


def replayed(app: ReportingApp, progress: Progress) -> tuple[int, int]:
    """How many facts were made, and how many of them again since they were told of meanwhile."""
    again = 0
    if not _swapping(app):
        _begin(app)
        _make(app, progress)
        _index(app)
        while app.database.collection(TOUCHED).count_documents({}, limit=LITTLE + 1) > LITTLE:
            again += catch_up(app)[1]
    again += _swap(app)
    return app.database.collection(FACTS).estimated_document_count(), again


def catch_up(app: ReportingApp) -> tuple[int, int]:
    """Make again what the next transactions touched; how many of them there were, and how many facts."""
    touched = app.database.collection(TOUCHED)
    rows = list(touched.find().sort("_id", 1).limit(CHUNK))
    replaying = Replaying(app.database)
    replaying.cases({case for row in rows for case in row["cases"]})
    replaying.measures({measure for row in rows for measure in row["measures"]})
    findings = sorted({finding for row in rows for finding in row["findings"]})
    for chunk in _chunks(findings):
        replaying.facts(chunk)
    replaying.fold()
    touched.delete_many({"_id": {"$in": [row["_id"] for row in rows]}})
    return len(rows), len(findings)


def _swapping(app: ReportingApp) -> bool:
    state = app.database.collection(PROJECTION).find_one({"_id": STATE})
    return state is not None and bool(state["swapping"])


def _begin(app: ReportingApp) -> None:
    """Empty collections, and from now on everything that is touched is written down."""
    for name in PROJECTED:
        app.database.collection(name + NEXT).drop()
        app.database.client[app.database.name].create_collection(name + NEXT)
    app.database.collection(TOUCHED).drop()
    app.database.client[app.database.name].create_collection(TOUCHED)
    _say(app, replaying=True)


def _make(app: ReportingApp, progress: Progress) -> None:
    replaying = Replaying(app.database)
    total = app.database.collection(FACTS).estimated_document_count()
    task = progress.add_task("facts", total=total or None)
    for cases in _chunks(replaying.known_cases()):
        replaying.cases(cases)
    for measures in _chunks(replaying.known_measures()):
        replaying.measures(measures)
    for findings in _chunks(replaying.known_findings()):
        replaying.facts(findings)
        replaying.fold()
        progress.advance(task, len(findings))


def _index(app: ReportingApp) -> None:
    wanted = [index for index in INDEXES if index.collection in PROJECTED]
    beside = [Index(index.collection + NEXT, index.keys, index.unique, index.partial) for index in wanted]
    ensure_indexes(app.database.client[app.database.name], beside)


def _swap(app: ReportingApp) -> int:
    """From here on no worker commits. How many facts were made again."""
    _say(app, swapping=True)
    names = app.database.client[app.database.name].list_collection_names()
    again = 0
    try:
        if all(name + NEXT in names for name in PROJECTED):
            while (found := catch_up(app))[0]:
                again += found[1]
    except BaseException:
        # Nothing has changed its name yet: what is in use stays so.
        _say(app, replaying=False, swapping=False)
        raise
    for name in PROJECTED:
        if name + NEXT in names:
            app.database.collection(name + NEXT).rename(name, dropTarget=True)
    _say(app, replaying=False, swapping=False, complete=True)
    app.database.collection(TOUCHED).drop()
    return again


def _say(app: ReportingApp, **changed: bool) -> None:
    """In a transaction: each of the workers' that is under way begins anew, and sees it."""

    def work(transaction: Transaction) -> None:
        Replaying.say(transaction, changed)

    app.database.transact(work, timeout=30)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


if __name__ == "__main__":
    sys.exit(main(build(config.from_env()), _bar()))
