"""What of a published bulletin never changes, as bytes: their SHA-256 shows whether any has."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from services.reporting.domain.bulletin import Bulletin

_OUTSIDE = ("snapshot_sha256", "corrected_by", "told")
"""The hash itself, and what is noted of the bulletin afterwards."""
_LATER: Mapping[str, Any] = {"closings": (), "past": False, "on_time": False}
"""What bulletins have since after the first were published: empty it is left out, so that their hashes still hold."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def snapshot(bulletin: Bulletin) -> bytes:
    """The bulletin with its items and figures, and the hashes of its files; the same bytes whoever reads it."""
    told = asdict(bulletin, dict_factory=_fields)
    for name in _OUTSIDE:
        told.pop(name, None)
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text)
    return written.encode()


def frozen(bulletin: Bulletin, files: Mapping[str, bytes]) -> Bulletin:
    """The bulletin as it is kept for good with these files."""
    hashed = replace(bulletin, files={name: sha256(content) for name, content in sorted(files.items())})
    return replace(hashed, snapshot_sha256=sha256(snapshot(hashed)))


def faults(bulletin: Bulletin, files: Mapping[str, bytes]) -> list[str]:
    """What of a published bulletin is no longer as it was published."""
    found = []
    if sha256(snapshot(bulletin)) != bulletin.snapshot_sha256:
        found.append("its data")
    for name, kept in sorted(bulletin.files.items()):
        if name not in files or sha256(files[name]) != kept:
            found.append(f"its file .{name}")
    return found


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name not in _LATER or value != _LATER[name]}


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is in no bulletin")
