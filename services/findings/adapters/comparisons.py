"""What a report is compared with (application/review.py), out of the documents of one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.findings.adapters.collections import FINDINGS
from services.findings.adapters.documents import Document, to_finding
from services.findings.domain.finding import Finding
from services.findings.domain.review import Reported
from shared.persistence.transaction import Transaction

_PLACE_MOST = 20
_OF_REPORT = ("number", "units", "report.measures", "report.made.at")


class Comparisons:
    """Asks for each report by itself, or once for all that were told to come (`expect`).

    What was asked once is completed by what the transaction itself has made of those findings, so that of two lines of
    a sheet the second is compared with the first.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._coming: frozenset[str] = frozenset()
        self._reports: dict[str, list[Document]] = {}
        self._closed: list[Document] | None = None
        self._asked_places: frozenset[tuple[str, str, str]] = frozenset()

    def expect(self, findings: Sequence[Finding], since: datetime, closed_since: datetime, most: int) -> None:
        """Reports on these will be compared with at most so many of each unit since one moment, and with what was
        closed at the same places since another."""
        self._coming = frozenset(one.id for one in findings)
        for unit in {one.facts.units[0] for one in findings}:
            self._reports[unit] = self._look(unit, since, most + len(findings))
        self._asked_places = frozenset(
            (one.facts.area, one.facts.place.name, one.facts.category) for one in findings
        )
        areas, names, categories = (sorted(set(column)) for column in zip(*self._asked_places, strict=True))
        where = {
            "area": {"$in": areas}, "status": "closed", "closed_at": {"$gte": closed_since},
            "place.name": {"$in": names}, "category": {"$in": categories},
        }  # fmt: skip
        most_closed = _PLACE_MOST * len(self._asked_places)
        found = self._tx.find(FINDINGS, where, [("closed_at", -1)], most_closed)
        # More than are read for one place at most: which ones are missing cannot be told.
        self._closed = found if len(found) < most_closed else None

    def reported(self, unit: str, since: datetime, until: datetime, most: int) -> list[Reported]:
        known = self._reports.get(unit)
        found = (
            self._look(unit, since, most, until)
            if known is None
            else _newest(self._with_own(known), unit, since, until)
        )
        return [Reported(one["_id"], one["number"], one["report"]["measures"]) for one in found[:most]]

    def closed_at_place(self, area: str, place: str, category: str, since: datetime) -> list[Finding]:
        if self._closed is None or (area, place, category) not in self._asked_places:
            where = {
                "area": area, "status": "closed", "closed_at": {"$gte": since},
                "place.name": place, "category": category,
            }  # fmt: skip
            return [to_finding(one) for one in self._find(where)]
        found = [
            one
            for one in self._with_own(self._closed)
            if (one["area"], one["place"]["name"], one["category"]) == (area, place, category)
            and one["status"] == "closed"
            and one["closed_at"] >= since
        ]
        found.sort(key=lambda one: one["closed_at"], reverse=True)
        return [to_finding(one) for one in found[:_PLACE_MOST]]

    def _look(self, unit: str, since: datetime, most: int, until: datetime | None = None) -> list[Document]:
        moments = {"$gte": since} if until is None else {"$gte": since, "$lte": until}
        where = {"units": unit, "_id": {"$gte": _first_id(since)}, "report.made.at": moments}
        return self._tx.look(FINDINGS, where, _OF_REPORT, [("_id", -1)], most)

    def _find(self, where: Document) -> list[Document]:
        return self._tx.find(FINDINGS, where, [("closed_at", -1)], _PLACE_MOST)

    def _with_own(self, read: Iterable[Document]) -> Iterator[Document]:
        """What was read, those that are coming as they are by now."""
        yield from (one for one in read if one["_id"] not in self._coming)
        yield from (one for key in self._coming if (one := self._tx.known(FINDINGS, key)) is not None)


def _newest(rows: Iterable[Document], unit: str, since: datetime, until: datetime) -> list[Document]:
    first = _first_id(since)
    found = [
        one
        for one in rows
        if unit in one["units"]
        and one["_id"] >= first
        and one["report"]
        and since <= one["report"]["made"]["at"] <= until
    ]
    return sorted(found, key=lambda one: one["_id"], reverse=True)


def _first_id(moment: datetime) -> str:
    """What no id made at `moment` or later comes before: a UUIDv7 begins with its time."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
