"""Sending on outside channels: one watch for all of them, and for each a thread in which it sends.

So a provider that hangs holds up nobody but its own channel. The app has `outlets` (the channels), `has_due()`, and
`send(channel)`, which sends everything that is due on one of them.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from shared.messaging.hosting import Hosted
from shared.messaging.timekeeper import Timekeeper
from shared.messaging.worker import Hosting

log = structlog.get_logger("outlets")

LOOK_EVERY = 0.5
PATIENCE = 15.0
"""Seconds for an attempt that is under way when the process is told to end: longer than a provider is waited for."""


class Outlet:
    """Sends by one channel whenever it is woken. `run` returns after `stop`; nothing else ends it."""

    def __init__(self, channel: str, send: Callable[[str], None]) -> None:
        self.channel = channel
        self._send = send
        self._wanted = threading.Event()
        self._stopping = threading.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self._wanted.set()

    def stop(self) -> None:
        """Ask `run` to return after the message it is at."""
        self._stopping.set()
        self._wanted.set()

    def run(self) -> None:
        """Send until stopped. What could not be sent stands in the documents, and is tried at the next call."""
        while True:
            self._wanted.wait()
            if self._stopping.is_set():
                return
            self._wanted.clear()
            try:
                self._send(self.channel)
            except Exception:
                # Another turn, or another release, may be able to; the channel must not be lost over it.
                log.exception("a channel could not send", channel=self.channel)


class Outlets(Hosting):
    """Runs the outlets of the app. One worker at a time looks for what is due and wakes them."""

    patience = PATIENCE

    def hosted(self, app: Any) -> list[Hosted]:
        """The outlets, and the watch that wakes them."""
        outlets = [Outlet(channel, app.send) for channel in app.outlets]
        watch = Timekeeper(
            act=partial(_look, app.has_due, outlets),
            clock=app.clock,
            leases=app.database.collection("leases"),
            # As the relay's: a restarted worker goes on at once.
            owner=f"{socket.gethostname()}:{app.settings.worker_port}",
            every=LOOK_EVERY,
            name="sending",
        )
        threads = [Hosted(f"outlet {one.channel}", one.run, one.stop) for one in outlets]
        return [Hosted("sending", watch.run, watch.stop), *threads]


def _look(has_due: Callable[[], bool], outlets: Sequence[Outlet], _now: datetime) -> bool:
    if has_due():
        for one in outlets:
            one.wake()
    return False
