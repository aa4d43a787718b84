"""Showing a message without what it says: its structure and types, texts masked (a quarantine is read by admins)."""

import hashlib
import re
from typing import Any

from shared.http import jsonbody

# Texts that name a thing of the system and can be nothing else are shown.
_PLAIN = (
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII),
    re.compile(r"[a-z]{1,20}\.[a-z_]{1,30}\.v\d{1,3}", re.ASCII),
    re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?", re.ASCII),
    re.compile(r"application/[a-z+]{1,30}", re.ASCII),
    re.compile(r"/?(findings|accountability|notifications|reporting)", re.ASCII),
)
# An identity card or a telephone number may be sent as a number.
_LARGEST_SHOWN = 999_999
_DEPTH = 32
_MEMBERS = 200


def body(content: bytes | None) -> dict[str, Any]:
    """A message body: its masked JSON, or that it is none, with size and hash to recognise it by.

    None is a body too large for the database, which stays in the broker.
    """
    if content is None:
        return {"undecodable": "the body is kept by the broker"}
    shown: dict[str, Any] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    try:
        shown["json"] = value(jsonbody.loads(content))
    except jsonbody.JsonError as exc:
        shown["undecodable"] = str(exc)
    return shown


def value(thing: Any, depth: int = 0) -> Any:
    """One value, masked."""
    if thing is None or isinstance(thing, bool):
        return thing
    if isinstance(thing, str):
        return thing if any(pattern.fullmatch(thing) for pattern in _PLAIN) else f"<text of {len(thing)}>"
    if isinstance(thing, (int, float)):
        return thing if abs(thing) <= _LARGEST_SHOWN else f"<{type(thing).__name__}>"
    if isinstance(thing, dict):
        if depth >= _DEPTH:
            return "<object>"
        return {_name(key): value(member, depth + 1) for key, member in list(thing.items())[:_MEMBERS]}
    if isinstance(thing, (list, tuple)):
        if depth >= _DEPTH:
            return "<list>"
        return [value(member, depth + 1) for member in thing[:_MEMBERS]]
    return f"<{type(thing).__name__}>"


def _name(key: Any) -> str:
    """A field's name, unless it is something that no field of ours is called."""
    text = str(key)
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", text, re.ASCII) else f"<name of {len(text)}>"
