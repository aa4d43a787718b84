"""A mail server with moods: `python -m … <port> <folder>`. What it does with a mail stands in the address.

`later-…` 451 and `refused-…` 550 to the recipient, `full-…` 452 and `spam-…` 554 to the content, `hangup-…` and
`cut-…` break the connection at the recipient and at the end of the content, `stall-…` never answers the content;
anything else is taken. Every content that was received whole is filed, taken or not.
"""

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

_RECIPIENT = {"later": "451 not now", "refused": "550 no such user"}
_CONTENT = {"full": "452 no room now", "spam": "554 not wanted"}


class Moods:
    """The answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        mood = address.partition("-")[0]
        if mood == "hangup":
            server.transport.abort()
        if mood not in _RECIPIENT:
            envelope.rcpt_tos.append(address)
        return _RECIPIENT.get(mood, "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        mood = address.partition("-")[0]
        scratch = self._folder / f"{uuid.uuid4().hex}.part"
        scratch.write_bytes(f"X-Envelope-To: {address}\r\n".encode() + envelope.content)
        scratch.rename(scratch.with_suffix(".eml"))
        if mood == "stall":
            await asyncio.sleep(3600)
        if mood == "cut":
            server.transport.abort()
        return _CONTENT.get(mood, "250 taken")


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    moods = Moods(folder)
    server = await loop.create_server(
        lambda: SMTP(moods, hostname="localhost", loop=loop), host="127.0.0.1", port=port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
