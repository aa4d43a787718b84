"""One uploaded file off the wire, as multipart/form-data: into a nameless temporary file, with flat memory.

Whoever is cut off half-way leaves nothing behind: the file has no name, and nobody else has seen any of it.
"""

import hashlib
import tempfile
from typing import IO, Any, cast

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from shared.http.bodies import BODY, CONTENT_TYPE, Body, too_large
from shared.http.problems import Problem, invalid

MULTIPART = "multipart/form-data"
FRAMING = 64 * 1024
"""Bytes around the file: boundaries and the heads of parts. No single one of them may be longer."""
_PARTS = 8
_LONGEST_BOUNDARY = 70


class Upload:
    """A file as it was sent; `name` is the client's and not to be trusted. `sha256` in hexadecimal digits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request
        self.size = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    @property
    def identity(self) -> dict[str, str]:
        """What makes two uploads the same, whatever boundary was made up for them."""
        return {"name": self.name, "sha256": self.sha256}

    def add(self, data: bytes, most: int) -> None:
        """Take the next bytes; 413 when it becomes longer than `most`."""
        self.size += len(data)
        if self.size > most:
            raise too_large(most)
        self._hash.update(data)
        self.file.write(data)

    def close(self) -> None:
        """Forget the bytes."""
        self.file.close()


def read(environ: dict[str, Any], most: int) -> Upload:
    """The one file of the body, at most `most` bytes.

    Raises:
        Problem: 400 when the body is cut short or badly framed, 413 when it is too long, 422 when it holds anything
            but one file.
    """
    reader = _Reader(_boundary(environ[CONTENT_TYPE]), most)
    body = cast(Body, environ[BODY])
    try:
        while piece := body.piece():
            reader.feed(piece)
        reader.feed(None)
        return reader.whole()
    except BaseException:
        # Also when the connection or its thread is ended from outside: the bytes on disk go. The error goes on, to
        # where requests are answered and logged.
        reader.close()
        raise


class _Reader:
    def __init__(self, boundary: bytes, most: int) -> None:
        self._decoder = MultipartDecoder(boundary, max_form_memory_size=4 * FRAMING, max_parts=_PARTS)
        self._most = most
        self._upload: Upload | None = None
        self._ended = False
        self._held = b""
        self._longest_mark = len(boundary) + len(b"\r\n----\r\n")

    def feed(self, piece: bytes | None) -> None:
        """Take the next bytes of the body, None at its end."""
        if piece is None:
            self._decode(self._held)
            self._decode(None)
            return
        # The decoder takes the first byte of a boundary for the file's when the boundary comes in two pieces
        # (Werkzeug 3.1): what may be the beginning of one is held back until its end is there.
        self._held += piece
        begins = self._held.find(b"\r", max(0, len(self._held) - self._longest_mark))
        sure = len(self._held) if begins < 0 else begins
        data, self._held = self._held[:sure], self._held[sure:]
        self._decode(data)

    def _decode(self, data: bytes | None) -> None:
        try:
            self._decoder.receive_data(data)
            while not isinstance(event := self._next(), NeedData):
                self._take(event)
        except RequestEntityTooLarge:
            raise too_large(self._most) from None
        except ValueError:
            raise Problem(
                400, "malformed_multipart", "the body is not framed as multipart/form-data"
            ) from None

    def _next(self) -> Any:
        if self._ended:
            return NeedData()
        event = self._decoder.next_event()
        self._ended = isinstance(event, Epilogue)
        return event

    def _take(self, event: Any) -> None:
        if isinstance(event, Field):
            raise invalid({event.name or "body": ["unknown field; send the file alone"]})
        if isinstance(event, File):
            if self._upload is not None:
                raise invalid(
                    {event.name or "file": ["one file at a time; send this one in a request of its own"]}
                )
            self._upload = Upload(event.filename)
        elif isinstance(event, Data) and self._upload is not None:
            self._upload.add(event.data, self._most)

    def whole(self) -> Upload:
        """The file, once all is read."""
        if self._upload is None or not self._upload.size:
            raise invalid({"file": ["no file in the form, or an empty one; send one as the part `file`"]})
        self._upload.file.flush()
        return self._upload

    def close(self) -> None:
        if self._upload is not None:
            self._upload.close()


def _boundary(content_type: str) -> bytes:
    _, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise Problem(400, "malformed_multipart", "the Content-Type names no boundary")
    return boundary.encode()
