"""Dies between taking and finishing: python -m tests.integration.conformance.dying_process <uri> <database>."""

import os
import signal
import sys
from datetime import datetime

from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.due import Due, DueTurns
from shared.persistence.transaction import Transaction
from tests.integration.conformance.test_due import NOW, finish


def finish_and_die(transaction: Transaction, key: str, now: datetime) -> None:
    """The second one of the batch is its last."""
    finish(transaction, key, now)
    if key != "a":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    uri, name = sys.argv[1:]
    database = MongoDatabase(open_client(uri, "dying"), name)
    DueTurns[Transaction](database, lambda tx: tx, [Due("things", finish_and_die)]).turn(NOW)
