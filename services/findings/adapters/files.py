"""The bytes of evidence in GridFS, written and read in pieces, and their in-memory twin."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO

import pymongo
from gridfs import GridFSBucket, NoFile

from services.findings.domain.attachment import Kept
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import Index

BUCKET = "evidence"
PIECE = 255 * 1024
SECONDS = 60.0
FILE_INDEXES = (Index(f"{BUCKET}.chunks", [("files_id", 1), ("n", 1)], unique=True),)


class GridFsFileStore:
    """Two files for each attachment: as it was sent, and as it is served."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    def put_original(self, id: str, file: IO[bytes]) -> None:
        file.seek(0)
        with pymongo.timeout(SECONDS):
            self._bucket().upload_from_stream_with_id(_original(id), id, file, chunk_size_bytes=PIECE)

    def put_served(self, id: str, pieces: Iterable[bytes]) -> Kept:
        digest, size = hashlib.sha256(), 0
        with (
            pymongo.timeout(SECONDS),
            self._bucket().open_upload_stream_with_id(_served(id), id, PIECE) as out,
        ):
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        return Kept(digest.hexdigest(), size)

    def original(self, id: str) -> Iterator[bytes]:
        return self._pieces(_original(id))

    def served(self, id: str) -> Iterator[bytes]:
        return self._pieces(_served(id))

    def remove(self, id: str) -> None:
        for name in (_original(id), _served(id)):
            try:
                # Chunks are removed too when the file's own document was never written.
                with pymongo.timeout(SECONDS):
                    self._bucket().delete(name)
            except NoFile:
                continue

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self._bucket().open_download_stream(name) as file:
            while piece := file.read(PIECE):
                yield piece

    def _bucket(self) -> GridFSBucket:
        return GridFSBucket(self._database.client[self._database.name], BUCKET)


class MemoryFileStore:
    """The same in a dictionary."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put_original(self, id: str, file: IO[bytes]) -> None:
        file.seek(0)
        self.files[_original(id)] = file.read()

    def put_served(self, id: str, pieces: Iterable[bytes]) -> Kept:
        content = self.files[_served(id)] = b"".join(pieces)
        return Kept(hashlib.sha256(content).hexdigest(), len(content))

    def original(self, id: str) -> Iterator[bytes]:
        yield self.files[_original(id)]

    def served(self, id: str) -> Iterator[bytes]:
        yield self.files[_served(id)]

    def remove(self, id: str) -> None:
        self.files.pop(_original(id), None)
        self.files.pop(_served(id), None)


def _original(id: str) -> str:
    return f"{id}/original"


def _served(id: str) -> str:
    return f"{id}/served"
