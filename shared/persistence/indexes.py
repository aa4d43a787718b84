"""Indexes as data: made by the processes that need them, looked for by `/readyz`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database


@dataclass(frozen=True)
class Index:
    """One index. `ttl` in seconds after the time in the (single) key; `partial` limits it to matching documents."""

    collection: str
    keys: Sequence[tuple[str, int]]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    ttl: int | None = field(default=None)

    @property
    def name(self) -> str:
        """The name MongoDB would give it."""
        return "_".join(f"{path}_{direction}" for path, direction in self.keys)

    def model(self) -> IndexModel:
        """As pymongo wants it."""
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.ttl is not None:
            options["expireAfterSeconds"] = self.ttl
        return IndexModel(list(self.keys), **options)


KERNEL_INDEXES = (
    Index("outbox", [("next_at", 1), ("_id", 1)], partial={"state": "pending"}),
    Index("outbox", [("expire_at", 1)], ttl=0),
    Index("idempotency", [("expire_at", 1)], ttl=0),
    Index("quarantine", [("at", -1), ("_id", -1)]),
    Index("quarantine", [("state", 1), ("queue", 1)]),
)


def ensure_indexes(database: Database[Any], indexes: Iterable[Index]) -> None:
    """Make what is missing; existing ones are left alone."""
    by_collection: dict[str, list[IndexModel]] = {}
    for index in indexes:
        by_collection.setdefault(index.collection, []).append(index.model())
    for collection, models in by_collection.items():
        database[collection].create_indexes(models)


def missing_indexes(database: Database[Any], indexes: Iterable[Index]) -> list[str]:
    """`collection.name` of every index that is not there."""
    wanted: dict[str, set[str]] = {}
    for index in indexes:
        wanted.setdefault(index.collection, set()).add(index.name)
    missing = []
    for collection, names in wanted.items():
        missing += [f"{collection}.{name}" for name in names - set(database[collection].index_information())]
    return sorted(missing)
