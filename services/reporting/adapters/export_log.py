"""How far files of the ledger have come, for whoever waits for them: kept for a day, whichever process makes them."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import timedelta

from services.reporting.domain.export import Export
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index

EXPORTS = "exports"
EXPORT_INDEXES = (
    Index(EXPORTS, [("sub", 1), ("_id", -1)]),
    Index(EXPORTS, [("expire_at", 1)], ttl=0),
)
_KEPT = timedelta(days=1)
_NAMES = tuple(one.name for one in fields(Export) if one.name != "id")


class MongoExportLog:
    """An ExportLog."""

    def __init__(self, database: MongoDatabase) -> None:
        self._exports = database.collection(EXPORTS)

    def tell(self, export: Export) -> None:
        row = asdict(export)
        expire_at = export.begun_at + _KEPT
        self._exports.replace_one({"_id": row.pop("id")}, {**row, "expire_at": expire_at}, upsert=True)

    def of(self, sub: str, limit: int) -> Sequence[Export]:
        found = self._exports.find({"sub": sub}).sort("_id", -1).limit(limit)
        return [Export(id=row["_id"], **{name: row[name] for name in _NAMES}) for row in found]
