"""Reading JSON from outside: strict, bounded, and with nothing in it that the database could not keep."""

import json
import math
import re
from typing import Any, NoReturn

from shared.contracts.texts import UNKEEPABLE
from shared.http.problems import Problem, invalid

_DEPTH = 64
_INT64 = range(-(2**63), 2**63)
_TURNS = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")


class JsonError(ValueError):
    """Not JSON as we take it; the text says why and never contains the input."""


def parse(body: bytes) -> Any:
    """The value of a request body.

    Raises:
        Problem: 400 when it is not JSON (duplicate keys, NaN and Infinity, too deep nesting included); 422 when
            it holds texts or numbers that cannot be kept (NUL, lone surrogates, marks that turn the direction of
            writing, beyond 64 bits).
    """
    try:
        value = loads(body)
        fault = unkeepable(body, value)
    except JsonError as exc:
        raise Problem(400, "malformed_json", str(exc)) from None
    if fault:
        raise invalid({fault[0] or "body": [fault[1]]})
    return value


def loads(body: bytes) -> Any:
    """Parse `body` or raise JsonError. Also used for each line of NDJSON."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise JsonError(f"the body is not UTF-8 (byte {exc.start})") from None
    if body.count(b"[") + body.count(b"{") > _DEPTH:
        _refuse_depth(body)
    try:
        return _DECODER.decode(text)
    except JsonError:
        raise
    except json.JSONDecodeError as exc:
        raise JsonError(f"not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})") from None
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except ValueError:
        # What remains is Python's own limit on the digits of a number.
        raise JsonError("a number has too many digits") from None


def unkeepable(body: bytes, value: Any) -> tuple[str, str] | None:
    """Path and message of the first thing in `value` that cannot be kept; None when all can.

    NUL and lone surrogates can only come from a backslash-u escape, large numbers only from 19 digits on: bodies
    without either (nearly all) are not walked.
    """
    if b"\\u" not in body and not _LONG_NUMBER.search(body) and not _TURNS.search(body):
        return None
    return _walk(value, "")


# A text that nothing closes counts to the end: looked for again from each of its quotes it would take hours.
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_LONG_NUMBER = re.compile(rb"\d{19}")


def _walk(value: Any, path: str) -> tuple[str, str] | None:
    if isinstance(value, str):
        return (path, "contains characters that cannot be kept") if UNKEEPABLE.search(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return None if value in _INT64 else (path, "is a number out of range")
    if isinstance(value, dict):
        for key, member in value.items():
            if UNKEEPABLE.search(key):
                return path, "has a field name that cannot be kept"
            if fault := _walk(member, f"{path}.{key}" if path else key):
                return fault
    elif isinstance(value, list):
        for position, member in enumerate(value):
            if fault := _walk(member, f"{path}.{position}" if path else str(position)):
                return fault
    return None


def _refuse_depth(body: bytes) -> None:
    """Only nesting counts, not how many there are, and brackets in texts do not."""
    depth = 0
    for token in _TOKENS.finditer(body):
        byte = token.group()[:1]
        if byte in b"[{":
            depth += 1
            if depth > _DEPTH:
                raise JsonError("nested too deeply")
        elif byte in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise JsonError("a field stands twice in one object")
    return value


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonError("a number is out of range")
    return number


def _constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
