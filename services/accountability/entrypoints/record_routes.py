"""The route of a cadre's record; a mixin of the api."""

from typing import Any

from services.accountability.entrypoints import record_schemas as schemas
from shared.http import Answer, Request, http, ok


class RecordRoutes:
    """Part of the service's api."""

    app: Any

    @http(
        "GET",
        "/cadres/{id}/record",
        roles={"commission", "approver", "auditor", "cadre"},
        query=schemas.RecordQuery,
        audited="record.read",
        answers={200: schemas.RecordAnswer},
    )
    def get_record(self, request: Request) -> Answer:
        """What is kept of a cadre as of a day (today); the cadre sees his own warnings and served decisions"""
        return ok(self.app.record(request.path["id"], request.query["as_of"], request.claims))
