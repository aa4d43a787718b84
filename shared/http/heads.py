"""The head of a request off the wire: request line and fields in one pass, refused where two readers could differ.

The standard library's reader takes a lone CR for the end of a line, passes control characters on, folds lines and
treats a head cut short as whole: each of them lets one request be hidden in another behind a proxy that reads on.
"""

import re
from typing import Any

from shared.http.problems import Problem

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e\x80-\xff]+) HTTP/(\d)\.(\d)\r?\n")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)\r?\n")
_ENDS = (b"\r\n", b"\n")
_LONGEST_FIELD = 8192
_LARGEST = 65536
_MANY = 100
_ONCE = ("host", "content-length", "content-type", "transfer-encoding", "authorization", "idempotency-key")


class Head:
    """A request's method, target, version and fields (names in lower case; repeated ones joined by commas)."""

    __slots__ = ("fields", "method", "target", "version")

    def __init__(self, line: bytes) -> None:
        found = _REQUEST.fullmatch(line)
        if found is None:
            raise Problem(400, "malformed_request", "the request line cannot be read")
        if found[3] != b"1":
            raise Problem(505, "unknown_version", "this service speaks HTTP/1.1")
        self.method = found[1].decode("ascii")
        self.target = found[2].decode("latin-1")
        self.version = "HTTP/1.0" if found[4] == b"0" else "HTTP/1.1"
        self.fields: dict[str, str] = {}

    def read(self, stream: Any) -> None:
        """Take the fields off `stream`, up to the empty line that ends them.

        Raises:
            Problem: 431 beyond the limits, 400 for a field that is not well-formed, or sent twice where once is right.
        """
        size = count = 0
        while (line := stream.readline(_LONGEST_FIELD + 1)) not in _ENDS:
            size, count = size + len(line), count + 1
            if len(line) > _LONGEST_FIELD or size > _LARGEST or count > _MANY:
                raise Problem(431, "headers_too_large", "the header fields are too large")
            found = _FIELD.fullmatch(line)
            if found is None:
                raise Problem(400, "malformed_header", "a header field is not well-formed")
            name, value = found[1].decode("ascii").lower(), found[2].strip(b" \t").decode("latin-1")
            if name in self.fields:
                if name in _ONCE:
                    raise Problem(400, "repeated_header", f"{name} may be sent once only")
                value = f"{self.fields[name]},{value}"
            self.fields[name] = value
        self._check()

    def get(self, name: str, default: Any = None) -> Any:
        """A field's value; the name in any case, as eventlet asks for it."""
        return self.fields.get(name.lower(), default)

    @property
    def keeps_open(self) -> bool:
        """Whether the client may send another request over the connection."""
        wished = {part.strip() for part in self.fields.get("connection", "").lower().split(",")}
        return "close" not in wished and (self.version == "HTTP/1.1" or "keep-alive" in wished)

    @property
    def chunked(self) -> bool:
        """How the body ends: with its last chunk, else after its announced length."""
        return "transfer-encoding" in self.fields

    @property
    def length(self) -> int | None:
        """The announced length of the body; none of a chunked one."""
        return None if self.chunked else int(self.fields.get("content-length", "0"))

    @property
    def waits(self) -> bool:
        """Whether the client sends its body only when told to."""
        return "expect" in self.fields and self.version == "HTTP/1.1"

    def environ(self) -> dict[str, Any]:
        """What WSGI says of the request. Names with underscores are left out: in WSGI they would pass for others."""
        path, _, query = self.target.partition("?")
        found = {
            "HTTP_" + name.upper().replace("-", "_"): value
            for name, value in self.fields.items()
            if "_" not in name
        }
        return {**found, "REQUEST_METHOD": self.method, "RAW_PATH_INFO": path, "QUERY_STRING": query}

    def _check(self) -> None:
        fields = self.fields
        if self.version == "HTTP/1.1" and "host" not in fields:
            raise Problem(400, "malformed_request", "the request needs a Host header")
        length, encoding = fields.get("content-length"), fields.get("transfer-encoding")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) <= 15):
            raise Problem(400, "malformed_length", "Content-Length is not a whole number")
        if encoding is not None and (length is not None or self.version == "HTTP/1.0"):
            raise Problem(
                400, "ambiguous_length", "Transfer-Encoding goes with HTTP/1.1 and no Content-Length"
            )
        # Compared as it stands: a reader that forgives more would see another end of the body than we do.
        if encoding is not None and encoding.lower() != "chunked":
            raise Problem(
                501, "unknown_transfer_encoding", "the only transfer encoding known here is chunked"
            )
        if fields.get("expect", "100-continue").lower() != "100-continue":
            raise Problem(417, "unknown_expectation", "the only expectation known here is 100-continue")
