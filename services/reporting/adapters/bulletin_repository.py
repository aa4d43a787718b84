"""Bulletins and their items as documents: each item one of its own, since nothing bounds the length of all of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, time
from typing import Any

from bson import Binary

from services.reporting.domain.bulletin import Bulletin, Exclusion
from services.reporting.domain.bulletin_case import CaseEntry, Person, Sanction
from services.reporting.domain.bulletin_item import Item
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction

Document = dict[str, Any]
BULLETINS, BULLETIN_ITEMS = "bulletins", "bulletin_items"
BULLETIN_FILES, BULLETIN_NUMBERS = "bulletin_files", "bulletin_numbers"
SCHEDULED = "scheduled"
BULLETIN_INDEXES = (
    Index(BULLETINS, [("area", 1), ("_id", -1)]),
    Index(BULLETINS, [("status", 1), ("area", 1), ("_id", -1)]),
)
CHUNK = 4 * 1024 * 1024
"""Bytes of a file in one document."""
_CLOSED = "closed-"
"""Before the place of what is in a bulletin because it was closed."""
_DAYS = ("since", "until")
_HEAD = tuple(
    field.name
    for field in fields(Bulletin)
    if field.name not in ("id", "items", "closings", "exclude", "values", "cases", "files")
)
_LISTS = ("addressees", "copy_to")


class BulletinRepository:
    """The bulletins of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def add(self, bulletin: Bulletin) -> None:
        self._tx.insert(BULLETINS, of_bulletin(bulletin))
        for row in _rows(bulletin):
            self._tx.insert(BULLETIN_ITEMS, row)

    def get(self, bulletin: str) -> Bulletin | None:
        head = self._tx.get(BULLETINS, bulletin)
        if head is None:
            return None
        return to_bulletin(head, self._tx.find(BULLETIN_ITEMS, items_of(bulletin), sort=[("_id", 1)]))

    def save(self, bulletin: Bulletin) -> None:
        self._tx.replace(BULLETINS, of_bulletin(bulletin))

    def save_retaken(self, bulletin: Bulletin) -> None:
        """A draft whose items were taken anew."""
        self.save(bulletin)
        rows = {row["_id"]: row for row in _rows(bulletin)}
        for old in self._tx.find(BULLETIN_ITEMS, items_of(bulletin.id), sort=[("_id", 1)]):
            if old["_id"] not in rows:
                self._tx.delete(BULLETIN_ITEMS, old["_id"])
        for row in rows.values():
            self._tx.replace(BULLETIN_ITEMS, row)

    def add_files(self, bulletin: str, files: Mapping[str, bytes]) -> None:
        """The files of a published one, in pieces: nothing bounds their length."""
        for name, content in files.items():
            for place, start in enumerate(range(0, len(content), CHUNK)):
                piece = {"bulletin": bulletin, "format": name, "data": Binary(content[start : start + CHUNK])}
                self._tx.insert(BULLETIN_FILES, {"_id": f"{bulletin}:{name}:{place:06}", **piece})

    def last_number(self, issuer: str, year: int) -> int:
        found = self._tx.get(BULLETIN_NUMBERS, f"{issuer}-{year}")
        return 0 if found is None else int(found["n"])

    def take_number(self, issuer: str, year: int, number: int) -> None:
        """In the transaction of what bears it, so that none stays unused."""
        key = f"{issuer}-{year}"
        self._tx.replace(BULLETIN_NUMBERS, {"_id": key, "issuer": issuer, "year": year, "n": number})

    def last_slot(self, row: str) -> datetime | None:
        """The latest moment of the schedule that was seen to."""
        found = self._tx.get(SCHEDULED, row)
        return None if found is None else found["slot"]

    def see_slot(self, row: str, slot: datetime) -> None:
        self._tx.replace(SCHEDULED, {"_id": row, "slot": slot})


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
        "cases": [asdict(one) for one in bulletin.cases],
        "files": dict(bulletin.files),
    }


def _rows(bulletin: Bulletin) -> Iterator[Document]:
    """Its items and what was closed, each in its order."""
    for place, item in enumerate(bulletin.items):
        yield {"_id": f"{bulletin.id}:{place:06}", **asdict(item)}
    for place, item in enumerate(bulletin.closings):
        yield {"_id": f"{bulletin.id}:{_CLOSED}{place:06}", **asdict(item)}


def to_bulletin(head: Document, rows: list[Document]) -> Bulletin:
    """Of its document and those of its items, in their order."""
    rest = {name: head[name] for name in _HEAD if name in head}
    rest |= {name: rest[name].date() for name in _DAYS} | {name: tuple(rest[name]) for name in _LISTS}
    return Bulletin(
        id=head["_id"],
        items=_items(row for row in rows if not _is_closed(row)),
        closings=_items(row for row in rows if _is_closed(row)),
        exclude=tuple(Exclusion(**one) for one in head["exclude"]),
        values={path: value for path, value in head["values"]},  # noqa: C416 - pairs, as lists
        cases=tuple(_case(one) for one in head.get("cases", ())),
        files=dict(head.get("files", {})),
        **rest,
    )


def pieced_together(pieces: Iterable[Document]) -> dict[str, bytes]:
    """Files by format, of their pieces in order."""
    files: dict[str, bytes] = {}
    for piece in pieces:
        files[piece["format"]] = files.get(piece["format"], b"") + bytes(piece["data"])
    return files


def _items(rows: Iterable[Document]) -> tuple[Item, ...]:
    return tuple(Item(**{name: value for name, value in row.items() if name != "_id"}) for row in rows)


def _is_closed(row: Document) -> bool:
    return str(row["_id"].rpartition(":")[2]).startswith(_CLOSED)


def _case(told: Document) -> CaseEntry:
    people = tuple(
        Person(**{**one, "sanctions": tuple(Sanction(**each) for each in one["sanctions"])})
        for one in told["people"]
    )
    return CaseEntry(**{**told, "people": people})
