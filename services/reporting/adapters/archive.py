"""Reading the archive of everything that was ever told: majority reads, served by indexes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pymongo.client_session import ClientSession

from services.reporting.adapters import documents
from services.reporting.adapters.documents import Document
from services.reporting.adapters.mongo import ARCHIVE
from shared.contracts.envelope import Event
from shared.persistence.database import MongoDatabase

_CASE = "case."
_CASES_FROM = "accountability"


class EventReader:
    """Events out of the archive."""

    def __init__(self, database: MongoDatabase) -> None:
        self._archive = database.collection(ARCHIVE)

    def told(
        self,
        findings: Sequence[str],
        before: datetime | None = None,
        session: ClientSession | None = None,
    ) -> Mapping[str, Sequence[Event]]:
        """By finding, what was told of it, before a moment if one is given.

        Of a case that was ever about it everything: the newest word may be that the case goes on without it.
        """
        until: Document = {} if before is None else {"time": {"$lt": before}}
        rows = list(self._archive.find({"findings": {"$in": list(findings)}, **until}, session=session))
        cases = {row["subject"] for row in rows if row["type"].startswith(_CASE)}
        if cases:
            of_cases = {"source": _CASES_FROM, "subject": {"$in": sorted(cases)}, **until}
            rows += self._archive.find(of_cases, session=session)
        return _sorted_out(findings, rows)


def _sorted_out(findings: Sequence[str], rows: Iterable[Document]) -> Mapping[str, Sequence[Event]]:
    told: dict[str, dict[str, Event]] = {finding: {} for finding in findings}
    by_case: dict[str, list[Event]] = {}
    events = {row["_id"]: (documents.to_event(row), row["findings"]) for row in rows}
    for event, _ in events.values():
        if event.type.startswith(_CASE):
            by_case.setdefault(event.subject, []).append(event)
    for event, named in events.values():
        together = by_case.get(event.subject, [event])
        for finding in told.keys() & named:
            told[finding].update({one.id: one for one in together})
    return {finding: list(events.values()) for finding, events in told.items()}
