"""Measures as documents, by their newest event."""

from collections.abc import Iterator
from dataclasses import asdict, fields

from services.reporting.adapters.documents import Document
from services.reporting.adapters.projection import ProjectionLog
from services.reporting.adapters.rollups import subtree
from services.reporting.domain.measure import Measure, MeasureFilters, shows
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

MEASURES = "measures"
MEASURE_INDEXES = (Index(MEASURES, [("decided_on", 1)]),)
_NAMES = tuple(one.name for one in fields(Measure) if one.name != "id")
_LISTS = ("handlers", "areas")


class MeasureRepository:
    """Of one transaction; `suffix` is that of their collection."""

    def __init__(self, transaction: Transaction, log: ProjectionLog | None = None, suffix: str = "") -> None:
        self._tx = transaction
        self._log = log
        self._in = MEASURES + suffix

    def take(self, measure: Measure) -> None:
        """What is newer than what is known."""
        known = self._tx.get(self._in, measure.id)
        if known is None or known["sequence"] < measure.sequence:
            self._tx.replace(self._in, _document(measure))
            if self._log is not None:
                self._log.measure(measure.id)


class MeasureReader:
    """Of what was last committed."""

    def __init__(self, database: MongoDatabase) -> None:
        self._measures = database.collection(MEASURES)

    def find(self, filters: MeasureFilters) -> Iterator[Measure]:
        """Those that are shown."""
        where: list[Document] = [{"areas": subtree(max(filters.reach, filters.area or "", key=len))}]
        if filters.since is not None:
            where.append({"decided_on": {"$gte": filters.since.isoformat()}})
        if filters.until is not None:
            where.append({"decided_on": {"$lte": filters.until.isoformat()}})
        found = (measure_of(row) for row in self._measures.find({"$and": where}))
        return (one for one in found if shows(filters, one))


def _document(measure: Measure) -> Document:
    row = asdict(measure)
    return {"_id": row.pop("id"), **row, **{name: list(row[name]) for name in _LISTS}}


def measure_of(row: Document) -> Measure:
    """As it is kept."""
    known = {name: row[name] for name in _NAMES} | {name: tuple(row[name]) for name in _LISTS}
    return Measure(id=row["_id"], **known)
