"""PNG without texts and EXIF: chunk by chunk, so that no pixel is touched."""

import mmap
import struct
import zlib

from services.findings.adapters.content import exif
from services.findings.adapters.content.parts import NotWholeError, Part

_SIGNATURE = 8
_AROUND = 12
_LEFT_OUT = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_MOST_CHUNKS = 100_000


def served_parts(data: mmap.mmap, orientation: int) -> list[Part]:
    """The parts that are served, with the orientation alone in place of what the camera wrote."""
    parts: list[Part] = [(0, _SIGNATURE)]
    at = _SIGNATURE
    for _ in range(_MOST_CHUNKS):
        head = data[at : at + 8]
        end = at + _AROUND + int.from_bytes(head[:4], "big")
        if len(head) < 8 or end > len(data):
            raise NotWholeError("it is cut off")
        kind = head[4:]
        if kind not in _LEFT_OUT:
            parts.append((at, end))
        if kind == b"IHDR" and orientation != exif.UPRIGHT:
            parts.append(_chunk(b"eXIf", exif.orientation_alone(orientation)))
        if kind == b"IEND":
            if end != len(data):
                raise NotWholeError("something follows its end")
            return parts
        at = end
    raise NotWholeError("it has too many chunks")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
