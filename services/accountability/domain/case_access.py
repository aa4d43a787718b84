"""Who may know of a case, who does nothing more in it, and what is open to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.accountability.domain.case_ground import FINISHED, GroundedCase
from services.accountability.domain.case_moves import MOVES, Actor, CaseDocument, DocumentFile
from services.accountability.domain.errors import (
    FileKeptError,
    InvalidError,
    InvalidTransitionError,
    RecusedError,
    UnknownError,
)
from services.accountability.domain.events import CaseAdvanced


@dataclass(slots=True, kw_only=True)
class GuardedCase(GroundedCase):
    """`recused` has the reason by the person recused."""

    documents: list[CaseDocument] = field(default_factory=list)
    recused: dict[str, str] = field(default_factory=dict)
    has_informant: bool = False

    def visible_to(self, sub: str) -> bool:
        """Whether this person may know of it, as far as it is restricted."""
        return not self.restricted or sub in self.handlers

    def moves_of(self, role: str) -> list[str]:
        """What a role may do with it now."""
        return [move for move, whose in self._open_moves().items() if whose == role]

    def attach(self, document: CaseDocument, by: Actor, at: datetime) -> None:
        """A paper is put to the case, as long as it is not finished."""
        self._require_unfinished("documents", by)
        self.documents = [*self.documents, document]
        self._tell("document_added", by, at, details={"document": document.id})

    def document(self, document_id: str) -> CaseDocument:
        """One of its papers.

        Raises:
            UnknownError: there is no such one.
        """
        found = next((one for one in self.documents if one.id == document_id), None)
        if found is None:
            raise UnknownError("document")
        return found

    def expect_file(self, document_id: str, by: Actor) -> CaseDocument:
        """Whether a file may be put to one of its papers: one, once, while it is not finished."""
        self._require_unfinished("documents", by)
        document = self.document(document_id)
        if document.file is not None:
            raise FileKeptError
        return document

    def attach_file(self, document_id: str, file: DocumentFile, by: Actor, at: datetime) -> None:
        """The file of a paper; where the paper names a fingerprint, that very file."""
        document = self.expect_file(document_id, by)
        if document.sha256 not in (None, file.sha256):
            raise InvalidError({"file": ["is not the one whose SHA-256 the document names"]})
        with_file = replace(document, file=file, sha256=file.sha256)
        self.documents = [with_file if one is document else one for one in self.documents]
        self._tell("document_file_added", by, at, details={"document": document.id})

    def limit_access(self, restricted: bool, handlers: Sequence[str], by: Actor, at: datetime) -> None:
        """Who may know of it; a finished case may be closed to others, too."""
        self._refuse_recused(by)
        self.restricted, self.handlers = restricted, list(dict.fromkeys(handlers))
        self._tell("access_changed", by, at, details={"restricted": restricted, "handlers": self.handlers})

    def note_informant(self, by: Actor, at: datetime) -> None:
        """Somebody's name is kept for it; nothing is told of that to anybody."""
        self._refuse_recused(by)
        self.has_informant = True
        self.changed(at)

    def recuse(self, sub: str, reason: str, by: Actor, at: datetime) -> None:
        """回避: this person does nothing more in it."""
        self._require_unfinished("recuse", by)
        self.recused = {**self.recused, sub: reason}
        self._tell("recused", by, at, reason, {"sub": sub})

    def _begin(self, move: str, by: Actor) -> None:
        self._refuse_recused(by)
        if move not in self._open_moves():
            raise InvalidTransitionError(move, "case", self.status, self.moves_of(by.role))

    def _open_moves(self) -> Mapping[str, str]:
        """What is decided is neither given up nor put to another case; only who has no disposition is supplemented."""
        closed = set()
        if self.settled:
            closed |= {"merge", "dismiss"}
        if not self.without_disposition:
            closed.add("supplement")
        return {move: whose for move, whose in MOVES[self.status].items() if move not in closed}

    def _require_unfinished(self, move: str, by: Actor) -> None:
        self._refuse_recused(by)
        if self.status in FINISHED:
            raise InvalidTransitionError(move, "case", self.status, self.moves_of(by.role))

    def _refuse_recused(self, by: Actor) -> None:
        if by.sub in self.recused:
            raise RecusedError

    def _tell(
        self,
        move: str,
        by: Actor,
        at: datetime,
        note: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        self.pending.append(CaseAdvanced(at, by.sub, move=move, note=note, details=details or {}))
