"""The chainer: gives the rows that wait their places, batch by batch; one worker at a time does it.

The lease (timekeeper) limits double work. That no row is lost, doubled or out of place is the transaction's doing: the
rows, their removal from those that wait and the new head are committed together, and two chainers meet at the head.
"""

from datetime import datetime

import pymongo
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.audit.chain import Head, chained
from shared.audit.rows import WAITING
from shared.audit.storage import HEAD, trail
from shared.persistence.database import MongoDatabase
from shared.persistence.transaction import Document

BATCH = 500
SECONDS = 10.0
_KEY = "head"


class Chainer:
    """Chains the rows of one service."""

    def __init__(self, database: MongoDatabase, batch: int = BATCH) -> None:
        self._database = database
        self._waiting = database.collection(WAITING)
        self._head = database.collection(HEAD)
        self._trail = trail(database)
        self._batch = batch

    def turn(self, now: datetime) -> bool:
        """One batch, in the order in which the rows were made; whether more may wait."""
        with pymongo.timeout(SECONDS):
            if self._waiting.find_one({}, {"_id": 1}) is None:
                return False
            with self._database.client.start_session() as session:
                done = session.with_transaction(
                    lambda inside: self._chain(inside, now),
                    read_concern=ReadConcern("snapshot"),
                    write_concern=WriteConcern("majority", j=True),
                )
        return done == self._batch

    def _chain(self, session: ClientSession, now: datetime) -> int:
        rows = list(self._waiting.find({}, sort=[("_id", 1)], limit=self._batch, session=session))
        if not rows:
            return 0
        placed, head = chained(rows, read_head(self._head.find_one({"_id": _KEY}, session=session)), now)
        self._trail.insert_many(placed, session=session)
        self._waiting.delete_many({"_id": {"$in": [row["_id"] for row in rows]}}, session=session)
        new = {"position": head.position, "hash": head.hash}
        self._head.replace_one({"_id": _KEY}, new, upsert=True, session=session)
        return len(rows)


def head_of(database: MongoDatabase) -> Head:
    """The head of a service's chain."""
    return read_head(database.collection(HEAD).find_one({"_id": _KEY}))


def read_head(document: Document | None) -> Head:
    """The head as it is kept."""
    return Head() if document is None else Head(document["position"], document["hash"])
