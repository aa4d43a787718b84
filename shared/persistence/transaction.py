"""A unit of work over documents: reads are remembered, writes are gathered and sent in batches.

`Transaction` is what repositories see. `MongoTransaction` (mongo_transaction.py) runs inside one MongoDB transaction,
`MemoryTransaction` (memory.py) over plain dictionaries; the conformance suite in `tests/integration/conformance` holds
both to the same behaviour. Documents are plain dictionaries with `_id`; what is read is never changed in place but
replaced whole.
"""

import abc
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from shared.persistence.changes import Change, difference
from shared.persistence.derived import Derivation, Derived

T = TypeVar("T")
Document = dict[str, Any]
Where = Mapping[str, Any]
Sort = Sequence[tuple[str, int]]


class Transaction(Protocol):
    """Documents of one transaction. Nothing is seen by others before the commit."""

    memo: dict[str, Any]
    """Survives a repetition of the work: what may happen only once (a number taken) is kept here."""

    def get(self, collection: str, key: str) -> Document | None: ...

    def get_many(self, collection: str, keys: Iterable[str]) -> dict[str, Document]: ...

    def find(self, collection: str, where: Where, sort: Sort = (), limit: int = 0) -> list[Document]: ...

    def look(
        self, collection: str, where: Where, fields: Sequence[str], sort: Sort = (), limit: int = 0
    ) -> list[Document]: ...

    def known(self, collection: str, key: str) -> Document | None: ...

    def insert(self, collection: str, document: Document) -> None: ...

    def replace(self, collection: str, document: Document) -> None: ...

    def delete(self, collection: str, key: str) -> None: ...

    def before_commit(self, act: Callable[[], None]) -> None: ...

    def savepoint(self) -> Callable[[], bool]: ...

    def run_hooks(self) -> None: ...

    def flush(self) -> None: ...


class BufferedTransaction(abc.ABC):
    """The part both kinds share: the identity map, the write buffers and the commit hooks."""

    def __init__(self, memo: dict[str, Any], derivation: Derivation) -> None:
        self.memo = memo
        self._derivation = derivation
        self._derived = Derived(derivation)
        self._seen: dict[str, dict[str, Document | None]] = {}
        self._stored: dict[str, dict[str, Document | None]] = {}
        self._inserts: dict[str, dict[str, Document]] = {}
        self._replaces: dict[str, dict[str, Document]] = {}
        self._deletes: dict[str, set[str]] = {}
        self._hooks: list[Callable[[], None]] = []
        self._sent = 0

    def get(self, collection: str, key: str) -> Document | None:
        """The document with this `_id`, buffered changes included; none when there is none."""
        seen = self._seen.setdefault(collection, {})
        if key not in seen:
            self._remember(collection, [key])
        return seen[key]

    def get_many(self, collection: str, keys: Iterable[str]) -> dict[str, Document]:
        """Those of `keys` that exist, by `_id`; one round trip for all that are not remembered yet."""
        wanted = list(dict.fromkeys(keys))
        seen = self._seen.setdefault(collection, {})
        missing = [key for key in wanted if key not in seen]
        if missing:
            self._remember(collection, missing)
        return {key: found for key in wanted if (found := seen[key]) is not None}

    def known(self, collection: str, key: str) -> Document | None:
        """What this transaction has read or written of it, without asking the database."""
        return self._seen.get(collection, {}).get(key)

    def find(self, collection: str, where: Where, sort: Sort = (), limit: int = 0) -> list[Document]:
        """Documents that match; buffered writes of this collection are sent first so that they are seen."""
        self._flush_collection(collection)
        seen = self._seen.setdefault(collection, {})
        found = []
        for document in self._query(collection, where, sort, limit):
            remembered = seen.get(document["_id"])
            if remembered is None:
                remembered = seen[document["_id"]] = document
                self._stored.setdefault(collection, {})[document["_id"]] = document
            found.append(remembered)
        return found

    def look(
        self, collection: str, where: Where, fields: Sequence[str], sort: Sort = (), limit: int = 0
    ) -> list[Document]:
        """As `find`, but these fields and the `_id` only: a part is not remembered, and nothing is made of it."""
        self._flush_collection(collection)
        return list(self._query(collection, where, sort, limit, fields))

    def insert(self, collection: str, document: Document) -> None:
        """A new document; a taken `_id` or unique key shows at the flush, as DuplicateError after the retries."""
        key = document["_id"]
        if key in self._inserts.get(collection, {}):
            self._flush_collection(collection)
        self._seen.setdefault(collection, {})[key] = document
        self._inserts.setdefault(collection, {})[key] = document

    def replace(self, collection: str, document: Document) -> None:
        """The whole document under its `_id`, made when there is none."""
        key = document["_id"]
        seen = self._seen.setdefault(collection, {})
        absent = key in seen and seen[key] is None and key not in self._deletes.get(collection, ())
        seen[key] = document
        if absent or key in self._inserts.get(collection, {}):
            # Known not to be there: inserts travel in one statement, upserts in one each. Should another have made
            # it meanwhile, the transaction fails as it would with the upsert, and the work is run again.
            self._inserts.setdefault(collection, {})[key] = document
        else:
            self._deletes.get(collection, set()).discard(key)
            self._replaces.setdefault(collection, {})[key] = document

    def delete(self, collection: str, key: str) -> None:
        """Remove the document; nothing happens when there is none."""
        self._seen.setdefault(collection, {})[key] = None
        self._replaces.get(collection, {}).pop(key, None)
        if self._inserts.get(collection, {}).pop(key, None) is None:
            self._deletes.setdefault(collection, set()).add(key)

    def before_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once, after the work and before the last writes are sent."""
        self._hooks.append(act)

    def savepoint(self) -> Callable[[], bool]:
        """A way back: called, it forgets what was written since. What a `find` has sent meanwhile stays sent, so what
        may be undone must look first and write then. What was written before is not sent again. It answers whether
        nothing was sent since, so that all is as it was."""
        sent = self._sent
        seen, inserts, replaces = _copied(self._seen), _copied(self._inserts), _copied(self._replaces)
        deletes, hooks = {name: keys.copy() for name, keys in self._deletes.items()}, [*self._hooks]

        def back() -> bool:
            self._seen, self._inserts, self._replaces = seen, self._unsent(inserts), self._unsent(replaces)
            self._deletes, self._hooks = deletes, hooks
            return self._sent == sent

        return back

    def _unsent(self, buffer: Mapping[str, dict[str, Document]]) -> dict[str, dict[str, Document]]:
        """What of a buffer still is to be sent: a document that was, is remembered as the stored one."""
        return {
            collection: {
                key: document
                for key, document in documents.items()
                if self._stored.get(collection, {}).get(key) is not document
            }
            for collection, documents in buffer.items()
        }

    def run_hooks(self) -> None:
        """Do now what was to be done before the commit: `flush` does it at the latest."""
        while self._hooks:
            self._hooks.pop(0)()

    def flush(self) -> None:
        """Run the hooks, then send every buffered write."""
        self.run_hooks()
        for collection in {*self._inserts, *self._replaces, *self._deletes}:
            self._flush_collection(collection)
        for collection, rows in self._derived.rows():
            self._write(collection, rows, [], [], [])

    def _flush_collection(self, collection: str) -> None:
        inserts = self._inserts.pop(collection, {})
        replaces = self._replaces.pop(collection, {})
        deletes = self._deletes.pop(collection, set())
        stored = self._stored.setdefault(collection, {})
        if self._derivation.concerns(collection):
            self._derive(collection, inserts, replaces, deletes)
        changes, upserts = _sorted_out(replaces, stored)
        if inserts or changes or upserts or deletes:
            self._sent += 1
            self._write(collection, list(inserts.values()), changes, upserts, sorted(deletes))
            stored |= {**inserts, **replaces, **dict.fromkeys(deletes)}

    def _derive(
        self,
        collection: str,
        inserts: Mapping[str, Document],
        replaces: Mapping[str, Document],
        deletes: Iterable[str],
    ) -> None:
        """What is sent now is counted and found otherwise from now on; what was written unread is read for it."""
        stored = self._stored[collection]
        unread = [key for key in (*replaces, *deletes) if key not in stored]
        if unread:
            found = {doc["_id"]: doc for doc in self._query(collection, {"_id": {"$in": unread}}, (), 0)}
            stored.update((key, found.get(key)) for key in unread)
        written = {**inserts, **replaces}
        for key in dict.fromkeys((*written, *deletes)):
            self._derived.take(collection, stored.get(key), written.get(key))

    def _remember(self, collection: str, keys: list[str]) -> None:
        found = {doc["_id"]: doc for doc in self._query(collection, {"_id": {"$in": keys}}, (), 0)}
        seen = self._seen[collection]
        stored = self._stored.setdefault(collection, {})
        for key in keys:
            seen[key] = stored[key] = found.get(key)

    @abc.abstractmethod
    def _query(
        self, collection: str, where: Where, sort: Sort, limit: int, fields: Sequence[str] | None = None
    ) -> Iterable[Document]:
        """How this kind of transaction reads; whole documents where no `fields` are named."""

    @abc.abstractmethod
    def _write(
        self,
        collection: str,
        inserts: list[Document],
        changes: list[Change],
        upserts: list[Document],
        deletes: list[str],
    ) -> None:
        """How this kind of transaction writes."""


def _copied(buffer: Mapping[str, dict[str, T]]) -> dict[str, dict[str, T]]:
    return {collection: documents.copy() for collection, documents in buffer.items()}


def _sorted_out(
    replaces: Mapping[str, Document], stored: Mapping[str, Document | None]
) -> tuple[list[Change], list[Document]]:
    """What was read is written as its changes, the rest whole."""
    changes, upserts = [], []
    for key, document in replaces.items():
        before = stored.get(key)
        if before is None:
            upserts.append(document)
        elif change := difference(before, document):
            changes.append(change)
    return changes, upserts
