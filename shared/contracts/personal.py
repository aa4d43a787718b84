"""What no event carries, whoever typed it into a text: telephone numbers, mail addresses, identity numbers
(contract section 7). The service that took the text keeps it whole."""

import re
from typing import Any

# A sign that there may be one, in the bytes of an event; most have none and are not walked. Each branch begins with a
# digit that it names, which makes the search three times as quick; an identity number is known by its year of birth.
_SIGN = re.compile(
    rb"1(?:[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?<=[1-9]\d{5}1)9\d{9}[\dXx])|2(?<=[1-9]\d{5}2)0\d{9}[\dXx]|0\d{2,3}-\d{7}"
)
# Not inside of a longer number or an id.
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_IDENTITY = re.compile(_BEFORE + r"[1-9]\d{5}(?:19|20)\d{9}[\dXx]" + _AFTER, re.ASCII)
_MOBILE = re.compile(_BEFORE + r"(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})" + _AFTER, re.ASCII)
_LANDLINE = re.compile(_BEFORE + r"(0\d{2,3})-\d{7,8}" + _AFTER, re.ASCII)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# Names that people give to their papers: looked for as they are.
_NAMES = frozenset({"source_ref", "group"})


def may_be_in(body: bytes) -> bool:
    """Whether `masked` could find anything in an event of these bytes."""
    return b"@" in body or _SIGN.search(body) is not None


def masked(value: Any) -> Any:
    """`value` with stars in the place of what is personal; never longer than it was."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {name: one if name in _NAMES else masked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return value


def _text(text: str) -> str:
    text = _IDENTITY.sub("*" * 18, text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1-****", text)
    return _MAIL.sub("***", text)
