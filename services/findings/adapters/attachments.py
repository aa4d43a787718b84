"""What stands for the files of evidence, on a transaction (MongoDB's or its in-memory twin)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.findings.domain.attachment import Attachment, Kept
from services.findings.domain.errors import InvalidError
from services.findings.domain.moves import Actor
from services.findings.domain.parts import Stamp
from shared.persistence.indexes import Index
from shared.persistence.transaction import Document, Transaction

ATTACHMENTS, LEFT_OVER = "attachments", "attachments_left_over"

ATTACHMENT_INDEXES = (
    Index(ATTACHMENTS, [("sha256", 1), ("finding", 1)]),
    Index(ATTACHMENTS, [("expires_at", 1)], partial={"expires_at": {"$exists": True}}),
    Index(LEFT_OVER, [("at", 1)]),
)


class DocumentAttachmentRepository:
    """Attachments of one transaction. LEFT_OVER names files that nothing stands for: not yet, or not any more."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Attachment]:
        found = self._tx.get_many(ATTACHMENTS, ids) if ids else {}
        return {key: to_attachment(document) for key, document in found.items()}

    def expect(self, id: str, until: datetime) -> None:
        self._tx.insert(LEFT_OVER, {"_id": id, "at": until})

    def add(self, attachment: Attachment) -> None:
        if self._tx.get(LEFT_OVER, attachment.id) is None:
            # The process slept until its files were swept away.
            raise InvalidError({"file": ["the upload took too long; send it again"]})
        self._tx.delete(LEFT_OVER, attachment.id)
        self._tx.insert(ATTACHMENTS, from_attachment(attachment))

    def save(self, attachment: Attachment) -> None:
        self._tx.replace(ATTACHMENTS, from_attachment(attachment))

    def findings_with(self, sha256: Sequence[str], besides: str, most: int) -> Sequence[str]:
        where = {"sha256": {"$in": list(sha256)}, "finding": {"$ne": None}}
        # One more for each of its own: a finding may have been sent the same photo in every report.
        found = self._tx.find(ATTACHMENTS, where, [("finding", -1)], limit=most * 10)
        others = dict.fromkeys(one["finding"] for one in found if one["finding"] != besides)
        return list(others)[:most]

    def expire(self, now: datetime, most: int) -> Sequence[str]:
        ids = [one["_id"] for one in self._tx.find(ATTACHMENTS, {"expires_at": {"$lt": now}}, limit=most)]
        for id in ids:
            self._tx.delete(ATTACHMENTS, id)
            self._tx.replace(LEFT_OVER, {"_id": id, "at": now})
        return ids

    def left_over(self, now: datetime, most: int) -> Sequence[str]:
        return [one["_id"] for one in self._tx.find(LEFT_OVER, {"at": {"$lte": now}}, limit=most)]

    def forget(self, ids: Sequence[str]) -> Sequence[str]:
        for id in ids:
            self._tx.delete(LEFT_OVER, id)
        return ids


def from_attachment(attachment: Attachment) -> Document:
    """As it is kept; `expires_at` is there only as long as it may expire."""
    document = {
        "_id": attachment.id,
        "name": attachment.name,
        "content_type": attachment.content_type,
        "sha256": attachment.original.sha256,
        "size": attachment.original.size,
        "served_sha256": attachment.served.sha256,
        "served_size": attachment.served.size,
        "by": {"sub": attachment.uploaded.by.sub, "role": attachment.uploaded.by.role},
        "uploaded_at": attachment.uploaded.at,
        "taken_at": attachment.taken_at,
        "finding": attachment.finding,
    }
    return document if attachment.expires_at is None else {**document, "expires_at": attachment.expires_at}


def to_attachment(document: Document) -> Attachment:
    """What `from_attachment` made the document of."""
    return Attachment(
        id=document["_id"],
        name=document["name"],
        content_type=document["content_type"],
        original=Kept(document["sha256"], document["size"]),
        served=Kept(document["served_sha256"], document["served_size"]),
        uploaded=Stamp(Actor(**document["by"]), document["uploaded_at"]),
        expires_at=document.get("expires_at"),
        taken_at=document["taken_at"],
        finding=document["finding"],
    )
