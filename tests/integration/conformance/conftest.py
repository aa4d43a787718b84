"""Both kinds of database, empty."""

import os
from collections.abc import Iterator

import pytest

from shared.persistence.client import open_client
from shared.persistence.database import Database, MongoDatabase
from shared.persistence.due import wake_index
from shared.persistence.ids import new_id
from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.memory import MemoryDatabase

INDEXES = (
    Index("things", [("team", 1), ("ref", 1)], unique=True, partial={"kept": True}),
    wake_index("things"),
)


def mongo_uri() -> str:
    uri = os.environ.get("DUZE_TEST_MONGO_ADMIN_URI")
    assert uri, "this test needs MongoDB: run it with `make test`"
    return uri


@pytest.fixture
def mongo() -> Iterator[MongoDatabase]:
    client = open_client(mongo_uri(), "conformance")
    database = MongoDatabase(client, f"conformance_{new_id()[-12:]}")
    ensure_indexes(client[database.name], INDEXES)
    yield database
    client.drop_database(database.name)
    client.close()


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.needs_mongo)])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "memory":
        return MemoryDatabase(INDEXES)
    found: Database = request.getfixturevalue("mongo")
    return found
