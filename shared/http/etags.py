"""If-Match: writes to an existing document only while it is the one the caller has seen."""

import re

from shared.http.problems import Problem

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*')


class IfMatch:
    """A parsed If-Match header."""

    def __init__(self, header: str) -> None:
        self.anything = header.strip() == "*"
        # A weak tag never matches (RFC 9110, 13.1.1); one that is none of ours cannot match either.
        found = [_TAG.fullmatch(part) for part in header.split(",")]
        self.versions = frozenset(tag[2] for tag in found if tag and not tag[1])

    def allows(self, version: int) -> bool:
        """Whether a document of this version may be written."""
        return self.anything or str(version) in self.versions


def require(if_match: IfMatch | None, version: int) -> None:
    """Raise 412 when the caller has seen another version."""
    if if_match is not None and not if_match.allows(version):
        raise Problem(
            412,
            "version_mismatch",
            "the document has changed since it was read",
            extra={"version": version},
        )


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller has this very thing (If-None-Match, compared weakly as RFC 9110, 13.1.2, says)."""
    if if_none_match is None:
        return False
    found = [_TAG.fullmatch(part) for part in if_none_match.split(",")]
    return if_none_match.strip() == "*" or any(one is not None and one[2] == tag for one in found)
