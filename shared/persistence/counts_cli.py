"""`python -m shared.persistence.counts_cli`: counts the documents of every service and compares with what is kept.

Part of `make reconcile`. Each collection is read at one moment, so that it may run while events come in. Ends with 0
when all of it agrees, else with 1 and what does not.
"""

import sys

from pymongo.errors import PyMongoError
from rich.console import Console

from shared.contracts.routing import SERVICES
from shared.persistence.client import open_client
from shared.persistence.counts import Counts
from shared.persistence.database import MongoDatabase
from shared.settings import ServiceSettings

console = Console(highlight=False, soft_wrap=True)


def faults(database: MongoDatabase) -> list[str] | None:
    """What does not agree; None where nothing is kept beside the documents."""
    kept = Counts.begun(database)
    return None if kept is None else kept.differences()


def main() -> int:
    """Compare the counts of all services; the exit code."""
    sound = True
    for service in SERVICES:
        settings = ServiceSettings.from_env(service)
        with open_client(settings.mongo_uri, "reconcile") as client:
            try:
                found = faults(MongoDatabase(client, settings.database))
            except PyMongoError as exc:
                found = [f"the database does not answer ({type(exc).__name__}): is everything up? (make up)"]
        if found is None:
            continue
        sound = sound and not found
        console.print(
            f"{service}: " + ("the counts are those of the documents" if not found else ""), markup=False
        )
        for fault in found:
            console.print(f"  {fault}", markup=False, style="red")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
