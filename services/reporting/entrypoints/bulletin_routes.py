"""The routes of bulletins: a mixin of the api. Who may read a draft is decided where it is read."""

from typing import Any

from services.reporting.application.bulletin_drafting import DraftBulletin
from services.reporting.application.bulletin_reading import AUTHOR_ROLES
from services.reporting.application.bulletins import EditBulletin
from services.reporting.application.publishing import MoveBulletin
from services.reporting.entrypoints import bulletin_schemas as schemas
from shared.http import EVERY_ROLE, Answer, Listing, Media, Request, binary, created, http, listing, ok, text

BULLETIN_READERS = EVERY_ROLE - {"cadre"}
APPROVERS = {"approver"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
MARKDOWN = "text/markdown; charset=utf-8"


class BulletinRoutes:
    """Drafts of bulletins; their page is among the screens."""

    app: Any

    @http(
        "POST",
        "/bulletins",
        roles=AUTHOR_ROLES,
        body=schemas.DraftBulletinRequest,
        answers={201: schemas.BulletinAnswer},
    )
    def draft_bulletin(self, request: Request) -> Answer:
        """Draft a bulletin of what was found in an area from one day to another"""
        command = DraftBulletin(**request.body, by=request.claims)
        bulletin = self.app.bulletins.draft(request.work, command)
        return created(bulletin, f"/bulletins/{bulletin['id']}")

    @http(
        "GET",
        "/bulletins",
        roles=BULLETIN_READERS,
        query=schemas.BulletinsQuery,
        answers={200: Listing(schemas.BulletinAnswer)},
    )
    def list_bulletins(self, request: Request) -> Answer:
        """Bulletins of the caller's area, newest first"""
        return listing(*self.app.bulletins.find(request.claims, **request.query))

    @http("GET", "/bulletins/{id}", roles=BULLETIN_READERS, answers={200: schemas.BulletinAnswer})
    def get_bulletin(self, request: Request) -> Answer:
        """One bulletin, with its figures"""
        return ok(self.app.bulletins.get(request.path["id"], request.claims))

    @http(
        "PATCH",
        "/bulletins/{id}",
        roles=AUTHOR_ROLES,
        body=schemas.EditBulletinRequest,
        answers={200: schemas.BulletinAnswer},
    )
    def edit_bulletin(self, request: Request) -> Answer:
        """Change a draft: its texts, its addressees, what it leaves out"""
        command = EditBulletin.from_request(
            request.path["id"], request.body, request.claims, request.require_version
        )
        return ok(self.app.bulletins.edit(request.work, command))

    @http(
        "POST",
        "/bulletins/{id}/refresh",
        roles=AUTHOR_ROLES,
        answers={200: schemas.BulletinAnswer},
    )
    def refresh_bulletin(self, request: Request) -> Answer:
        """The draft of what is known at this moment; its own texts and what it leaves out stay"""
        bulletin, by = request.path["id"], request.claims
        return ok(self.app.bulletins.refresh(request.work, bulletin, by, request.require_version))

    @http("POST", "/bulletins/{id}/approve", roles=APPROVERS, answers={200: schemas.BulletinAnswer})
    def approve_bulletin(self, request: Request) -> Answer:
        """Let it go out: another person than its author"""
        return ok(self.app.publishing.approve(request.work, _move(request)))

    @http(
        "POST",
        "/bulletins/{id}/return",
        roles=APPROVERS,
        body=schemas.ReasonRequest,
        answers={200: schemas.BulletinAnswer},
    )
    def return_bulletin(self, request: Request) -> Answer:
        """Back to its author, with what is to be mended"""
        return ok(self.app.publishing.send_back(request.work, _move(request, **request.body)))

    @http(
        "POST",
        "/bulletins/{id}/publish",
        roles=AUTHOR_ROLES,
        transactional=False,
        answers={200: schemas.BulletinAnswer},
    )
    def publish_bulletin(self, request: Request) -> Answer:
        """Publish it with the next number, for good: nothing of it changes from then on"""
        return ok(self.app.publishing.publish(request.transact, _move(request)))

    @http(
        "POST",
        "/bulletins/{id}/correct",
        roles=AUTHOR_ROLES,
        body=schemas.ReasonRequest,
        answers={201: schemas.BulletinAnswer},
    )
    def correct_bulletin(self, request: Request) -> Answer:
        """A new draft that cites this published one, for the same readers"""
        bulletin = self.app.publishing.correct(request.work, _move(request, **request.body))
        return created(bulletin, f"/bulletins/{bulletin['id']}")

    @http("GET", "/bulletins/{id}.md", roles=BULLETIN_READERS, answers={200: Media(MARKDOWN)})
    def get_bulletin_markdown(self, request: Request) -> Answer:
        """The bulletin as Markdown"""
        return text(self.app.bulletins.render(request.path["id"], "md", request.claims), MARKDOWN)

    @http("GET", "/bulletins/{id}.docx", roles=BULLETIN_READERS, answers={200: Media(DOCX)})
    def get_bulletin_docx(self, request: Request) -> Answer:
        """The bulletin as a document to edit, in the layout of GB/T 9704-2012"""
        file = self.app.bulletins.file(request.path["id"], "docx", request.claims)
        return binary(file, DOCX, f"{request.path['id']}.docx")

    @http("GET", "/bulletins/{id}.pdf", roles=BULLETIN_READERS, answers={200: Media(PDF)})
    def get_bulletin_pdf(self, request: Request) -> Answer:
        """The bulletin as it is printed, in the layout of GB/T 9704-2012"""
        file = self.app.bulletins.file(request.path["id"], "pdf", request.claims)
        return binary(file, PDF, f"{request.path['id']}.pdf")

    @http(
        "GET",
        "/bulletins/{id}/trace",
        roles=BULLETIN_READERS,
        query=schemas.TraceQuery,
        answers={200: schemas.TraceAnswer},
    )
    def trace_figure(self, request: Request) -> Answer:
        """The findings behind a figure of the bulletin"""
        return ok(self.app.bulletins.trace(request.path["id"], request.query["figure"], request.claims))


def _move(request: Request, reason: str = "") -> MoveBulletin:
    return MoveBulletin(
        bulletin=request.path["id"],
        by=request.claims,
        require_version=request.require_version,
        reason=reason,
    )
