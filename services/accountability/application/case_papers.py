"""Papers put to a case, and the files of them: as open as the case itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol, TypeVar

from services.accountability.application import case_commands as commands
from services.accountability.application.case_handling import actor, case_of, may_see
from services.accountability.application.ports import Work
from services.accountability.domain.calendar import day_of
from services.accountability.domain.case import Case, CaseDocument
from services.accountability.domain.case_moves import DocumentFile
from services.accountability.domain.errors import InvalidError, UnknownError
from shared.contracts.claims import Claims

T = TypeVar("T")


class Upload(Protocol):
    """A file as it was sent."""

    @property
    def file(self) -> IO[bytes]: ...

    @property
    def size(self) -> int: ...


class CaseFiles(Protocol):
    """Where the bytes are."""

    def put(self, file_id: str, file: IO[bytes], size: int) -> DocumentFile: ...

    def claim(self, file_id: str) -> None: ...

    def pieces(self, file: DocumentFile) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class CasePapers:
    """A document first, its file after it: what it is called does not depend on what is scanned."""

    files: CaseFiles
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def add(self, work: Work, command: commands.AddDocument) -> Case:
        case, at = case_of(work, command), self.now()
        if command.dated is not None and command.dated > day_of(at):
            raise InvalidError({"dated": ["lies in the future"]})
        document = CaseDocument(
            id=self.new_id(),
            title=command.title,
            added_by=command.by.sub,
            added_at=at,
            number=command.number,
            dated=command.dated,
            text=command.text,
            sha256=command.sha256,
        )
        case.attach(document, actor(command.by), at)
        work.cases.save(case)
        return case

    def add_file(
        self,
        command: commands.AddDocumentFile,
        sent: Upload,
        transact: Callable[[Callable[[Work], Case]], Case],
    ) -> Case:
        """Refused before any byte is kept where it would be afterwards; the bytes come before what names them."""

        def check(work: Work) -> Case:
            case = case_of(work, command)
            case.expect_file(command.document, actor(command.by))
            return case

        def attach(work: Work) -> Case:
            case = case_of(work, command)
            case.attach_file(command.document, kept, actor(command.by), self.now())
            work.cases.save(case)
            return case

        transact(check)
        kept = self.files.put(self.new_id(), sent.file, sent.size)
        case = transact(attach)
        self.files.claim(kept.id)
        return case

    def file(
        self, work: Work, case_id: str, document_id: str, by: Claims
    ) -> tuple[CaseDocument, DocumentFile]:
        """For whoever may know of the case, finished or not.

        Raises:
            UnknownError: no such case, document or file for the caller.
        """
        case = work.cases.get(case_id)
        if case is None or not may_see(case, by):
            raise UnknownError("case")
        document = case.document(document_id)
        if document.file is None:
            raise UnknownError("file")
        return document, document.file
