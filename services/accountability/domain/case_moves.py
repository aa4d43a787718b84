"""The moves of a case: which are open in which status, and to whom; and what a move brings along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.accountability.domain.case_ground import (
    APPROVED,
    CLOSED,
    DISMISSED,
    OPENED,
    PROPOSED,
    SERVING,
    VERIFYING,
)

COMMISSION, APPROVER = "commission", "approver"
# Who may do what when: by status, the moves and their role.
MOVES: Mapping[str, Mapping[str, str]] = {
    OPENED: {"verify": COMMISSION, "merge": COMMISSION, "dismiss": COMMISSION},
    VERIFYING: {
        "dispositions": COMMISSION, "propose": COMMISSION, "merge": COMMISSION, "dismiss": COMMISSION,
    },
    PROPOSED: {"return": APPROVER, "approve": APPROVER},
    APPROVED: {"supplement": COMMISSION, "close": COMMISSION},
    SERVING: {"supplement": COMMISSION, "close": COMMISSION},
    CLOSED: {},
    DISMISSED: {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a case."""

    sub: str
    role: str


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The file of a paper, as it was sent; the bytes are kept beside, under its id."""

    id: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A paper of the case: what it is, the fingerprint of its file where one is known, and the file where it is kept
    here."""

    id: str
    title: str
    added_by: str
    added_at: datetime
    number: str | None = None
    dated: date | None = None
    text: str | None = None
    sha256: str | None = None
    file: DocumentFile | None = None
