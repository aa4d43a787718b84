"""Evidence 佐证材料: a photo or document that somebody uploaded, and the one finding it belongs to."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.findings.domain.parts import Stamp


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes as they are kept: `sha256` in hexadecimal digits, `size` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """`original` as it was sent; `served` without the place it was taken at, as people get it.

    `taken_at` is what a camera wrote into the photo, None where it wrote nothing. While `finding` is None it is
    nobody's but the uploader's, and goes at `expires_at`.
    """

    id: str
    name: str
    content_type: str
    original: Kept
    served: Kept
    uploaded: Stamp
    expires_at: datetime | None
    taken_at: datetime | None = None
    finding: str | None = None

    def is_of(self, sub: str) -> bool:
        """Whether this person uploaded it."""
        return self.uploaded.by.sub == sub

    def attached_to(self, finding: str) -> "Attachment":
        """It belongs to the finding from now on, for ever."""
        return replace(self, finding=finding, expires_at=None)
