"""Idempotency-Key: a repeat of a POST gets the first answer, and nothing is done twice.

The record is written in the transaction of the document itself, so a request that dies leaves none behind. Within
a process a key in progress is known at once (409). Between processes the record's `_id` decides: the second commit
meets the first one's, is run again on a new snapshot and finds the answer there.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from shared.contracts.claims import Claims
from shared.http.answers import Answer
from shared.http.problems import Problem

COLLECTION = "idempotency"
# A day is promised; the database's sweep may come late, never early.
KEPT = timedelta(hours=25)
REPLAYED = "Idempotency-Replayed"
# A document of the database holds 16 MiB; a longer answer is kept by its parts only.
_LONGEST = 12 * 1024 * 1024
_KEY = re.compile(r"[\x20-\x7e]{1,200}")


def checked_key(header: str | None) -> str | None:
    """The key as sent, none when there is none; 400 when it is not one."""
    if header is None:
        return None
    if not _KEY.fullmatch(header):
        raise Problem(
            400, "invalid_idempotency_key", "Idempotency-Key has 1 to 200 printable ASCII characters"
        )
    return header


def slot(sub: str, method: str, path: str, key: str, part: str | int | None = None) -> str:
    """Where the record of a key is kept: a hash, since the parts are the caller's texts."""
    named = json.dumps([sub, method, path, key] if part is None else [sub, method, path, key, str(part)])
    return hashlib.sha256(named.encode()).hexdigest()


def fingerprint(claims: Claims, query: str, body: Any) -> str:
    """A hash of what was asked, and with which rights: bytes as they are, JSON whatever the order of its fields."""
    if not isinstance(body, bytes):
        body = json.dumps(body, sort_keys=True, ensure_ascii=True).encode()
    # A caller who has moved on to another area or team may not be shown what was answered before.
    rights = json.dumps([claims.role, claims.area, claims.team, claims.cadre]).encode()
    asked = query.encode("utf-8", "surrogateescape")
    return hashlib.sha256(b"\n".join((rights, asked, body))).hexdigest()


class InProgress:
    """The keys that this process is working on."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}

    @contextmanager
    def hold(self, where: str | None, asked: str) -> Iterator[None]:
        """Hold a key within the block; 409 (or 422, when it asks for something else) while another holds it."""
        if where is None:
            yield
            return
        other = self._asked.get(where)
        if other is not None:
            check_same(other, asked)
            raise Problem(
                409,
                "idempotency_in_progress",
                "a request with this Idempotency-Key is still in progress",
                headers={"Retry-After": "1"},
            )
        self._asked[where] = asked
        try:
            yield
        finally:
            del self._asked[where]


def check_same(first: str, asked: str) -> None:
    """Refuse a key that was used for another request."""
    if first != asked:
        raise Problem(422, "idempotency_mismatch", "this Idempotency-Key was used with another body")


def replayed(record: dict[str, Any], asked: str) -> Answer:
    """The first answer again."""
    check_same(record["asked"], asked)
    headers = {**record["headers"], REPLAYED: "true"}
    return Answer(record["status"], bytes(record["body"]), record["content_type"], headers)


def kept(where: str, asked: str, answer: Answer, now: datetime) -> dict[str, Any] | None:
    """The record of an answer, none for one that cannot be kept whole."""
    if not isinstance(answer.body, bytes) or len(answer.body) > _LONGEST:
        return None
    return {
        "_id": where,
        "asked": asked,
        "status": answer.status,
        "content_type": answer.content_type,
        "headers": dict(answer.headers),
        "body": answer.body,
        "at": now,
        "expire_at": now + KEPT,
    }


def kept_part(where: str, asked: str, result: Any, now: datetime) -> dict[str, Any]:
    """The record of what one part of a long request came to."""
    return {"_id": where, "asked": asked, "result": result, "at": now, "expire_at": now + KEPT}
