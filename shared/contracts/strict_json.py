"""JSON from outside that can be kept: nothing comes through that a database or the next reader would choke on."""

import json
import math
from typing import Any, NoReturn

from shared.contracts.errors import ContractError

DEEPEST = 50
"""Levels of objects and lists; the database takes a hundred, and ours have five."""
_INT64 = 1 << 63
_SUSPICIOUS = ("\\ud", "\\uD", "\\u0000")


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`.

    Raises:
        ContractError: it is none, or holds a number, a text, a name or a depth that cannot be kept.
    """
    try:
        text = body.decode()
        found = _DECODER.decode(text)
    except UnicodeDecodeError as exc:
        raise ContractError("the body is not UTF-8") from exc
    except RecursionError as exc:
        raise ContractError("the body is nested too deeply") from exc
    except ValueError as exc:
        raise ContractError("the body is not JSON") from exc
    if not isinstance(found, dict):
        raise ContractError("the body is not a JSON object")
    if any(sign in text for sign in _SUSPICIOUS) or text.count("{") + text.count("[") > DEEPEST:
        _examine(found)
    return found


def _examine(found: dict[str, Any]) -> None:
    left: list[tuple[Any, int]] = [(found, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise ContractError("the body is nested too deeply")
        if isinstance(value, dict):
            left.extend((item, depth + 1) for item in value.values())
            left.extend((name, depth) for name in value)
            if any("\0" in name for name in value):
                raise ContractError("a name in the body holds a null character")
        elif isinstance(value, list):
            left.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            _text(value)


def _text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise ContractError("a text in the body is half a character") from exc


def _integer(digits: str) -> int:
    number = int(digits)
    if not -_INT64 <= number < _INT64:
        raise ContractError("a number in the body is too large")
    return number


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ContractError("a number in the body is too large")
    return number


def _constant(_name: str) -> NoReturn:
    raise ContractError("a number in the body is none")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant)
