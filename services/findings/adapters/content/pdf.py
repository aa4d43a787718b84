"""PDF: its head and its end. What stands between is for the reader's program, which gets it as a download."""

import mmap
import re

from services.findings.adapters.content.parts import NotWholeError, Part

_HEAD = re.compile(rb"%PDF-[12]\.\d")
_END = b"%%EOF"
_TAIL = 1024


def served_parts(data: mmap.mmap, orientation: int) -> list[Part]:
    """The whole file, once its head and end are those of a PDF; `orientation` is for pictures."""
    if _HEAD.match(data) is None:
        raise NotWholeError("it has no head of a PDF")
    at = data.rfind(_END, max(0, len(data) - _TAIL))
    if at < 0:
        raise NotWholeError("it is cut off")
    if data[at + len(_END) :].strip(b"\x00\r\n\t \x1a"):
        raise NotWholeError("something follows its end")
    return [(0, len(data))]
