"""Request bodies off the wire: read whole within a limit, chunked or not; what is refused is read and dropped."""

import re
from typing import Any, cast

import eventlet
from eventlet.wsgi import Input

from shared.http.connections import Connection
from shared.http.problems import Problem

BODY = "wsgi.input"
CONTENT_TYPE = "duze.content_type"
# What a refused body may cost; a longer one ends with the connection.
DROPPED = 16 * 1024 * 1024
_PIECE = 64 * 1024
_BREATH = 16
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r\n")
_TRAILERS = 64
_MANY_CHUNKS = 200_000


class Body(Input):
    """The body of one request. eventlet's own reader takes any line for a chunk size and never stops reading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: Connection | None = None
        self._chunk_left = 0
        self._chunks = 0
        self._pieces = 0
        self.finished = not self.chunked_input and not self.content_length
        self.broken = False

    def whole(self, limit: int) -> bytes:
        """All of it; 413 beyond `limit` bytes, 400 when it is cut short or badly framed, 408 when it is too slow."""
        pieces: list[bytes] = []
        size = 0
        while piece := self.piece():
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def drop(self, most: int = DROPPED) -> bool:
        """Read and forget what is left, at most `most` bytes; False when the connection cannot go on."""
        if self.broken or self.should_send_hundred_continue:
            return self.finished and not self.broken
        try:
            while not self.finished and most > 0:
                most -= len(self.piece())
        except Problem:
            return False
        return self.finished

    def piece(self) -> bytes:
        """The next bytes, none at the end."""
        if self.finished:
            return b""
        self._pieces += 1
        if self._pieces % _BREATH == 0:
            # A socket that always has data never yields by itself.
            eventlet.sleep(0)
        try:
            return self._chunked() if self.chunked_input else self._counted()
        except TimeoutError:
            self.broken = True
            raise Problem(408, "too_slow", "the body did not arrive in time") from None
        except OSError:
            self.broken = True
            raise Problem(400, "incomplete_body", "the connection broke within the body") from None

    def discard(self, buffer_size: int = _PIECE) -> None:
        """Nothing: what is left was dropped before the answer."""

    def _counted(self) -> bytes:
        piece = cast(bytes, self._do_read(self.rfile.read, _PIECE))
        if not piece:
            self._cut_short()
        self.finished = self.position >= self.content_length
        return piece

    def _chunked(self) -> bytes:
        if self.should_send_hundred_continue:
            self.send_hundred_continue_response()
            self.is_hundred_continue_response_sent = True
        if not self._chunk_left and not self._next_chunk():
            return b""
        piece = cast(bytes, self.rfile.read(min(self._chunk_left, _PIECE)))
        if not piece:
            self._cut_short()
        self._chunk_left -= len(piece)
        if not self._chunk_left and self.rfile.readline(3) != b"\r\n":
            self._misframed()
        return piece

    def _next_chunk(self) -> bool:
        self._chunks += 1
        line = _CHUNK_LINE.fullmatch(self.rfile.readline(1024))
        if line is None or self._chunks > _MANY_CHUNKS:
            self._misframed()
            return False
        self._chunk_left = int(line[1], 16)
        if self._chunk_left:
            return True
        for _ in range(_TRAILERS):
            if self.rfile.readline(8192) == b"\r\n":
                self.finished = True
                return False
        self._misframed()
        return False

    def _misframed(self) -> None:
        self.broken = True
        raise Problem(400, "malformed_chunks", "the chunked body is not framed rightly")

    def _cut_short(self) -> None:
        self.broken = True
        if self.kept is not None and self.kept.expired:
            raise TimeoutError
        raise Problem(400, "incomplete_body", "the body ended before its announced length")


def too_large(limit: int) -> Problem:
    """413, saying how much is taken."""
    return Problem(413, "body_too_large", f"the body may have {limit} bytes", extra={"limit": limit})


def is_announced(environ: dict[str, Any]) -> bool:
    """Whether the request has a body of at least a byte, as far as its head says."""
    return not environ[BODY].finished


def refuse_oversize(environ: dict[str, Any], limit: int) -> None:
    """413 before a byte is read, when the announced length is too much."""
    if (environ[BODY].content_length or 0) > limit:
        raise too_large(limit)


def read(environ: dict[str, Any], limit: int) -> bytes:
    """The whole body."""
    return cast(Body, environ[BODY]).whole(limit)
