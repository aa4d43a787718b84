"""Importing the office's file of contacts: the good rows in transactions of their own, the bad ones explained."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from services.notifications.application.commands import Entry, ImportContacts
from services.notifications.application.contacts import read_file, summary
from shared.http.request import Request

BATCH = 200


def import_contacts(app: Any, request: Request) -> dict[str, Any]:
    """What became of every row of the body."""
    file = read_file(request.body)
    results = list(file.rejected)
    for number, entries in enumerate(_batches(file.entries)):
        results += request.transact(_act(app, ImportContacts(entries, request.claims)), part=number)
    return summary(results)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in batches; those of one recipient, which stand beside each other, stay together."""
    batch: list[Entry] = []
    for _, group in groupby(entries, key=lambda entry: entry.cadre):
        batch += group
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _act(app: Any, command: ImportContacts) -> Callable[[Any], Any]:
    return lambda work: app.do.import_contacts(work, command)
