"""HTTP/1.1 off the wire: stricter than eventlet's reader where leniency lets requests be smuggled or hang."""

import socket
from typing import Any

from eventlet.wsgi import STATE_REQUEST
from nameko.web.server import HttpOnlyProtocol

from shared.http import connections
from shared.http.answers import encode
from shared.http.bodies import BODY, CONTENT_TYPE, Body
from shared.http.heads import Head
from shared.http.problems import PROBLEM_JSON, Problem, title

EXCHANGE = "duze.exchange"
_GO_ON = b"HTTP/1.1 100 Continue\r\n"
_LINGER_BYTES = 64 * 1024 * 1024
_LINGER_SECONDS = 3.0


def working(environ: dict[str, Any]) -> None:
    """The request is read: from here on it takes as long as its handler needs."""
    environ[EXCHANGE].kept.enter("work", None)


class StrictProtocol(HttpOnlyProtocol):
    """One connection, request after request."""

    rfile: Any
    headers: Any

    def __init__(self, conn_state: Any, server: Any) -> None:
        self.kept: connections.Connection = conn_state[3]
        self.linger = False
        super().__init__(conn_state, server)

    def _read_request_line(self) -> bytes:
        """Wait for the first byte as long as an idle connection may, for the rest as long as a head may."""
        if self.kept.requests:
            self.kept.enter("idle", connections.IDLE)
            self.connection.settimeout(connections.IDLE)
        if not self.rfile.peek(1):
            return b""
        self.connection.settimeout(self.server.socket_timeout)
        self.kept.enter("head", connections.HEAD)
        line: bytes = self.rfile.readline(self.server.url_length_limit)
        # One empty line before a request is forgiven (RFC 9112, 2.2).
        return self.rfile.readline(self.server.url_length_limit) if line in (b"\r\n", b"\n") else line

    def handle_one_request(self) -> None:
        """Read a head, refuse what is not sound, and hand the rest to the application."""
        self.close_connection = True
        self.command = ""
        try:
            line = self._read_request_line()
            self.conn_state[2] = STATE_REQUEST
            if not line:
                return
            self.kept.requests += 1
            self._take_head(line)
        except Problem as problem:
            self._refuse(problem)
            return
        except (OSError, ValueError):
            # Reset, timed out or shut down: there is nobody to answer.
            return
        self.environ = self.get_environ()
        self.application = self.server.app
        self.handle_one_response()

    def _take_head(self, line: bytes) -> None:
        if len(line) >= self.server.url_length_limit:
            raise Problem(414, "uri_too_long", "the request line is too long")
        head = Head(line)
        # Under these names eventlet's own code looks them up.
        self.headers, self.command, self.request_version = head, head.method, head.version
        head.read(self.rfile)
        self.close_connection = not head.keeps_open

    def get_environ(self) -> dict[str, Any]:
        """The request as the application sees it."""
        head = self.headers
        environ = head.environ()
        waiting = {"wfile": self.wfile, "wfile_line": _GO_ON} if head.waits else {}
        body = Body(self.rfile, head.length, self.connection, chunked_input=head.chunked, **waiting)
        body.kept = self.kept
        environ[BODY] = environ["eventlet.input"] = body
        environ["eventlet.posthooks"] = ()
        environ[CONTENT_TYPE] = head.get("content-type", "")
        environ[EXCHANGE] = self
        return environ

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application and end the connection."""
        self.close_connection = True
        self.linger = True
        body = encode(problem.document())
        head = (
            f"HTTP/1.1 {problem.status} {title(problem.status)}\r\nContent-Type: {PROBLEM_JSON}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.server.refused(self.command, problem.status)
        try:
            self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else body))
            self.wfile.flush()
        except OSError:
            # The client did not wait for it.
            self.linger = False

    def end_after_answer(self, linger: bool) -> None:
        """Send no further request over this connection; with `linger` unread bytes are taken off it first."""
        self.close_connection = True
        self.linger = linger

    def finish(self) -> None:
        """Close; after a refusal read on for a moment, since a reset would throw the answer away."""
        try:
            if self.linger:
                self._linger()
        except (OSError, ValueError):
            # Closed by the other side meanwhile, which is what we wait for.
            pass
        super().finish()

    def _linger(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.kept.enter("answer", _LINGER_SECONDS)
        self.connection.settimeout(_LINGER_SECONDS)
        left = _LINGER_BYTES
        while left > 0:
            piece = self.connection.recv(64 * 1024)
            if not piece:
                return
            left -= len(piece)
