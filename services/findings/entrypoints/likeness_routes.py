"""The routes of what is or resembles the same: merging, and splitting a note; a mixin of the api."""

from typing import Any

from services.findings.application import commands
from services.findings.entrypoints import likeness_schemas as schemas
from services.findings.entrypoints.moves import move, told
from shared.http import Answer, Listing, PageQuery, Request, http, listing, ok


class LikenessRoutes:
    """Findings merged and unmerged, notes taken apart."""

    app: Any

    @http(
        "POST",
        "/findings/split",
        roles={"office", "supervisor"},
        body=schemas.SplitRequest,
        answers={200: schemas.SplitAnswer},
    )
    def split_note(self, request: Request) -> Answer:
        """Take a pasted note apart into proposed findings; nothing is posted"""
        return ok(self.app.notes.split(request.body, request.claims))

    @move("merge", {"office", "supervisor"}, body=schemas.MergeRequest)
    def merge(self, request: Request) -> Any:
        """合并: the finding is the same as another, which goes on for both"""
        return self.app.merging.merge(request.work, commands.Merge(**told(request)))

    @move("unmerge", {"office", "supervisor"}, body=schemas.UnmergeRequest)
    def unmerge(self, request: Request) -> Any:
        """It was another one after all: back to the status it came from"""
        return self.app.merging.unmerge(request.work, commands.Unmerge(**told(request)))

    @http(
        "GET",
        "/revisits",
        roles={"supervisor", "office", "auditor"},
        query=PageQuery,
        answers={200: Listing(schemas.RevisitAnswer)},
    )
    def list_revisits(self, request: Request) -> Answer:
        """回头看: closed findings to be looked at again, a team's own; a page may be shorter than the limit"""
        return listing(*self.app.revisits.waiting(request.claims, **request.query))
