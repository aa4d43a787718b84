"""What people wrote, shown as they wrote it: as one line, and in Markdown without any meaning there."""

import re

_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Control characters and those that turn the direction of writing."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>#+|~&=$@-])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
"""Would begin a list."""
_ADDRESS = re.compile(r"(?i)(https?|ftp)(:)(?=//)|(\bwww)(\.)")
"""Would become a link by itself."""


def plain(text: object) -> str:
    """A text as one line."""
    return " ".join(_STEERING.sub("", " ".join(str(text).split())).split())


def markdown(text: object) -> str:
    """A text as one line of Markdown that shows it as it is."""
    escaped = _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain(text)))
    return _ADDRESS.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", escaped)
