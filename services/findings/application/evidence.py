"""Evidence: uploaded first, attached to one finding later, read by whoever may read that finding."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import IO, Protocol, TypeVar

from services.findings.application import scope
from services.findings.application.answers import Answer, actor
from services.findings.application.ports import Clock, FileStore, Inspect, NewId, Work
from services.findings.domain.attachment import Attachment, Kept
from services.findings.domain.errors import ForbiddenError, InvalidError, UnknownAttachmentError
from services.findings.domain.finding import Finding
from services.findings.domain.parts import Stamp
from shared.contracts.claims import Claims

T = TypeVar("T")
Transact = Callable[[Callable[[Work], T]], T]
UPLOAD_TIME = timedelta(hours=1)
"""No upload takes so long: files that no attachment stands for by then are left over."""
_SWEPT_AT_ONCE = 100
_UNKNOWN = ["no such attachment; upload it first, and name one of your own"]
_TAKEN = ["belongs to another finding; upload the file again"]


class Upload(Protocol):
    """A file as it was sent."""

    @property
    def name(self) -> str: ...

    @property
    def file(self) -> IO[bytes]: ...

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


def require_own(work: Work, ids: Sequence[str], by: Claims, field: str = "attachments") -> None:
    """Refuse evidence that was never uploaded, or by somebody else: 422 by field, which tells neither from other."""
    if faults := faults_of(ids, by, work.attachments.get_many(ids), field):
        raise InvalidError(faults)


def take(
    work: Work, ids: Sequence[str], by: Claims, finding: Finding, field: str = "attachments"
) -> list[Attachment]:
    """Attach the caller's uploads to the finding; they are its evidence for ever. The caller saves the finding.

    Raises:
        InvalidError: by field: unknown, somebody else's, or another finding's.
    """
    found = work.attachments.get_many(ids)
    faults = faults_of(ids, by, found, field) or taken_elsewhere(ids, found, finding.id, field)
    if faults:
        raise InvalidError(faults)
    attached = [one.attached_to(finding.id) for one in found.values()]
    for attachment in attached:
        work.attachments.save(attachment)
    finding.attach([one.id for one in attached])
    return attached


def faults_of(
    ids: Sequence[str], by: Claims, found: Mapping[str, Attachment], field: str = "attachments"
) -> dict[str, list[str]]:
    """What is wrong with naming these, by field."""
    return {
        f"{field}.{at}": _UNKNOWN
        for at, one in enumerate(ids)
        if one not in found or not found[one].is_of(by.sub)
    }


def taken_elsewhere(
    ids: Sequence[str], found: Mapping[str, Attachment], finding: str | None, field: str = "attachments"
) -> dict[str, list[str]]:
    """Those that belong to another finding than this one, by field."""
    return {
        f"{field}.{at}": _TAKEN
        for at, one in enumerate(ids)
        if found[one].finding is not None and found[one].finding != finding
    }


class EvidenceUseCases:
    """Uploading, reading and clearing up. `keep` is how long an upload waits for its finding."""

    def __init__(
        self, files: FileStore, inspect: Inspect, keep: timedelta, new_id: NewId, clock: Clock
    ) -> None:
        self._files = files
        self._inspect = inspect
        self._keep = keep
        self._new_id = new_id
        self._clock = clock

    def upload(self, sent: Upload, by: Claims, transact: Transact[None]) -> Answer:
        """Keep a file. What is left over by a death on the way is found by its row, and swept."""
        content = self._inspect(sent.name, sent.file)
        now, id = self._clock(), self._new_id()
        transact(lambda work: work.attachments.expect(id, now + UPLOAD_TIME))
        original = Kept(sent.sha256, sent.size)
        self._files.put_original(id, sent.file)
        served = self._files.put_served(id, content.served)
        attachment = Attachment(
            id=id,
            name=content.name,
            content_type=content.content_type,
            original=original,
            served=served,
            uploaded=Stamp(actor(by), now),
            expires_at=now + self._keep,
            taken_at=content.taken_at,
        )
        transact(lambda work: work.attachments.add(attachment))
        return answer(attachment)

    def readable(self, work: Work, id: str, by: Claims) -> Attachment:
        """An attachment the caller may read: as its finding; before it has one, only the uploader."""
        attachment = work.attachments.get_many([id]).get(id)
        if attachment is None or (attachment.finding is None and not attachment.is_of(by.sub)):
            raise UnknownAttachmentError
        if attachment.finding is not None:
            finding = work.findings.get(attachment.finding)
            assert finding is not None, "a finding is never deleted"
            scope.require_read(by, finding)
        return attachment

    def served(self, attachment: Attachment) -> Iterable[bytes]:
        """What people get, in pieces."""
        return self._files.served(attachment.id)

    def original(self, attachment: Attachment, by: Claims) -> Iterable[bytes]:
        """As it was sent, place and all, in pieces: for the auditor alone. The caller puts the reading on record."""
        if by.role != scope.READS_ORIGINALS:
            raise ForbiddenError("originals are for the auditor")
        return self._files.original(attachment.id)

    def sweep(self, transact: Transact[Sequence[str]]) -> int:
        """Remove what has waited too long for a finding and what was left over; how many. Any number may sweep."""
        now = self._clock()
        transact(lambda work: work.attachments.expire(now, _SWEPT_AT_ONCE))
        left = transact(lambda work: work.attachments.left_over(now, _SWEPT_AT_ONCE))
        for id in left:
            self._files.remove(id)
        transact(lambda work: work.attachments.forget(left))
        return len(left)


def answer(attachment: Attachment) -> Answer:
    """An attachment as callers see it; hash and size are those of what they sent."""
    return {
        "id": attachment.id,
        "sha256": attachment.original.sha256,
        "size": attachment.original.size,
        "content_type": attachment.content_type,
        "name": attachment.name,
        "created_at": attachment.uploaded.at,
        "expires_at": attachment.expires_at,
        "finding": attachment.finding,
    }


def content_hashes(ids: Iterable[str], found: Mapping[str, Attachment]) -> list[str]:
    """What the bytes of these are known by, in an order that does not depend on theirs."""
    return sorted({found[one].original.sha256 for one in ids})
