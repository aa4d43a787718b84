"""The chain: every row has a position, the hash of the row before, and a hash over itself.

The hash is SHA-256 over the row as it is exported, without `hash`: JSON in UTF-8 with sorted names and no spaces, times
with the offset of Asia/Shanghai. So whoever has an export can check it without this program.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.persistence.transaction import Document

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
ORIGIN = "0" * 64
"""What the first row names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the chain: its position (0: there is none yet) and hash."""

    position: int = 0
    hash: str = ORIGIN


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the head of the chain was at the end of a day, as the auditors were told it."""

    day: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is broken, and how."""

    position: int
    what: str


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is answered, exported and hashed."""
    return {"id": row["_id"], **{name: _plain(value) for name, value in row.items() if name != "_id"}}


def hash_of(row: Mapping[str, Any]) -> str:
    """The hash that the row must have."""
    content = {name: value for name, value in shown(row).items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def chained(rows: Iterable[Document], head: Head, now: datetime) -> tuple[list[Document], Head]:
    """The rows with their places behind `head`, and the new head."""
    placed = []
    for row in rows:
        made = {**row, "position": head.position + 1, "previous": head.hash, "chained_at": now}
        made["hash"] = hash_of(made)
        head = Head(made["position"], made["hash"])
        placed.append(made)
    return placed, head


def breaks(rows: Iterable[Document], anchors: Iterable[Anchor], head: Head | None) -> Iterator[Break | None]:
    """Walk the chain in order of position: None for each sound row, then what is broken, the first of it only.

    `anchors` in order of position; what they and `head` tell finds rows that are missing at the end.
    """
    last = Head()
    pending = sorted(anchors, key=lambda anchor: anchor.position)
    for row in rows:
        fault = _fault(row, last)
        if fault is not None:
            yield Break(last.position + 1, fault)
            return
        last = Head(row["position"], row["hash"])
        while pending and pending[0].position <= last.position:
            anchor = pending.pop(0)
            if anchor != Anchor(anchor.day, last.position, last.hash):
                yield Break(last.position, f"its hash is not the one that was told for {anchor.day}")
                return
        yield None
    if pending:
        anchor = pending[0]
        yield Break(
            last.position + 1, f"rows up to {anchor.position}, the last of {anchor.day}, have been removed"
        )
    elif head is not None and head != last:
        yield Break(last.position + 1, f"the chain ends here, and its head is at {head.position}")


def _fault(row: Document, last: Head) -> str | None:
    wanted = last.position + 1
    position = row.get("position")
    if position != wanted:
        return f"the row is missing; the next one is {position}"
    if row.get("previous") != last.hash:
        return "`previous` is not the hash of the row before"
    if row.get("hash") != hash_of(row):
        return f"the content does not match its hash (row {row['_id']})"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value if value is None or isinstance(value, str | int | bool) else repr(value)
