"""The routes of evidence: a mixin of the api; and the worker's clearing up."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields
from nameko.timer import timer

from shared.http import Answer, Media, Request, binary, created, http
from shared.http.etags import matches
from shared.http.fields import Moment

MOST_BYTES = 10 * 1024 * 1024
UPLOADERS = {"supervisor", "unit"}
READERS = {"supervisor", "unit", "commission", "approver", "office", "auditor"}
_SWEEP_SECONDS = 60
_ANY_FILE = Media("image/jpeg", ("image/png", "application/pdf"))


class AttachmentAnswer(Schema):
    """An upload; hash and size are those of what was sent. Unattached, it goes at `expires_at`."""

    id = fields.UUID(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    content_type = fields.String(required=True)
    name = fields.String(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    finding = fields.UUID(required=True, allow_none=True)


class EvidenceRoutes:
    """Evidence 佐证材料: uploaded first, named by a posting or a report then."""

    app: Any

    @http("POST", "/attachments", roles=UPLOADERS, file=MOST_BYTES, answers={201: AttachmentAnswer})
    def post_attachment(self, request: Request) -> Answer:
        """Upload a JPEG, PNG or PDF of at most 10 MiB, as multipart/form-data with one part `file`"""
        kept = self.app.evidence.upload(request.body, request.claims, request.transact)
        return created(kept, f"/attachments/{kept['id']}")

    @http(
        "GET",
        "/attachments/{id}",
        roles=READERS,
        transactional=True,
        audited="attachment.read",
        answers={200: _ANY_FILE, 304: None},
    )
    def get_attachment(self, request: Request) -> Answer:
        """The file, without the place a photo was taken at"""
        found = self.app.evidence.readable(request.work, request.path["id"], request.claims)
        return _file(request, found, found.served, self.app.evidence.served(found))

    @http(
        "GET",
        "/attachments/{id}/original",
        roles={"auditor"},
        transactional=True,
        audited="attachment.original.read",
        answers={200: _ANY_FILE, 304: None},
    )
    def get_original(self, request: Request) -> Answer:
        """The file as it was sent; every reading is on record"""
        found = self.app.evidence.readable(request.work, request.path["id"], request.claims)
        pieces = self.app.evidence.original(found, request.claims)
        return _file(request, found, found.original, pieces)


def _file(request: Request, found: Any, kept: Any, pieces: Iterable[bytes]) -> Answer:
    """As a download; 304 when the caller has the same bytes."""
    answer = binary(pieces, found.content_type, found.name)
    answer.headers |= {"ETag": f'"{kept.sha256}"', "Content-Length": str(kept.size)}
    if matches(request.header("If-None-Match"), kept.sha256):
        return Answer(304, b"", None, {"ETag": answer.headers["ETag"]})
    return answer


class EvidenceTimer:
    """Removes what nobody attached and what was left over."""

    app: Any

    @timer(interval=_SWEEP_SECONDS)
    def sweep_evidence(self) -> None:
        """Each minute; any number of workers may"""
        self.app.evidence.sweep(self.app.transact)
