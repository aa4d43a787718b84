"""JPEG without what cameras write about themselves: segment by segment, so that no pixel is touched.

Left out: APP1 (EXIF with its place, XMP), every other APPn but those that say how to show the colours, comments, and
what follows the end: phones put further pictures and short films there, each with a place of its own.
"""

import mmap
import re
import struct

from services.findings.adapters.content import exif
from services.findings.adapters.content.parts import NotWholeError, Part

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP, _COMMENT = range(0xE0, 0xF0), 0xFE
# JFIF, colour profile, Adobe's colour transform.
_SHOWS_COLOURS = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Within a scan: a marker that is neither a stuffed byte nor a restart.
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_MOST_SEGMENTS = 10_000
# Pages and scripts, documents, archives, programs.
_OTHER_FILES = (b"<", b"#!", b"%PDF", b"PK", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"GIF8")


def served_parts(data: mmap.mmap, orientation: int) -> list[Part]:
    """The parts that are served, with the orientation alone in place of what the camera wrote."""
    parts: list[Part] = [(0, 2), *([] if orientation == exif.UPRIGHT else [_exif_segment(orientation)])]
    at, frames, scans = 2, 0, 0
    for _ in range(_MOST_SEGMENTS):
        marker, start, end = _segment(data, at)
        if marker == _EOI:
            if not frames or not scans:
                raise NotWholeError("it has no picture in it")
            _require_harmless_rest(data, end)
            return [*parts, (start, end)]
        frames += marker in _FRAMES
        if marker == _SOS:
            scans += 1
            end = _end_of_scan(data, end)
        if _is_served(data, marker, start):
            parts.append((start, end))
        at = end
    raise NotWholeError("it has too many segments")


def _segment(data: mmap.mmap, at: int) -> tuple[int, int, int]:
    """Marker, and from where to where the segment goes that begins at `at`."""
    start = at
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    head = data[at : at + 4]
    if len(head) < 2 or head[0] != 0xFF or head[1] in (0x00, _SOI):
        raise NotWholeError("it ends before its end, or its segments do not follow each other")
    if head[1] == _EOI:
        return _EOI, start, at + 2
    length = int.from_bytes(head[2:], "big")
    if len(head) < 4 or length < 2 or at + 2 + length > len(data):
        raise NotWholeError("it is cut off")
    return head[1], start, at + 2 + length


def _end_of_scan(data: mmap.mmap, at: int) -> int:
    found = _NEXT_MARKER.search(data, at)
    if found is None:
        raise NotWholeError("it is cut off")
    return found.start()


def _is_served(data: mmap.mmap, marker: int, start: int) -> bool:
    if marker in _APP:
        known = _SHOWS_COLOURS.get(marker)
        return known is not None and data[start + 4 : start + 4 + len(known)] == known
    return marker != _COMMENT


def _exif_segment(orientation: int) -> bytes:
    content = b"Exif\x00\x00" + exif.orientation_alone(orientation)
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _require_harmless_rest(data: mmap.mmap, end: int) -> None:
    """After the end phones put much that no standard knows. It is never served, so that only what is another file
    by its first bytes is refused."""
    head = data[end : end + 64].lstrip(b"\x00\r\n\t ")
    if head.startswith(_OTHER_FILES):
        raise NotWholeError("another file follows its end")
