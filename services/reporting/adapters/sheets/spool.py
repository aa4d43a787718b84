"""Files beside memory: they have no name, and are gone with whoever reads them."""

import tempfile
from collections.abc import Iterator
from typing import IO

import structlog

PIECE = 256 * 1024
_EVERY = 10_000
_log = structlog.get_logger("exports")


def spool() -> IO[bytes]:
    """A new one."""
    return tempfile.TemporaryFile(prefix="duze-ledger-")


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """From its beginning; closed at its end, or when nobody wants more."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def tell(rows: int, ending: str) -> None:
    """How far it has come, now and then."""
    if rows % _EVERY == 0:
        _log.info("the ledger is being written", rows=rows, format=ending)
