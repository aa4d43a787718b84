"""`make verify-audit`: walks the audit trails of all services and names the first broken link of each.

The anchors in the database find rows that are missing at the end; the mails of the auditors (`MAILS=`, a folder of
`.eml`) also find a chain that was made anew, anchors included.
"""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Annotated

import typer
from pymongo.errors import PyMongoError
from rich.console import Console

from shared.audit.chain import Anchor, Break, breaks
from shared.audit.chainer import head_of
from shared.audit.rows import WAITING
from shared.audit.storage import ANCHORS, trail, trail_database
from shared.contracts.routing import SERVICES
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.settings import ServiceSettings

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)
PROGRESS = 100_000
_ANCHOR = re.compile(r"^anchor (\w+) (\d{4}-\d\d-\d\d) (\d+) ([0-9a-f]{64})\s*$", re.MULTILINE)


def mailed(folder: Path) -> list[tuple[str, Anchor]]:
    """Service and anchor of every mail in the folder."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        found += [(named[1], Anchor(named[2], int(named[3]), named[4])) for named in _ANCHOR.finditer(text)]
    return found


def verify(database: MongoDatabase, told: Iterable[Anchor]) -> Iterator[int]:
    """Walk one trail; yields how many rows are sound, at every step.

    Raises:
        BrokenError: at the first row that is not.
    """
    # The head first: rows that are chained meanwhile lie behind it, and are left for the next time.
    head = head_of(database)
    kept = trail_database(database)[ANCHORS].find()
    anchors = [*told, *(Anchor(row["_id"], row["position"], row["hash"]) for row in kept)]
    rows = trail(database).find({"position": {"$lte": head.position}}, sort=[("position", 1)])
    for sound, broken in enumerate(breaks(rows, anchors, head), 1):
        if broken is not None:
            raise BrokenError(broken)
        yield sound


class BrokenError(Exception):
    """The first broken link."""

    def __init__(self, broken: Break) -> None:
        super().__init__(f"position {broken.position}: {broken.what}")
        self.broken = broken


@app.command()
def main(mails: Annotated[Path | None, typer.Option(envvar="MAILS", help="folder of .eml")] = None) -> None:
    """Verify the trails of all services."""
    told = mailed(mails) if mails is not None and mails.is_dir() else []
    if mails is not None and not mails.is_dir():
        console.print(f"{mails} is no folder", markup=False)
        raise typer.Exit(2)
    results = [
        _verified(service, [anchor for name, anchor in told if name == service]) for service in SERVICES
    ]
    raise typer.Exit(0 if all(results) else 1)


def _verified(service: str, told: list[Anchor]) -> bool:
    settings = ServiceSettings.from_env(service)
    with open_client(settings.mongo_uri, "verify-audit") as client:
        database, sound = MongoDatabase(client, settings.database), 0
        try:
            for sound in verify(database, told):
                if sound % PROGRESS == 0:
                    console.print(f"{service}: {sound} rows so far", markup=False)
            waiting = database.collection(WAITING).count_documents({})
        except (BrokenError, PyMongoError) as exc:
            console.print(f"{service}: BROKEN after {sound} sound rows: {_why(exc)}", markup=False)
            return False
    console.print(f"{service}: {sound} rows, whole; {waiting} wait for their place", markup=False)
    return True


def _why(exc: Exception) -> str:
    return (
        str(exc) if isinstance(exc, BrokenError) else f"the database does not answer ({type(exc).__name__})"
    )


if __name__ == "__main__":
    app()
