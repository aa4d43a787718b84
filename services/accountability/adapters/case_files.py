"""The files of a case's documents: what they are by their bytes, and the bytes in GridFS, in pieces.

A file's own row is written before its pieces and says that no document names it yet: what a death on the way leaves
behind is found by it and removed with the next upload.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO, Any

import pymongo

from services.accountability.adapters import indexes
from services.accountability.domain.case_moves import DocumentFile
from services.accountability.domain.errors import InvalidError
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index

BUCKET = "case_documents"
PIECE = 255 * 1024
SECONDS = 60.0
LEFT_AFTER = timedelta(hours=1)
"""No upload takes so long."""
_SWEPT_AT_ONCE = 20
FILE_INDEXES = (
    Index(f"{BUCKET}.chunks", [("files_id", 1), ("n", 1)], unique=True),
    Index(f"{BUCKET}.files", [("uploadDate", 1)], partial={"unclaimed": True}),
)
_TAIL = 1024
_KINDS = (
    # content type, beginning, what stands near the end of a whole file
    ("application/pdf", b"%PDF-", b"%%EOF"),
    ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
)


def kind_of(file: IO[bytes], size: int) -> str:
    """The content type, by the bytes alone.

    Raises:
        InvalidError: none of the kinds that are taken, or cut off.
    """
    file.seek(0)
    head = file.read(16)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    for content_type, begins, ends in _KINDS:
        if head.startswith(begins):
            if ends not in tail:
                raise InvalidError({"file": ["is cut off: scan or send it again"]})
            return content_type
    raise InvalidError({"file": ["is not a PDF, JPEG or PNG by its content; scan or print it into one"]})


class GridFsCaseFiles:
    """Each file under an id of its own; it never changes."""

    def __init__(self, database: MongoDatabase, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, file_id: str, file: IO[bytes], size: int) -> DocumentFile:
        """Keep the bytes. Unclaimed, they are removed after an hour.

        Raises:
            InvalidError: it is no file that is taken.
        """
        content_type, digest, now = kind_of(file, size), hashlib.sha256(), self._clock()
        with pymongo.timeout(SECONDS):
            self._sweep(now)
            row = {"_id": file_id, "chunkSize": PIECE, "uploadDate": now, "unclaimed": True, "length": size}
            self._files.insert_one(row)
            file.seek(0)
            for n, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
                digest.update(piece)
                self._chunks.insert_one({"files_id": file_id, "n": n, "data": piece})
        return DocumentFile(file_id, content_type, size, digest.hexdigest())

    def claim(self, file_id: str) -> None:
        """A document names it now. Were this not reached, the sweep would find that out."""
        self._files.update_one({"_id": file_id}, {"$unset": {"unclaimed": ""}})

    def pieces(self, file: DocumentFile) -> Iterator[bytes]:
        """The bytes, two pieces at a time."""
        for chunk in self._chunks.find({"files_id": file.id}, sort=[("n", 1)], batch_size=2):
            yield chunk["data"]

    def _sweep(self, now: datetime) -> None:
        old = {"unclaimed": True, "uploadDate": {"$lt": now - LEFT_AFTER}}
        for row in self._files.find(old, {"_id": 1}, limit=_SWEPT_AT_ONCE):
            named = self._database.collection(indexes.CASES).find_one({"documents.file.id": row["_id"]})
            if named is not None:
                self.claim(row["_id"])
                continue
            self._chunks.delete_many({"files_id": row["_id"]})
            self._files.delete_one({"_id": row["_id"]})

    @property
    def _files(self) -> Any:
        return self._database.collection(f"{BUCKET}.files")

    @property
    def _chunks(self) -> Any:
        return self._database.collection(f"{BUCKET}.chunks")
