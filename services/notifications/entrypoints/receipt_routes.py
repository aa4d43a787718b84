"""The routes of receipts that people record, and of the printed notice; a mixin of the api."""

from typing import Any

from services.notifications.application.receipts import RecordReceipt
from services.notifications.entrypoints import receipt_schemas as shapes
from services.notifications.entrypoints.schemas import NoticeAnswer
from shared.http import Answer, Media, Request, binary, http

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READERS = {"supervisor", "unit", "cadre", "commission", "approver", "office", "auditor"}


class ReceiptRoutes:
    """What happened away from the system, entered by the office."""

    app: Any

    @http(
        "POST",
        "/notices/{id}/refuse",
        roles={"office"},
        body=shapes.RefuseRequest,
        answers={200: NoticeAnswer},
    )
    def refuse_notice(self, request: Request) -> Any:
        """拒签: its recipient would not sign, before at least two witnesses"""
        return self.app.receipts.refuse(request.work, _record(request))

    @http(
        "POST",
        "/notices/{id}/paper",
        roles={"office"},
        body=shapes.PaperRequest,
        answers={200: NoticeAnswer},
    )
    def serve_on_paper(self, request: Request) -> Any:
        """Its recipient has signed on paper"""
        return self.app.receipts.paper(request.work, _record(request))

    @http(
        "POST",
        "/notices/{id}/phone",
        roles={"office"},
        body=shapes.PhoneRequest,
        answers={200: NoticeAnswer},
    )
    def record_call(self, request: Request) -> Any:
        """Its recipient was told by telephone, which is no receipt"""
        return self.app.receipts.phone(request.work, _record(request))

    @http("GET", "/notices/{id}.docx", roles=READERS, audited="notice.read", answers={200: Media(DOCX)})
    def print_notice(self, request: Request) -> Answer:
        """The notice with its 送达回证 to print; to a unit as 问题整改交办单"""
        body = self.app.print_notice(request.path["id"], request.claims)
        return binary(body, DOCX, f"notice-{request.path['id']}.docx")


def _record(request: Request) -> RecordReceipt:
    return RecordReceipt(request.path["id"], request.body, request.claims, request.require_version)
