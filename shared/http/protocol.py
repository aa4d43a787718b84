"""HTTP/1.1 off the wire: stricter than eventlet's reader where leniency lets requests be smuggled or hang."""

import re
import socket
from typing import Any

from eventlet.wsgi import STATE_REQUEST, FileObjectForHeaders, HeaderLineTooLong, HeadersTooLarge
from nameko.web.server import HttpOnlyProtocol

from shared.http import connections
from shared.http.answers import encode
from shared.http.bodies import BODY, CONTENT_TYPE, Body
from shared.http.problems import PROBLEM_JSON, Problem, title

EXCHANGE = "duze.exchange"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ONCE = ("host", "content-length", "content-type", "transfer-encoding", "authorization", "idempotency-key")
_LINGER_BYTES = 64 * 1024 * 1024
_LINGER_SECONDS = 3.0


def working(environ: dict[str, Any]) -> None:
    """The request is read: from here on it takes as long as its handler needs."""
    environ[EXCHANGE].kept.enter("work", None)


class StrictProtocol(HttpOnlyProtocol):
    """One connection, request after request."""

    rfile: Any

    def __init__(self, conn_state: Any, server: Any) -> None:
        self.kept: connections.Connection = conn_state[3]
        self.linger = False
        super().__init__(conn_state, server)

    def _read_request_line(self) -> bytes:
        """Wait for the first byte as long as an idle connection may, for the rest as long as a head may."""
        if self.kept.requests:
            self.kept.enter("idle", connections.IDLE)
            self.connection.settimeout(connections.IDLE)
        try:
            if not self.rfile.peek(1):
                return b""
            self.connection.settimeout(self.server.socket_timeout)
            self.kept.enter("head", connections.HEAD)
            line: bytes = self.rfile.readline(self.server.url_length_limit)
            return line
        except (OSError, ValueError):
            # Reset, timed out or shut down: there is nobody to answer.
            return b""

    def handle_one_request(self) -> None:
        """Read a head, refuse what is not sound, and hand the rest to the application."""
        self.close_connection = True
        self.raw_requestline = self._read_request_line()
        self.conn_state[2] = STATE_REQUEST
        if not self.raw_requestline:
            return
        self.kept.requests += 1
        if len(self.raw_requestline) >= self.server.url_length_limit:
            self.requestline, self.command = "", ""
            self._refuse(Problem(414, "uri_too_long", "the request line is too long"))
            return
        if not self._read_head():
            return
        problem = self._unsound()
        if problem is not None:
            self._refuse(problem)
            return
        self.environ = self.get_environ()
        self.application = self.server.app
        self.handle_one_response()

    def _read_head(self) -> bool:
        stream = self.rfile
        self.rfile = FileObjectForHeaders(stream)
        try:
            return bool(self.parse_request())
        except (HeaderLineTooLong, HeadersTooLarge):
            self._refuse(Problem(431, "headers_too_large", "the header fields are too large"))
        except (OSError, ValueError):
            self.close_connection = True
        finally:
            self.rfile = stream
        return False

    def _unsound(self) -> Problem | None:
        """What makes the head one that two readers could understand differently."""
        headers = self.headers
        fields = headers._headers
        if headers.defects or any(not _NAME.fullmatch(name) or "\n" in value for name, value in fields):
            return Problem(400, "malformed_header", "a header field is not well-formed")
        for name in _ONCE:
            if len(headers.get_all(name, ())) > 1:
                return Problem(400, "repeated_header", f"{name} may be sent once only")
        if self.request_version == "HTTP/0.9" or (
            self.request_version != "HTTP/1.0" and "host" not in headers
        ):
            return Problem(400, "malformed_request", "the request needs a Host header and HTTP/1.1")
        return self._unsound_length() or self._unsound_expectation()

    def _unsound_length(self) -> Problem | None:
        length, encoding = self.headers.get("content-length"), self.headers.get("transfer-encoding")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) <= 15):
            return Problem(400, "malformed_length", "Content-Length is not a whole number")
        if encoding is None:
            return None
        if length is not None or self.request_version == "HTTP/1.0":
            return Problem(
                400, "ambiguous_length", "Transfer-Encoding goes with HTTP/1.1 and no Content-Length"
            )
        if encoding.strip().lower() != "chunked":
            return Problem(
                501, "unknown_transfer_encoding", "the only transfer encoding known here is chunked"
            )
        return None

    def _unsound_expectation(self) -> Problem | None:
        expected = self.headers.get("expect")
        if expected is None or expected.strip().lower() == "100-continue":
            return None
        return Problem(417, "unknown_expectation", "the only expectation known here is 100-continue")

    def get_environ(self) -> dict[str, Any]:
        """eventlet's, with our reader of bodies and the header that eventlet fills in by itself when missing."""
        environ: dict[str, Any] = super().get_environ()
        theirs = environ[BODY]
        body = environ[BODY] = environ["eventlet.input"] = Body(
            self.rfile,
            theirs.content_length,
            self.connection,
            wfile=theirs.wfile,
            wfile_line=theirs.wfile_line,
            chunked_input=theirs.chunked_input,
        )
        body.kept = self.kept
        environ[CONTENT_TYPE] = self.headers.get("content-type", "")
        environ[EXCHANGE] = self
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library calls this for a head it cannot read; its text may quote the request."""
        status = int(code)
        self._refuse(Problem(status, "malformed_request", "the request cannot be read"))

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application and end the connection."""
        self.close_connection = True
        self.linger = True
        body = encode(problem.document())
        head = (
            f"HTTP/1.1 {problem.status} {title(problem.status)}\r\nContent-Type: {PROBLEM_JSON}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.server.refused(self.command or "", problem.status)
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
