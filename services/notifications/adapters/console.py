"""The console twin of any channel, for development: it says what would have left, without the address."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.notifications.application.lines import Letter, Recovery, Standing, Word

log = structlog.get_logger("console-channel")


class ConsoleNoticeSender:
    """Takes everything."""

    recovery = Recovery.RESEND

    def __init__(self, kind: str) -> None:
        self._kind = kind

    @contextmanager
    def connect(self) -> Iterator["ConsoleNoticeSender"]:
        """Itself."""
        yield self

    def send(self, letter: Letter) -> str | None:
        """Say that it would have left."""
        log.info("would be sent", channel=self._kind, dispatch=letter.id, characters=len(letter.text.body))
        return f"console-{letter.id}"

    def ask(self, message: str) -> Word:
        """It has taken everything."""
        return Word(Standing.TAKEN, f"console-{message}")
