"""The route by which an address is verified before its first use; a mixin of the api."""

from typing import Any

from services.notifications.application.verifying import VerifyContact
from services.notifications.domain.errors import NotificationsError
from services.notifications.entrypoints.schemas import ContactAnswer, VerifyRequest
from shared.http import Answer, Request, http, ok


class VerifyRoutes:
    """A wrong attempt is refused and counts all the same, so the route keeps it before it raises."""

    app: Any

    @http(
        "POST",
        "/contacts/{cadre}/verify",
        roles={"office"},
        body=VerifyRequest,
        transactional=False,
        answers={200: ContactAnswer},
    )
    def verify_contact(self, request: Request) -> Answer:
        """Enter the code that was sent to an address of a contact; without a code a new one is sent"""
        said = request.body
        command = VerifyContact(request.path["cadre"], said["kind"], said["code"], request.claims)
        found = request.transact(lambda work: self.app.verifying.verify(work, command))
        if isinstance(found, NotificationsError):
            raise found
        return ok(found)
