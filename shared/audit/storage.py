"""Where the trail is kept: the rows and anchors in a database of their own, in which a service may find and insert
and nothing else; what has to change (rows that wait, the head, what was mailed) in the service's own."""

from typing import Any

import structlog
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index, ensure_indexes, missing_indexes
from shared.persistence.transaction import Document

log = structlog.get_logger("audit")

TRAIL, ANCHORS = "trail", "anchors"
HEAD, MAILED = "audit_head", "audit_mailed"
SUFFIX = "_audit"
TRAIL_INDEXES = (
    Index(TRAIL, [("position", 1)], unique=True),
    Index(TRAIL, [("at", -1), ("_id", -1)]),
    Index(TRAIL, [("subject", 1), ("at", -1), ("_id", -1)]),
    Index(TRAIL, [("actor", 1), ("at", -1), ("_id", -1)]),
    Index(TRAIL, [("action", 1), ("at", -1), ("_id", -1)]),
)
ALLOWED = ("find", "insert", "listCollections", "listIndexes")
"""What a service's user may do in it. Making an index is not among it: one with a period would delete rows."""
_UNAUTHORIZED = 13


def trail_database(database: MongoDatabase) -> Database[Document]:
    """The database of the trail beside a service's own."""
    return database.client[database.name + SUFFIX]


def trail(database: MongoDatabase) -> Collection[Document]:
    """The rows that have their place."""
    return trail_database(database)[TRAIL]


def ensure_trail(database: MongoDatabase) -> None:
    """Make its indexes, where the administrator has left that to us."""
    beside = trail_database(database)
    try:
        ensure_indexes(beside, TRAIL_INDEXES)
    except OperationFailure as exc:
        if exc.code != _UNAUTHORIZED:
            raise
        log.info("the indexes of the trail are the administrator's to make")


def missing_of_trail(database: MongoDatabase) -> list[str]:
    """Its indexes that are not there."""
    return missing_indexes(trail_database(database), TRAIL_INDEXES)


def grant(admin: Any, service: str) -> dict[str, str]:
    """As administrator: the trail's indexes, and the role for the service's user."""
    name = f"duze_{service}{SUFFIX}"
    ensure_indexes(admin[name], TRAIL_INDEXES)
    privileges = [{"resource": {"db": name, "collection": ""}, "actions": list(ALLOWED)}]
    known = admin.admin.command("rolesInfo", name)["roles"]
    admin.admin.command("updateRole" if known else "createRole", name, privileges=privileges, roles=[])
    return {"role": name, "db": "admin"}
