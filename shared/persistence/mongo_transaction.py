"""The unit of work inside one MongoDB transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.persistence.changes import Change
from shared.persistence.transaction import BufferedTransaction, Document, Sort, Where


class MongoTransaction(BufferedTransaction):
    """Inside one MongoDB transaction: no operation can forget the session, since none is made elsewhere."""

    def __init__(self, database: Database[Document], session: ClientSession, memo: dict[str, Any]) -> None:
        super().__init__(memo)
        self._database = database
        self._session = session

    def _query(
        self, collection: str, where: Where, sort: Sort, limit: int, fields: Sequence[str] | None = None
    ) -> Iterable[Document]:
        cursor = self._database[collection].find(dict(where), fields, session=self._session, limit=limit)
        return cursor.sort(list(sort)) if sort else cursor

    def _write(
        self,
        collection: str,
        inserts: list[Document],
        changes: list[Change],
        upserts: list[Document],
        deletes: list[str],
    ) -> None:
        target = self._database[collection]
        if not changes and not upserts and not deletes:
            if len(inserts) == 1:
                target.insert_one(inserts[0], session=self._session)  # half as dear as many of one
            else:
                target.insert_many(inserts, session=self._session)
            return
        operations: list[InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne] = [
            *(DeleteOne({"_id": key}) for key in deletes),
            *(UpdateOne({"_id": change.key}, change.statement()) for change in changes),
            *(ReplaceOne({"_id": doc["_id"]}, doc, upsert=True) for doc in upserts),
            *(InsertOne(doc) for doc in inserts),
        ]
        target.bulk_write(operations, session=self._session)
