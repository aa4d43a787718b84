"""Texts as they may stand in a file: what no format can hold, and what steers how others are shown, is taken out."""

import re

from services.reporting.adapters.plain_texts import plain

_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """One line, every character of which a file may hold."""
    return plain(_NOT_XML.sub("", text))
