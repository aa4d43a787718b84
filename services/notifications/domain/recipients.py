"""Whom a notice goes to, as one word: a cadre's id, `unit:<area>`, `team:<code>` or `office`."""

OFFICE = "office"
UNIT = "unit:"
TEAM = "team:"


def unit(code: str) -> str:
    """A 责任单位, by the code of its area or bureau."""
    return UNIT + code


def team(code: str) -> str:
    """A 督导组."""
    return TEAM + code


def is_person(recipient: str) -> bool:
    """Whether it is a cadre. One whose id looks like another kind of recipient is nobody: he could read their mail."""
    return bool(recipient) and recipient != OFFICE and not recipient.startswith((UNIT, TEAM))


def is_recipient(word: str) -> bool:
    """Whether it names one: a prefix of ours with a code behind it, `office`, or an id without a colon."""
    prefix, colon, code = word.partition(":")
    return not colon or (f"{prefix}:" in (UNIT, TEAM) and code.isascii() and code.isalnum())


def masked(name: str) -> str:
    """The name of a person as it is shown where nobody has logged in."""
    return name[:1] + "某" * max(1, min(len(name) - 1, 2)) if name else ""
