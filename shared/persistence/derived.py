"""What a database keeps beside its documents, by the transactions that write them: counts and postings.

It is worked out of what a transaction really sends, and so agrees with the documents whatever a repository does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shared.persistence.ids import new_id
from shared.persistence.postings import Document, Searched, Texts, rows_of

Kind = tuple[str | bool | None, ...]
"""The values of the fields that a document is counted by."""
CHANGES = "count_changes"


@dataclass(frozen=True, slots=True)
class Derivation:
    """By collection: the fields that documents are counted by, and how they are searched."""

    counted: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    searched: Mapping[str, Searched] = field(default_factory=lambda: MappingProxyType({}))

    def concerns(self, collection: str) -> bool:
        """Whether anything is kept beside its documents."""
        return collection in self.counted or collection in self.searched


NOTHING = Derivation()


class Derived:
    """What one transaction has to add beside its documents."""

    def __init__(self, derivation: Derivation) -> None:
        self._derivation = derivation
        self._moved: Counter[tuple[str, Kind]] = Counter()
        self._texts: dict[str, dict[str, Texts]] = {}

    def take(self, collection: str, before: Document | None, after: Document | None) -> None:
        """A document that was sent: as it was and as it is, None where it is not there."""
        if collection in self._derivation.counted:
            fields = self._derivation.counted[collection]
            for document, n in ((before, -1), (after, 1)):
                if document is not None:
                    self._moved[collection, kind_of(document, fields)] += n
        if collection in self._derivation.searched and after is not None:
            searched = self._derivation.searched[collection]
            texts = searched.texts(after)
            if before is None or searched.texts(before) != texts:
                self._texts.setdefault(searched.postings, {})[after["_id"]] = texts

    def rows(self) -> Iterator[tuple[str, list[Document]]]:
        """Collections, and the rows that are to be added to them: once."""
        cells: list[dict[str, Any]] = [
            {"of": of, "kind": list(kind), "n": n} for (of, kind), n in self._moved.items() if n
        ]
        if cells:
            yield CHANGES, [{"_id": new_id(), "cells": cells}]
        for collection, texts in self._texts.items():
            if rows := list(rows_of(texts)):
                yield collection, rows
        self._moved.clear()
        self._texts.clear()


def kind_of(document: Document, fields: Iterable[str]) -> Kind:
    """What the document counts as; a field that is not there counts as null."""
    return tuple(document.get(field) for field in fields)
