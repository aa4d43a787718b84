"""The bytes of evidence in GridFS, written and read in pieces, and their in-memory twin."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO

import pymongo
from gridfs import GridFSBucket, NoFile
from gridfs.errors import CorruptGridFile

from services.findings.domain.attachment import Kept
from shared.persistence.database import MongoDatabase
from shared.persistence.ids import utc_now
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
        self._put(_original(id), id, iter(lambda: file.read(PIECE), b""))

    def put_served(self, id: str, pieces: Iterable[bytes]) -> Kept:
        return self._put(_served(id), id, pieces)

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

    def _put(self, key: str, name: str, pieces: Iterable[bytes]) -> Kept:
        """As GridFS lays a file out, its document last. The driver would gather the whole file before it sends any."""
        digest, size = hashlib.sha256(), 0
        chunks, files = (self._database.collection(f"{BUCKET}.{part}") for part in ("chunks", "files"))
        with pymongo.timeout(SECONDS):
            for n, piece in enumerate(_even(pieces)):
                digest.update(piece)
                size += len(piece)
                chunks.insert_one({"files_id": key, "n": n, "data": piece})
            now = utc_now()
            files.insert_one(
                {"_id": key, "length": size, "chunkSize": PIECE, "uploadDate": now, "filename": name}
            )
        return Kept(digest.hexdigest(), size)

    def _pieces(self, key: str) -> Iterator[bytes]:
        """Two at a time: the driver's own reader has the server send the whole file at once."""
        chunks, files = (self._database.collection(f"{BUCKET}.{part}") for part in ("chunks", "files"))
        file, sent = files.find_one({"_id": key}), 0
        for chunk in chunks.find({"files_id": key}, sort=[("n", 1)], batch_size=2):
            sent += len(chunk["data"])
            yield chunk["data"]
        if file is None or sent != file["length"]:
            # What was announced cannot be sent: the connection must break, not wait.
            raise CorruptGridFile(f"{key} is not whole")

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


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one length, but for the last."""
    held = b""
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield held[:PIECE]
            held = held[PIECE:]
    if held:
        yield held


def _original(id: str) -> str:
    return f"{id}/original"


def _served(id: str) -> str:
    return f"{id}/served"
