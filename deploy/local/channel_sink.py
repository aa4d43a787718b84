"""Stands in for WeCom, DingTalk, an SMS gateway and a webhook on loopback: python -m deploy.local.channel_sink.

What it takes is filed as one JSON each. It judges as the real ones do (errcode in HTTP 200, tokens, signatures, keys,
twenty messages a minute to a robot). POST /press/<id of a filed card> presses its button. A mood (moods.py) of a
channel (wecom, wecom_robot, dingtalk, sms, webhook) makes it fail: one of MOODS.
"""

import json
import logging
import signal
import threading
import time
import uuid
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy.local import channel_providers as providers
from deploy.local.channel_providers import Asked, Refusal, Taken
from deploy.local.moods import mood as mood_of
from deploy.local.settings import LOOPBACK, LocalSettings

MOODS = (
    "refuse", "retry", "busy",  # HTTP 200 with a code: never, not now, too much
    "later", "unknown_us",  # HTTP 503, HTTP 401
    "drop",  # the connection is closed before anything is taken
    "fail", "garbled", "half", "cut", "hang", "slow",  # taken; then HTTP 500, no JSON, half an answer, none, late ones
)  # fmt: skip
HANG_SECONDS, SLOW_SECONDS = 60.0, 0.5
PER_MINUTE = 20
MOST = 1024 * 1024
log = logging.getLogger("channel-sink")


class Filing:
    """What was taken, on disk and by key; how many went to each robot in the last minute."""

    def __init__(self, folder: Path, callback: str) -> None:
        self.folder = folder
        self.callback = callback
        self.cards: dict[str, Taken] = {}
        self.lock = threading.Lock()
        self.keys: dict[tuple[str, str], str] = {}
        self.tokens: set[str] = set()
        self._robots: dict[str, deque[float]] = defaultdict(deque)
        folder.mkdir(parents=True, exist_ok=True)

    def too_many(self, robot: str) -> bool:
        """Whether a robot has had its messages of this minute; if not, this one counts."""
        with self.lock:
            recent, now = self._robots[robot], time.monotonic()
            while recent and recent[0] <= now - 60:
                recent.popleft()
            if len(recent) >= PER_MINUTE:
                return True
            recent.append(now)
        return False

    def take(self, taken: Taken) -> str:
        """File a message, once under each key; its id."""
        with self.lock:
            known = self.keys.get((taken.channel, taken.key)) if taken.key else None
            if known is not None:
                return known
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            document: dict[str, Any] = {
                "channel": taken.channel,
                "to": taken.to,
                "text": taken.text,
                "id": name,
            }
            document |= {"key": taken.key, "link": taken.link, "at": time.time()}
            scratch = self.folder / f".{name}.part"
            scratch.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
            scratch.rename(self.folder / f"{name}.json")
            if taken.button:
                self.cards[name] = taken
            if taken.key:
                self.keys[taken.channel, taken.key] = name
        log.info("filed %s.json (%s)", name, taken.channel)
        return name


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: "Sink"

    def do_GET(self) -> None:
        self._handle(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._handle(self.rfile.read(min(length, MOST)))

    def _handle(self, body: bytes) -> None:
        asked = Asked(self.command, self.path, dict(self.headers.items()), body)
        filing = self.server.filing
        route = providers.route(asked)
        if route is None:
            self._say(404, b'{"errcode": 404, "errmsg": "no such path"}')
            return
        mood = mood_of(filing.folder, route.channel) if route.moody else ""
        early = {"later": 503, "unknown_us": 401}.get(mood)
        if mood == "drop":
            self._cut()
        elif early:
            self._say(early, b"not now")
        else:
            self._answer(route, asked, mood)

    def _answer(self, route: providers.Route, asked: Asked, mood: str) -> None:
        filing = self.server.filing
        try:
            status, answer = route.answer(asked, filing, mood)
        except Refusal as refusal:
            self._say(refusal.status, json.dumps(route.refused(refusal)).encode())
            return
        content = json.dumps(answer).encode()
        if mood in ("hang", "slow"):
            time.sleep(HANG_SECONDS if mood == "hang" else SLOW_SECONDS)
        if mood == "fail":
            self._say(500, b"broken")
        elif mood == "garbled":
            self._say(200, b"<html>ok</html>")
        elif mood == "half":
            self._say(status, content[: len(content) // 2], len(content))
            self._cut()
        elif mood == "cut":
            self._cut()
        else:
            self._say(status, content)

    def _say(self, status: int, content: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Paths hold tokens: they stay out of the log."""


class Sink(ThreadingHTTPServer):
    """The server."""

    daemon_threads = True

    def __init__(self, port: int, folder: Path, callback: str) -> None:
        self.filing = Filing(folder, callback)
        super().__init__((LOOPBACK, port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = LocalSettings.load()
    callback = f"http://{LOOPBACK}:{settings.ports['notifications-api']}/wecom/callback"
    sink = Sink(settings.ports["channels"], settings.run_dir / "channels", callback)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=sink.shutdown).start())
    log.info("listening on %s:%d", LOOPBACK, settings.ports["channels"])
    sink.serve_forever(poll_interval=0.2)
    sink.server_close()


if __name__ == "__main__":
    main()
