"""A process that does nothing but chain: python -m tests.integration.audit.chaining_process <mongo uri> <database>."""

import sys
from contextlib import suppress

from pymongo.errors import PyMongoError

from shared.audit.chainer import Chainer
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.ids import utc_now


def main(uri: str, name: str) -> None:
    """Chain until killed, a few rows at a time: a kill is to fall into the middle of one."""
    chainer = Chainer(MongoDatabase(open_client(uri, "chaining"), name), batch=7)
    while True:
        with suppress(PyMongoError):  # as the timekeeper does: what the other one has in hand is waited for
            chainer.turn(utc_now())


if __name__ == "__main__":
    main(*sys.argv[1:])
