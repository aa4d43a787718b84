"""The routes of the way from posting to close-out: a mixin of the api."""

from typing import Any

from services.findings.application import commands
from services.findings.entrypoints import schemas
from services.findings.entrypoints.moves import move, told
from shared.http import Request


class MoveRoutes:
    """From 认领 to 销号, and what may keep a unit from it."""

    app: Any

    @move("accept", {"unit"})
    def accept(self, request: Request) -> Any:
        """认领: the unit takes it on"""
        return self.app.do.accept(request.work, commands.Accept(**told(request)))

    @move("plan", {"unit"}, body=schemas.PlanRequest)
    def plan(self, request: Request) -> Any:
        """The unit tells how it means to mend it"""
        return self.app.do.plan(request.work, commands.Plan(**told(request)))

    @move("progress", {"unit"}, body=schemas.ProgressRequest)
    def progress(self, request: Request) -> Any:
        """So many of its problems are mended"""
        return self.app.do.progress(request.work, commands.Progress(**told(request)))

    @move("report", {"unit"}, body=schemas.ReportRequest)
    def report(self, request: Request) -> Any:
        """The unit reports it as mended; an issued one is accepted by that too"""
        return self.app.do.report(request.work, commands.Report(**told(request)))

    @move("verify", {"supervisor"}, body=schemas.VerifyRequest)
    def verify(self, request: Request) -> Any:
        """验收: the team closes it 销号 or sends it back"""
        return self.app.do.verify(request.work, commands.Verify(**told(request)))

    @move("dispute", {"unit"}, body=schemas.DisputeRequest)
    def dispute(self, request: Request) -> Any:
        """The unit denies it, within 30 days after posting"""
        return self.app.do.dispute(request.work, commands.Dispute(**told(request)))

    @move("decide", {"approver"}, body=schemas.DecideRequest)
    def decide(self, request: Request) -> Any:
        """Decide a dispute: 维持, back to where it came from, or 撤销"""
        return self.app.do.decide(request.work, commands.Decide(**told(request)))

    @move("block", {"unit"}, body=schemas.BlockRequest)
    def block(self, request: Request) -> Any:
        """暂时无法整改: the unit lacks something and says when to look again"""
        return self.app.do.block(request.work, commands.Block(**told(request)))

    @move("block/decide", {"approver", "office"}, body=schemas.DecideBlockRequest)
    def decide_block(self, request: Request) -> Any:
        """Grant a block, or send the unit back to work"""
        return self.app.do.decide_block(request.work, commands.DecideBlock(**told(request)))

    @move("resume", {"unit"}, body=schemas.ResumeRequest)
    def resume(self, request: Request) -> Any:
        """The unit goes on"""
        return self.app.do.resume(request.work, commands.Resume(**told(request)))

    @move("withdraw", {"supervisor"}, body=schemas.WithdrawRequest)
    def withdraw(self, request: Request) -> Any:
        """撤销: the team takes back what it posted in error"""
        return self.app.do.withdraw(request.work, commands.Withdraw(**told(request)))

    @move("amend", {"supervisor"}, body=schemas.AmendRequest)
    def amend(self, request: Request) -> Any:
        """The team words it better; the old words stay in the history"""
        return self.app.do.amend(request.work, commands.Amend(**told(request)))
