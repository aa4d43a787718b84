"""A lease: lets one of several processes do a job. It limits double work; correctness never rests on it."""

from datetime import timedelta

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared.persistence.ids import utc_now
from shared.persistence.transaction import Document


class Lease:
    """Held by `owner` for `ttl` seconds since the last `acquire`."""

    def __init__(self, collection: Collection[Document], name: str, owner: str, ttl: float = 15.0) -> None:
        self._collection = collection
        self._name = name
        self._owner = owner
        self._ttl = timedelta(seconds=ttl)

    def acquire(self) -> bool:
        """Take or renew it; False while another one holds it."""
        now = utc_now()
        try:
            held = self._collection.find_one_and_update(
                {"_id": self._name, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]},
                {"$set": {"owner": self._owner, "until": now + self._ttl}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return False  # another owner has it: the upsert met its document
        return bool(held and held["owner"] == self._owner)

    def release(self) -> None:
        """Let the next one take it at once."""
        self._collection.delete_one({"_id": self._name, "owner": self._owner})
