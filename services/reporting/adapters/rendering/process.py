"""The api's side: keeps one child that sets documents, asks it, and starts another when it hangs or dies.

Over a pair of sockets with deadlines, so that in a process patched by eventlet a wait lets other requests run. One
document at a time; who waits too long for a turn is refused like one whose document failed.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from services.reporting.adapters.rendering import wire
from services.reporting.domain.errors import RenderingError
from services.reporting.domain.official_document import OfficialDocument

ATTEMPTS = 2
_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "DUZE_RUN_DIR",
)
"""What the child gets of the environment: no passwords and no keys."""
_log = structlog.get_logger("rendering")


class _ChildFailedError(Exception):
    """It hung, or it died."""


class ChildRenderer:
    """A Renderer; `command` is for another child than ours. A child's first document of a format has `cold_seconds`
    more: its libraries and fonts are loaded then, which takes its time on a busy machine."""

    def __init__(
        self,
        fonts: str | Path,
        seconds: float,
        command: Sequence[str] | None = None,
        cold_seconds: float = 0,
    ) -> None:
        module = "services.reporting.adapters.rendering.child"
        # The child's own alarm is for the case that nobody is left to end it.
        own = (sys.executable, "-W", "ignore", "-m", module, str(fonts), str(seconds + cold_seconds + 5))
        self._command = tuple(command or own)
        self._seconds = seconds
        self._cold_seconds = cold_seconds
        self._warm: set[str] = set()
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        # What a child files for itself: it is killed, and cannot clear it away.
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def render(self, document: OfficialDocument, file_format: str) -> bytes:
        """The file."""
        request = wire.frame(wire.DONE, wire.request(document, file_format))
        if not self._turn.acquire(timeout=self._seconds * ATTEMPTS):
            _log.error("rendering refused: others are before it", format=file_format)
            raise RenderingError
        try:
            return self._tried(request, file_format)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the child."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    @property
    def child(self) -> int | None:
        """Its process id, None while there is none."""
        return None if self._child is None else self._child.pid

    def _tried(self, request: bytes, file_format: str) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                mark, content = self._ask(request, file_format)
            except _ChildFailedError as exc:
                self.close()
                _log.warning("rendering failed", attempt=attempt, format=file_format, reason=str(exc))
                continue
            self._warm.add(file_format)
            if mark == wire.DONE:
                return content
            # It lives and says why: asking the same again would say the same.
            _log.error("rendering failed", format=file_format, reason=content.decode(errors="replace"))
            break
        raise RenderingError

    def _ask(self, request: bytes, file_format: str) -> tuple[bytes, bytes]:
        line = self._running()
        seconds = self._seconds + (0 if file_format in self._warm else self._cold_seconds)
        until = time.monotonic() + seconds

        def read(most: int) -> bytes:
            line.settimeout(max(until - time.monotonic(), 0.001))
            return line.recv(most)

        try:
            line.settimeout(seconds)
            line.sendall(request)
            return wire.read_frame(read)
        except TimeoutError:
            raise _ChildFailedError(f"no answer in {seconds:g} s") from None
        except (OSError, wire.BrokenFrameError) as exc:
            raise _ChildFailedError(f"the child ended ({type(exc).__name__})") from None
        except BaseException:
            # The caller went away in the middle: what the child still says belongs to nobody.
            self.close()
            raise

    def _running(self) -> socket.socket:
        if self._line is not None and self._child is not None and self._child.poll() is None:
            return self._line
        self.close()
        self._warm.clear()
        ours, theirs = socket.socketpair()
        self._scratch = tempfile.TemporaryDirectory(prefix="duze-rendering-")
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["TMPDIR"] = self._scratch.name
        with theirs:
            self._child = subprocess.Popen(
                self._command, stdin=theirs.fileno(), stdout=theirs.fileno(), env=environment
            )
        self._line = ours
        return ours
