"""From an uploaded file to what is kept of it."""

import mmap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import structlog
from PIL import Image

from services.findings.adapters.content import exif, jpeg, pdf, png
from services.findings.adapters.content.parts import NotWholeError, Part
from services.findings.application.ports import Content
from services.findings.domain.errors import InvalidError

log = structlog.get_logger("evidence")

MOST_PIXELS = 120_000_000
"""More than a phone's camera gives within 10 MiB; a picture that unfolds to more is there to do harm."""
_PIECE = 255 * 1024
_LONGEST_NAME = 100
_FORBIDDEN = frozenset('/\\<>:"|?*%')
_HEAD = 1024
# The end of a ZIP archive is looked for from behind: with the longest comment it begins this far before the end.
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557
_MARKUP = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php", b"<body", b"<iframe")


@dataclass(frozen=True, slots=True)
class _Kind:
    content_type: str
    suffix: str
    signature: bytes
    served: Callable[[mmap.mmap, int], Sequence[Part]]
    """The parts of the file that are served, given the orientation; NotWholeError when it is not whole."""


_KINDS = (
    _Kind("image/jpeg", ".jpg", b"\xff\xd8\xff", jpeg.served_parts),
    _Kind("image/png", ".png", b"\x89PNG\r\n\x1a\n", png.served_parts),
    _Kind("application/pdf", ".pdf", b"%PDF-", pdf.served_parts),
)


def inspect(name: str, file: IO[bytes]) -> Content:
    """What the file is.

    Raises:
        InvalidError: it is none of the kinds that are taken, or not only that, or damaged.
    """
    data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    kind = next((kind for kind in _KINDS if data[: len(kind.signature)] == kind.signature), None)
    if kind is None:
        raise _refused("is not a JPEG, PNG or PDF by its content; photograph or print it into one of these")
    _require_only(kind, data)
    image = None if kind.suffix == ".pdf" else _picture(file)
    try:
        parts = kind.served(data, image.orientation if image else exif.UPRIGHT)
    except NotWholeError as exc:
        raise _refused(f"is damaged or not only a {kind.suffix[1:].upper()}: {exc}") from exc
    return Content(
        name=safe_name(name, kind.suffix),
        content_type=kind.content_type,
        served=_pieces(data, parts),
        taken_at=image.taken_at if image else None,
    )


def safe_name(name: str, suffix: str) -> str:
    """A name without a path, without what no file system or header takes, and with the ending of what it is."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        char
        for char in last
        if (char not in _FORBIDDEN and unicodedata.category(char)[0] not in "CZ") or char == " "
    )
    stem = kept.rpartition(".")[0] or kept
    return (stem.strip(". ")[:_LONGEST_NAME].rstrip(". ") or "evidence") + suffix


def _require_only(kind: _Kind, data: mmap.mmap) -> None:
    """Refuse what another program would read as another kind of file."""
    head, foreign = data[:_HEAD].lower(), "holds another kind of file as well"
    if data.rfind(_ZIP_END, max(0, len(data) - _ZIP_TAIL)) >= 0:
        raise _refused(f"{foreign} (an archive)")
    if any(mark in head for mark in _MARKUP):
        raise _refused(f"{foreign} (a web page)")
    if kind.suffix != ".pdf" and b"%pdf-" in head:
        raise _refused(f"{foreign} (a PDF)")


def _picture(file: IO[bytes]) -> exif.Picture:
    """Read by its head and checked without being unfolded."""
    try:
        file.seek(0)
        with Image.open(file, formats=("JPEG", "PNG")) as image:
            width, height = image.size
            found = exif.read(image)
            image.verify()
    except Image.DecompressionBombError:
        raise _refused(f"unfolds to more than {MOST_PIXELS} pixels") from None
    except Exception as exc:
        # Damaged pictures make Pillow raise all kinds of errors. The sender is told, nothing has been kept, and a
        # defect of ours would show as an upload of a sound picture that is refused.
        log.info("an upload cannot be read as a picture", error=type(exc).__name__)
        raise _refused("is damaged: it cannot be read as a picture") from exc
    if width * height > MOST_PIXELS:
        raise _refused(f"unfolds to more than {MOST_PIXELS} pixels")
    return found


def _pieces(data: mmap.mmap, parts: Iterable[Part]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        start, end = part
        for at in range(start, end, _PIECE):
            yield data[at : min(at + _PIECE, end)]


def _refused(why: str) -> InvalidError:
    return InvalidError({"file": [why]})
