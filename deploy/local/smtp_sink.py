"""Takes mail on loopback and files each message as one `.eml`: python -m deploy.local.smtp_sink.

A mood of `email` (moods.py) makes it fail: one of MOODS.
"""

import asyncio
import logging
import os
import signal
import time
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.moods import mood
from deploy.local.settings import LOOPBACK, LocalSettings

MOODS = (
    "refuse", "later",  # the recipient: never, not now
    "drop",  # the connection is closed before anything is taken
    "full", "spam",  # filed; then 452 and 554 to the content
    "cut", "hang", "slow",  # filed; then no answer, late ones
)  # fmt: skip
_RECIPIENT = {"refuse": "550 no such mailbox", "later": "451 not now"}
_CONTENT = {"full": "452 no room now", "spam": "554 not wanted"}
_PAUSES = {"hang": 60.0, "slow": 0.5}
MAX_MESSAGE = 32 * 1024 * 1024
log = logging.getLogger("smtp-sink")


class Filing:
    """Writes what arrives; a message that was answered 250 is on disk, whole, under its final name."""

    def __init__(self, folder: Path, moods: Path) -> None:
        self.folder = folder
        self.moods = moods
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        felt = mood(self.moods, "email")
        if felt == "drop":
            _cut(server)
        if felt not in _RECIPIENT:
            envelope.rcpt_tos.append(address)
        return _RECIPIENT.get(felt, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        header = b"".join(
            f"X-Envelope-To: {recipient}\r\n".encode("utf-8", "replace") for recipient in envelope.rcpt_tos
        )
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        try:
            self._write(name, header + body)
        except OSError as exc:
            log.error("a message could not be filed: %s", exc.strerror)
            return "451 could not be filed, try again"
        log.info("filed %s.eml, %d bytes, %d recipients", name, len(body), len(envelope.rcpt_tos))
        felt = mood(self.moods, "email")
        await asyncio.sleep(_PAUSES.get(felt, 0))
        if felt == "cut":
            _cut(server)
        return _CONTENT.get(felt, f"250 filed as {name}")

    def _write(self, name: str, content: bytes) -> None:
        scratch = self.folder / f".{name}.part"
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.rename(self.folder / f"{name}.eml")


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


async def serve(folder: Path, moods: Path, port: int) -> None:
    """Run until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    filing = Filing(folder, moods)
    server = await loop.create_server(
        lambda: SMTP(
            filing, data_size_limit=MAX_MESSAGE, enable_SMTPUTF8=True, hostname="localhost", loop=loop
        ),
        host=LOOPBACK,
        port=port,
    )
    log.info("listening on %s:%d", LOOPBACK, port)
    async with server:
        await stop.wait()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    settings = LocalSettings.load()
    asyncio.run(serve(settings.run_dir / "mail", settings.run_dir / "channels", settings.ports["smtp"]))


if __name__ == "__main__":
    main()
