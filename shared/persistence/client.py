"""The MongoDB client: majority writes with journal, majority reads, every wait bounded."""

from datetime import UTC
from typing import Any

from pymongo import MongoClient

Client = MongoClient[dict[str, Any]]


def open_client(uri: str, appname: str) -> Client:
    """Open a client; nothing is sent before the first use, so a database that is down does not stop a start.

    Settings in `uri` win over these defaults. Call it after the process was patched by eventlet.
    """
    return MongoClient(
        uri,
        appname=appname,
        tz_aware=True,
        tzinfo=UTC,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        serverSelectionTimeoutMS=5000,
        connectTimeoutMS=3000,
        socketTimeoutMS=20000,
        waitQueueTimeoutMS=5000,
        maxPoolSize=64,
    )
