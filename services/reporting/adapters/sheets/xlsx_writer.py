"""The ledger as a workbook. A child process makes it: compressing takes long, and here nobody else would be served."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import structlog

from services.reporting.adapters.sheets.spool import pieces, spool, tell
from services.reporting.application.ports import Spooled
from services.reporting.domain.columns import Column
from services.reporting.domain.errors import RenderingError

_CHILD = "services.reporting.adapters.sheets.child"
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH")
_PATIENCE = 120.0
"""Seconds in which a piece must be taken, and the workbook be finished after its last row."""
_log = structlog.get_logger("exports")


class XlsxWriter:
    """A Writer; `command` is for another child than ours."""

    def __init__(self, command: Sequence[str] | None = None, patience: float = _PATIENCE) -> None:
        self._command = tuple(command or (sys.executable, "-W", "ignore", "-m", _CHILD))
        self._patience = patience

    def write(
        self,
        columns: Sequence[Column],
        rows: Iterator[Sequence[Any]],
        totals: Callable[[], Sequence[Sequence[Any]]],
    ) -> Spooled:
        """The file."""
        file = spool()
        try:
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    child = self._start(theirs.fileno(), file.fileno())
                try:
                    count = self._hand_over(ours, columns, rows, totals)
                finally:
                    ours.close()
                    if child.poll() is None:
                        child.kill()
                    child.wait()
        except BaseException:
            # Also when the caller goes away: the half-written file is nobody's, and whatever it was goes on upwards,
            # where it is logged.
            file.close()
            raise
        return Spooled(pieces(file), count)

    def _start(self, line: int, file: int) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return subprocess.Popen(
            [*self._command, str(file)], stdin=line, stdout=line, pass_fds=[file], env=environment
        )

    def _hand_over(
        self,
        line: socket.socket,
        columns: Sequence[Column],
        rows: Iterator[Sequence[Any]],
        totals: Callable[[], Sequence[Sequence[Any]]],
    ) -> int:
        count = 0
        try:
            line.settimeout(self._patience)
            line.sendall(_line({"columns": [[one.label, one.kind, one.width] for one in columns]}))
            for count, row in enumerate(rows, 1):
                line.sendall(_line(row))
                tell(count, "xlsx")
            line.sendall(_line({"totals": totals()}))
            if line.recv(1) == b"d":
                return count
        except OSError as exc:
            _log.error("the workbook was not made", rows=count, reason=type(exc).__name__)
            raise RenderingError from exc
        _log.error("the workbook was not made", rows=count, reason="the child ended")
        raise RenderingError


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, default=_iso, separators=(",", ":")).encode() + b"\n"


def _iso(value: date) -> str:
    return value.isoformat()
