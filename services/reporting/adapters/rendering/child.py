"""The child: sets what it is asked for on standard input, says what came of it on standard output.

`python -m services.reporting.adapters.rendering.child FONTS SECONDS`. It ends with its parent (end of input), and
the kernel ends it when one document takes longer than SECONDS, whatever it hangs in.
"""

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from services.reporting.adapters.rendering import wire
from services.reporting.adapters.rendering.docx import DocxSetter
from services.reporting.adapters.rendering.faces import MissingFacesError
from services.reporting.adapters.rendering.pdf import PdfSetter
from services.reporting.domain.official_document import DOCX, PDF, OfficialDocument

Setter = Callable[[OfficialDocument], bytes]


class Setters:
    """Made when they are first needed: a DOCX needs no fonts."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts
        self._made: dict[str, Setter] = {}

    def render(self, document: OfficialDocument, file_format: str) -> bytes:
        if file_format not in self._made:
            self._made[file_format] = self._make(file_format)
        return self._made[file_format](document)

    def _make(self, file_format: str) -> Setter:
        if file_format == PDF:
            return PdfSetter(self._fonts).render
        if file_format == DOCX:
            return DocxSetter().render
        raise ValueError("no such format")


def answer(setters: Setters, content: bytes) -> bytes:
    """The frame that answers a request. What went wrong is told by its class alone: texts may hold names."""
    try:
        return wire.frame(wire.DONE, setters.render(*wire.asked(content)))
    except MissingFacesError as exc:
        return wire.frame(wire.FAILED, str(exc).encode())
    except Exception as exc:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        place = exc.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
        return wire.frame(wire.FAILED, f"{type(exc).__name__} at {where}".encode())


def main(fonts: Path, seconds: float) -> None:
    """Until the end of input."""
    # Nothing but frames may reach the parent: what a library prints goes to the log.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # A parent under eventlet hands over sockets that do not block: a file larger than their buffer would not get out.
    os.set_blocking(out.fileno(), True)
    os.set_blocking(sys.stdin.fileno(), True)
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    setters = Setters(fonts)
    read = os.fdopen(os.dup(sys.stdin.fileno()), "rb").read
    with contextlib.suppress(wire.BrokenFrameError, BrokenPipeError):
        while True:
            _, content = wire.read_frame(read)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            out.write(answer(setters, content))
            out.flush()
            signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m services.reporting.adapters.rendering.child FONTS SECONDS")
    main(Path(sys.argv[1]), float(sys.argv[2]))
