"""Bulletins and their items as documents: each item one of its own, since nothing bounds the length of all of them."""

from dataclasses import asdict, fields
from datetime import UTC, date, datetime, time
from typing import Any

from services.reporting.domain.bulletin import Bulletin, Exclusion, Item
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

Document = dict[str, Any]
BULLETINS, BULLETIN_ITEMS = "bulletins", "bulletin_items"
BULLETIN_INDEXES = (Index(BULLETINS, [("area", 1), ("_id", -1)]),)
_DAYS = ("since", "until")
_HEAD = tuple(
    field.name for field in fields(Bulletin) if field.name not in ("id", "items", "exclude", "values")
)
_LISTS = ("addressees", "copy_to")


class BulletinRepository:
    """The bulletins of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def add(self, bulletin: Bulletin) -> None:
        self._tx.insert(BULLETINS, of_bulletin(bulletin))
        for place, item in enumerate(bulletin.items):
            self._tx.insert(BULLETIN_ITEMS, {"_id": f"{bulletin.id}:{place:06}", **asdict(item)})

    def get(self, bulletin: str) -> Bulletin | None:
        head = self._tx.get(BULLETINS, bulletin)
        if head is None:
            return None
        return to_bulletin(head, self._tx.find(BULLETIN_ITEMS, items_of(bulletin), sort=[("_id", 1)]))

    def save(self, bulletin: Bulletin) -> None:
        self._tx.replace(BULLETINS, of_bulletin(bulletin))


def items_of(bulletin: str) -> Document:
    """Where the items of a bulletin are."""
    return {"_id": {"$gte": f"{bulletin}:", "$lt": f"{bulletin};"}}  # ";" comes after ":"


def midnight(day: date) -> datetime:
    """A day as the database keeps it."""
    return datetime.combine(day, time.min, UTC)


def of_bulletin(bulletin: Bulletin) -> Document:
    """Without its items. The figures are pairs: there are dots in their paths."""
    head = {name: getattr(bulletin, name) for name in _HEAD}
    head |= {name: midnight(head[name]) for name in _DAYS} | {name: list(head[name]) for name in _LISTS}
    return {
        "_id": bulletin.id,
        **head,
        "exclude": [asdict(one) for one in bulletin.exclude],
        "values": [[path, value] for path, value in bulletin.values.items()],
    }


def to_bulletin(head: Document, items: list[Document]) -> Bulletin:
    rest = {name: head[name] for name in _HEAD}
    rest |= {name: rest[name].date() for name in _DAYS} | {name: tuple(rest[name]) for name in _LISTS}
    return Bulletin(
        id=head["_id"],
        items=tuple(Item(**{name: value for name, value in one.items() if name != "_id"}) for one in items),
        exclude=tuple(Exclusion(**one) for one in head["exclude"]),
        values={path: value for path, value in head["values"]},  # noqa: C416 - pairs, as lists
        **rest,
    )
