"""The other three services as far as reporting asks them: `/counts`, answered well, badly, late or not at all."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakePeer:
    """One of them. `answer` may be changed at any time; `asked` are the headers it was asked with."""

    document: dict[str, Any]
    answer: Answer | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        peer = self
        self.ended = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                peer.asked.append({**self.headers, "path": self.path})
                (peer.answer or peer.well)(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def well(self, request: BaseHTTPRequestHandler) -> None:
        _send(request, 200, json.dumps(self.document).encode())

    def hang(self, request: BaseHTTPRequestHandler) -> None:
        """Take the question and say nothing."""
        self.ended.wait(30)

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """Answer for ever, a byte at a time."""
        request.send_response(200)
        request.end_headers()
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until and not self.ended.wait(0.1):
                request.wfile.write(b" ")
        except OSError:
            # They have hung up, as they should.
            return


def broken(request: BaseHTTPRequestHandler) -> None:
    _send(request, 500, b"{}")


def garbage(request: BaseHTTPRequestHandler) -> None:
    _send(request, 200, b"not json")


def other_figures(request: BaseHTTPRequestHandler) -> None:
    _send(request, 200, b'{"nothing": "of it"}')


def elsewhere(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://127.0.0.1:1/counts")
    request.end_headers()


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
