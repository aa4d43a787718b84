"""The routes of what is asked for and decided beside that way, and of office and team: a mixin of the api."""

from typing import Any

from services.findings.application import commands
from services.findings.entrypoints import answer_schemas, schemas
from services.findings.entrypoints.handover import hand_over
from services.findings.entrypoints.moves import move, told
from shared.http import Answer, Request, http, ok


class OversightRoutes:
    """Extension, referral, transfer, supervision, later evidence, revisit, handover."""

    app: Any

    @move("extend", {"unit"}, body=schemas.ExtendRequest)
    def extend(self, request: Request) -> Any:
        """延期申请: the unit asks for more time; the deadline stands still until that is decided"""
        return self.app.do.extend(request.work, commands.Extend(**told(request)))

    @move("extend/decide", {"approver"}, body=schemas.DecideExtensionRequest)
    def decide_extension(self, request: Request) -> Any:
        """Decide an extension; at most 2 are granted"""
        return self.app.do.decide_extension(request.work, commands.DecideExtension(**told(request)))

    @move("refer", {"supervisor", "office"}, body=schemas.ReasonRequest)
    def refer(self, request: Request) -> Any:
        """移送: ask that people be held to account"""
        return self.app.do.refer(request.work, commands.Refer(**told(request)))

    @move("refer/decide", {"approver"}, body=schemas.DecideReferralRequest)
    def decide_referral(self, request: Request) -> Any:
        """Decide a referral; granted, a case follows"""
        return self.app.do.decide_referral(request.work, commands.DecideReferral(**told(request)))

    @move("transfer", {"office"}, body=schemas.TransferRequest)
    def transfer(self, request: Request) -> Any:
        """转办 to another area: its township mends it, and the deadline starts anew"""
        unit = self.app.areas.township_of(request.body["area"])
        return self.app.do.transfer(request.work, commands.Transfer(unit=unit, **told(request)))

    @move("supervise", {"office"}, body=schemas.ReasonRequest)
    def supervise(self, request: Request) -> Any:
        """挂牌督办: the office keeps an eye on it"""
        return self.app.do.supervise(request.work, commands.Supervise(**told(request)))

    @move("attachments", {"supervisor", "unit"}, body=schemas.AttachRequest)
    def attach(self, request: Request) -> Any:
        """Later evidence: of the team until close-out, of the unit while its report waits"""
        return self.app.do.attach(request.work, commands.Attach(**told(request)))

    @move("revisit", {"supervisor"}, body=schemas.RevisitRequest)
    def revisit(self, request: Request) -> Any:
        """回头看: a failed one posts a new finding, named in `recurrence`; this one stays closed"""
        return self.app.do.revisit(request.work, commands.Revisit(**told(request)))

    @http(
        "POST",
        "/teams/{code}/handover",
        roles={"office"},
        body=schemas.HandOverRequest,
        transactional=False,
        answers={200: answer_schemas.HandedOverAnswer},
    )
    def hand_over(self, request: Request) -> Answer:
        """移交: pass the open findings of a team that has left on to another, verification included"""
        return ok(hand_over(self.app, request))
