"""What a handler answers: status, headers and bytes; documents as JSON with times in the county's offset."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

JSON = "application/json"
# One offset since 1991, and in all that is kept: that of the time zone before 1901 has seconds, which RFC 3339 has not.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(slots=True)
class Answer:
    """One answer. `body` is whole bytes, or an iterable of bytes for what is too large to hold at once."""

    status: int
    body: bytes | Iterable[bytes] = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)


def ok(body: Any, *, etag: int | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """200 with a document or a list; a document with a `version` carries it as its ETag."""
    return document(200, body, etag=etag, headers=headers)


def created(body: Mapping[str, Any], location: str) -> Answer:
    """201 with the new document and where it is."""
    return document(201, body, headers={"Location": location})


def no_content() -> Answer:
    """204."""
    return Answer(204, b"", None)


def listing(items: list[Any], next_cursor: str | None, **members: Any) -> Answer:
    """200 with one page of a list."""
    return document(200, {"items": items, "next": next_cursor, **members})


def text(body: str, content_type: str = "text/plain; charset=utf-8", status: int = 200) -> Answer:
    """A text: Markdown, HTML, CSV, the metrics."""
    return Answer(status, body.encode(), content_type)


def binary(body: bytes | Iterable[bytes], content_type: str, filename: str | None = None) -> Answer:
    """A file; with `filename` the browser keeps it under that name instead of showing it."""
    headers = {}
    if filename is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    return Answer(200, body, content_type, headers)


def document(
    status: int,
    body: Any,
    *,
    etag: int | None = None,
    headers: Mapping[str, str] | None = None,
    content_type: str = JSON,
) -> Answer:
    """Any status with a JSON body."""
    answer = Answer(status, encode(body), content_type, dict(headers or {}))
    if etag is None and isinstance(body, Mapping) and isinstance(body.get("version"), int):
        etag = body["version"]
    if etag is not None:
        answer.headers["ETag"] = f'"{etag}"'
    return answer


def encode(value: Any) -> bytes:
    """JSON in UTF-8, one line. Stored times (UTC, also naive ones) leave with the offset of Asia/Shanghai."""
    return _ENCODER.encode(value).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return aware.astimezone(CHINA).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
