"""What the api and its child say to each other: frames of a length, one mark and bytes; documents as JSON.

No pickle: a document is only ever data.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from services.reporting.domain.official_document import (
    Block,
    Chart,
    Heading,
    OfficialDocument,
    Paragraph,
    Series,
    Table,
)

DONE, FAILED = b"d", b"f"
"""The marks of what the child says: here is a file, here is why there is none. Requests are DONE too."""
MOST = 256 * 1024 * 1024
"""A longer frame is a broken one."""
_HEAD = struct.Struct(">cI")
_DAYS = ("signed_on", "printed_on")
_BLOCKS: Mapping[str, type[Block]] = {
    "heading": Heading, "paragraph": Paragraph, "table": Table, "chart": Chart,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _BLOCKS.items()}


class BrokenFrameError(Exception):
    """The other side ended within a frame, or said something else than a frame."""


def frame(mark: bytes, content: bytes) -> bytes:
    return _HEAD.pack(mark, len(content)) + content


def read_frame(read: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """The next frame; `read` gives at most so many bytes, none at the end."""
    mark, length = _HEAD.unpack(_exactly(read, _HEAD.size))
    if mark not in (DONE, FAILED) or length > MOST:
        raise BrokenFrameError
    return mark, _exactly(read, length)


def _exactly(read: Callable[[int], bytes], length: int) -> bytes:
    pieces: list[bytes] = []
    while length:
        piece = read(min(length, 1024 * 1024))
        if not piece:
            raise BrokenFrameError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def request(document: OfficialDocument, file_format: str) -> bytes:
    """What is asked of the child."""
    said = asdict(document)
    said["body"] = [{"is": _NAMES[type(block)], **asdict(block)} for block in document.body]
    for name in _DAYS:
        said[name] = said[name] and said[name].isoformat()
    return json.dumps({"format": file_format, "document": said}, ensure_ascii=True).encode()


def asked(content: bytes) -> tuple[OfficialDocument, str]:
    """The document of a request, and the format."""
    said = json.loads(content)
    document = said["document"]
    for name in _DAYS:
        document[name] = document[name] and date.fromisoformat(document[name])
    document["body"] = [_block(block) for block in document["body"]]
    return OfficialDocument(**{name: _frozen(value) for name, value in document.items()}), said["format"]


def _block(said: dict[str, Any]) -> Block:
    kind = _BLOCKS[said.pop("is")]
    if kind is Chart:
        said["series"] = [Series(one["name"], tuple(one["values"])) for one in said["series"]]
    return kind(**{name: _frozen(value) for name, value in said.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
