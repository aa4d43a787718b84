"""The routes of a case's documents 案卷材料; a mixin of the api."""

from typing import Any

from services.accountability.application import case_commands as commands
from services.accountability.entrypoints import case_schemas as schemas
from services.accountability.entrypoints.told import told
from shared.http import Answer, Media, Request, binary, http, ok
from shared.http.etags import matches

MOST_BYTES = 10 * 1024 * 1024
COMMISSION = {"commission"}
READERS = {"commission", "approver", "auditor"}
CASE = {200: schemas.CaseAnswer}
_SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_ANY_FILE = Media("application/pdf", ("image/jpeg", "image/png"))


class DocumentRoutes:
    """Papers and their files."""

    app: Any

    @http("POST", "/cases/{id}/documents", roles=COMMISSION, body=schemas.DocumentRequest, answers=CASE)
    def add_case_document(self, request: Request) -> Answer:
        """Put a paper to the case: its title, and as far as known its number, day, text and fingerprint"""
        command = commands.AddDocument(**told(request), **request.body)
        return ok(self.app.ask.changed_case(self.app.papers.add(request.work, command)))

    @http("POST", "/cases/{id}/documents/{document}/file", roles=COMMISSION, file=MOST_BYTES, answers=CASE)
    def add_case_file(self, request: Request) -> Answer:
        """The file of a paper: a PDF, JPEG or PNG of at most 10 MiB, as multipart/form-data with one part `file`"""
        command = commands.AddDocumentFile(**told(request), document=request.path["document"])
        case = self.app.papers.add_file(command, request.body, request.transact)
        return ok(self.app.ask.changed_case(case))

    @http(
        "GET",
        "/cases/{id}/documents/{document}/file",
        roles=READERS,
        transactional=True,
        audited="case.document.read",
        answers={200: _ANY_FILE, 304: None},
    )
    def get_case_file(self, request: Request) -> Answer:
        """The file of a paper, for whoever may know of the case"""
        path = request.path
        document, file = self.app.papers.file(request.work, path["id"], path["document"], request.claims)
        if matches(request.header("If-None-Match"), file.sha256):
            return Answer(304, b"", None, {"ETag": f'"{file.sha256}"'})
        name = document.title + _SUFFIXES[file.content_type]
        answer = binary(self.app.papers.files.pieces(file), file.content_type, name)
        answer.headers |= {"ETag": f'"{file.sha256}"', "Content-Length": str(file.size)}
        return answer
