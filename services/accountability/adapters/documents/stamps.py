"""What every stored document has, and days as ISO text."""

from datetime import date
from typing import Any

from services.accountability.domain.aggregate import Aggregate
from shared.persistence.transaction import Document


def stamp(one: Aggregate) -> Document:
    return {
        "_id": one.id,
        "version": one.version,
        "published": one.published,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def stamped(row: Document) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "version": row["version"],
        "published": row["published"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
