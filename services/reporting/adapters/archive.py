"""Reading the archive of everything that was ever told: majority reads, served by indexes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.client_session import ClientSession

from services.reporting.adapters import documents
from services.reporting.adapters.documents import Document
from services.reporting.adapters.searching import ARCHIVE
from shared.contracts.envelope import Event
from shared.persistence.database import MongoDatabase

CASE, MEASURE = "case.", "measure."
_ACCOUNTABILITY = "accountability"
_REGISTERED = "cadre.registered.v1"
_MOST = 20_000
_SLACK = timedelta(minutes=1)


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
        cases = {row["subject"] for row in rows if row["type"].startswith(CASE)}
        if cases:
            of_cases = {"source": _ACCOUNTABILITY, "subject": {"$in": sorted(cases)}, **until}
            rows += self._archive.find(of_cases, session=session)
        return _sorted_out(findings, rows)

    def of_cases(self, cases: Sequence[str]) -> list[Event]:
        """What was told of these cases and of their measures."""
        own = {"source": _ACCOUNTABILITY, "subject": {"$in": list(cases)}}
        rows = list(self._archive.find(own))
        findings = sorted({one for row in rows for one in row["findings"]})
        measures = {
            "findings": {"$in": findings},
            "source": _ACCOUNTABILITY,
            "data.case": {"$in": list(cases)},
        }
        rows += self._archive.find({**measures, "type": {"$regex": r"^measure\."}})
        return [documents.to_event(row) for row in rows]

    def cards(self, cadres: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The newest card in the register, by cadre."""
        where = {"source": _ACCOUNTABILITY, "subject": {"$in": list(cadres)}, "type": _REGISTERED}
        rows = self._archive.find(where).sort([("subject", 1), ("sequence", 1)])
        return {row["subject"]: row["data"] for row in rows}

    def names(self, cadres: Iterable[str]) -> dict[str, str]:
        """Their masked names."""
        named: dict[str, str] = {}
        for cadre in dict.fromkeys(cadres):
            where = {"source": _ACCOUNTABILITY, "data.responsible.cadre": cadre}
            if cadre not in named and (row := self._archive.find_one(where, {"data.responsible": 1})):
                named |= {one["cadre"]: one["name"] for one in row["data"]["responsible"]}
        return named

    def findings_since(self, moment: datetime) -> list[str] | None:
        """Those of which anything was told since; None when that is so much that it leads nowhere."""
        since: Document = {"time": {"$gte": moment - _SLACK}}
        if self._archive.count_documents(since, limit=_MOST + 1) > _MOST:
            return None
        return list(self._archive.distinct("findings", since))


def _sorted_out(findings: Sequence[str], rows: Iterable[Document]) -> Mapping[str, Sequence[Event]]:
    told: dict[str, dict[str, Event]] = {finding: {} for finding in findings}
    by_case: dict[str, list[Event]] = {}
    events = {row["_id"]: (documents.to_event(row), row["findings"]) for row in rows}
    for event, _ in events.values():
        if event.type.startswith(CASE):
            by_case.setdefault(event.subject, []).append(event)
    for event, named in events.values():
        together = by_case.get(event.subject, [event])
        for finding in told.keys() & named:
            told[finding].update({one.id: one for one in together})
    return {finding: list(events.values()) for finding, events in told.items()}
