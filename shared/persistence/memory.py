"""The in-memory twin of a database, for unit tests: held to MongoDB by the conformance suite."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from shared.persistence.changes import Change
from shared.persistence.derived import NOTHING, Derivation
from shared.persistence.errors import DuplicateError
from shared.persistence.indexes import Index
from shared.persistence.transaction import BufferedTransaction, Document, Sort, Transaction, Where

T = TypeVar("T")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, wanted: any(_equals(value, one) for one in wanted),
    "$ne": lambda value, wanted: not _equals(value, wanted),
    "$gt": lambda value, wanted: any(one > wanted for one in _each(value)),
    "$gte": lambda value, wanted: any(one >= wanted for one in _each(value)),
    "$lt": lambda value, wanted: any(one < wanted for one in _each(value)),
    "$lte": lambda value, wanted: any(one <= wanted for one in _each(value)),
    "$not": lambda value, wanted: not _satisfies(value, wanted),
}


class MemoryDatabase:
    """Collections as dictionaries; a transaction works on a copy that replaces them when it ends well."""

    def __init__(self, indexes: Sequence[Index] = (), derivation: Derivation = NOTHING) -> None:
        self.derivation = derivation
        self.collections: dict[str, dict[str, Document]] = {}
        self._unique = [index for index in indexes if index.unique]

    def transact(self, work: Callable[[Transaction], T], timeout: float = 5.0) -> T:
        """Run `work` in a transaction; an error leaves everything as it was."""
        # What is stored is never changed in place, so that the documents themselves need no copy.
        before = {name: documents.copy() for name, documents in self.collections.items()}
        transaction = MemoryTransaction(self)
        try:
            result = work(transaction)
            transaction.flush()
        except BaseException:
            self.collections = before
            raise
        return result

    def check_unique(self, collection: str, document: Document) -> None:
        """Raise DuplicateError when another document holds one of the unique keys of `document`."""
        for index in self._unique:
            if index.collection != collection or not _matches(document, index.partial or {}):
                continue
            key = [_at(document, path) for path, _ in index.keys]
            for other in self.collections.get(collection, {}).values():
                taken = [_at(other, path) for path, _ in index.keys] == key
                if taken and other["_id"] != document["_id"] and _matches(other, index.partial or {}):
                    raise DuplicateError(collection, index.name)


class MemoryTransaction(BufferedTransaction):
    """A transaction over a MemoryDatabase."""

    def __init__(self, database: MemoryDatabase, memo: dict[str, Any] | None = None) -> None:
        super().__init__({} if memo is None else memo, database.derivation)
        self._database = database

    def _query(
        self, collection: str, where: Where, sort: Sort, limit: int, fields: Sequence[str] | None = None
    ) -> Iterable[Document]:
        documents = self._database.collections.get(collection, {}).values()
        found = [copy.deepcopy(doc) for doc in documents if _matches(doc, where)]
        for path, direction in reversed(sort):
            found.sort(key=lambda doc: (_at(doc, path) is not None, _at(doc, path)), reverse=direction < 0)
        found = found[:limit] if limit else found
        return found if fields is None else [_part(doc, fields) for doc in found]

    def _write(
        self,
        collection: str,
        inserts: list[Document],
        changes: list[Change],
        upserts: list[Document],
        deletes: list[str],
    ) -> None:
        target = self._database.collections.setdefault(collection, {})
        for key in deletes:
            target.pop(key, None)
        changed = [_applied(target[change.key], change) for change in changes]
        for document in [*changed, *upserts, *inserts]:
            self._database.check_unique(collection, document)
            if document in inserts and document["_id"] in target:
                raise DuplicateError(collection, "_id_")
            target[document["_id"]] = copy.deepcopy(document)


def _applied(document: Document, change: Change) -> Document:
    """The changes alone, as a server would: what was changed in place, against the rule, is not in them."""
    made = copy.deepcopy(document)
    for path, value in change.fields.items():
        holder, name = _holder(made, path)
        holder[name] = value
    for path in change.removed:
        holder, name = _holder(made, path)
        holder.pop(name, None)
    return made


def _holder(document: Document, path: str) -> tuple[Document, str]:
    outer, dot, inner = path.partition(".")
    return (document[outer], inner) if dot else (document, outer)


def _matches(document: Document, where: Where) -> bool:
    return all(_satisfies(_at(document, path), wanted) for path, wanted in where.items())


def _satisfies(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and wanted and all(str(key).startswith("$") for key in wanted):
        return all(_TESTS[test](value, against) for test, against in wanted.items())
    return _equals(value, wanted)


def _part(document: Document, fields: Sequence[str]) -> Document:
    """The `_id` and the fields at these paths, as deep as they lie."""
    part: Document = {"_id": document["_id"]}
    for path in fields:
        holder, outer = part, document
        *above, last = path.split(".")
        for name in above:
            holder, outer = holder.setdefault(name, {}), outer.get(name) or {}
        if last in outer:
            holder[last] = outer[last]
    return part


def _each(value: Any) -> list[Any]:
    """What a comparison looks at: of a list each member, of nothing nothing."""
    return [one for one in (value if isinstance(value, list) else [value]) if one is not None]


def _equals(value: Any, wanted: Any) -> bool:
    return bool(value == wanted or (isinstance(value, list) and wanted in value))


def _at(document: Document, path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        if isinstance(value, list):
            value = [one.get(part) for one in value if isinstance(one, Mapping)]
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value
