"""The counters from which numbers are taken, outside of transactions."""

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from services.findings.adapters.documents import Document
from shared.persistence.ids import utc_now

NUMBERS = "numbers"
_IMAGINARY = 1_000_000_000


class MongoNumberSeries:
    """Counters, each step one atomic write of its own: inside a transaction all posts would wait for each other."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def take(self, county: str, year: int, count: int) -> int:
        """The first of `count` numbers in a row."""
        try:
            counter = self._step(county, year, count)
        except DuplicateKeyError:
            # Two made the first counter of the year at once; it is there now.
            counter = self._step(county, year, count)
        return int(counter["n"]) - count + 1

    def _step(self, county: str, year: int, count: int) -> Document:
        counter = self._collection.find_one_and_update(
            {"_id": series_key(county, year)},
            {"$inc": {"n": count}, "$set": {"at": utc_now()}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert counter is not None, "an upsert answers its document"
        return counter


def series_key(county: str, year: int) -> str:
    """The `_id` of a counter."""
    return f"{county}-{year}"


class ImaginaryNumberSeries:
    """Numbers for what is only tried: they begin far beyond those that are given out, and none is taken."""

    def __init__(self) -> None:
        self._next = _IMAGINARY

    def take(self, county: str, year: int, count: int) -> int:
        first, self._next = self._next, self._next + count
        return first
