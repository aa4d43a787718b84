"""待办: what waits for the caller, a mixin of every api."""

from collections.abc import Iterable

from marshmallow import Schema, fields

from shared.contracts.claims import Claims
from shared.http.access import EVERY_ROLE
from shared.http.answers import Answer, listing
from shared.http.entrypoint import http
from shared.http.fields import Moment
from shared.http.openapi import Listing
from shared.http.paging import PageQuery
from shared.http.request import Request
from shared.http.todo import Place, waiting


class TodoItem(Schema):
    """One thing that waits for the caller, who can do it by one of `moves`."""

    what = fields.String(required=True, metadata={"description": "a code of the vocabulary's `todo`"})
    id = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    due = Moment(required=True, allow_none=True)
    moves = fields.List(fields.String(), required=True)


class TodoRoutes:
    """Asks the app's `todo` (shared.http.todo); an app without one has nothing that waits."""

    @http("GET", "/todo", roles=EVERY_ROLE, query=PageQuery, answers={200: Listing(TodoItem)})
    def list_todo(self, request: Request) -> Answer:
        """待办: what waits for the caller, most urgent first"""
        app, query = request.kernel.app, request.query
        source = getattr(app, "todo", _nothing)
        return listing(*waiting(source, request.claims, app.vocabulary, query["limit"], query["cursor"]))


def _nothing(_by: Claims, _after: Place | None, _limit: int) -> Iterable[dict[str, object]]:
    return ()
