"""The routes of what becomes of a case; a mixin of the api. Each move answers with the case."""

from typing import Any

from services.accountability.application import case_commands as commands
from services.accountability.entrypoints import case_schemas as schemas
from shared.http import Answer, Request, http, ok

COMMISSION = {"commission"}
APPROVER = {"approver"}
CASE = {200: schemas.CaseAnswer}


class CaseRoutes:
    """From the verification of a case to its end."""

    app: Any

    @http("POST", "/cases/{id}/verify", roles=COMMISSION, body=schemas.VerifyRequest, answers=CASE)
    def verify_case(self, request: Request) -> Answer:
        """受理核查: the facts are being established"""
        body = dict(request.body)
        told: dict[str, Any] = {
            "conduct": commands.conduct_of(body.pop("conduct")),
            "investigators": tuple(body.pop("investigators")),
        }
        command = commands.VerifyCase(**_told(request), **body, **told)
        return self._answer(self.app.cases.verify(request.work, command))

    @http(
        "PUT",
        "/cases/{id}/dispositions/{cadre}",
        roles=COMMISSION,
        body=schemas.DispositionRequest,
        answers=CASE,
    )
    def put_disposition(self, request: Request) -> Answer:
        """处理意见: what is to become of one person of the chain, while the case is verified"""
        told = {**_told(request), "cadre": request.path["cadre"]}
        command = commands.WriteDisposition.from_body(request.body, **told)
        return self._answer(self.app.cases.write_disposition(request.work, command))

    @http(
        "POST",
        "/cases/{id}/dispositions/{cadre}/elsewhere",
        roles=COMMISSION,
        body=schemas.ElsewhereReport,
        answers=CASE,
    )
    def report_elsewhere(self, request: Request) -> Answer:
        """What became of a person who is handled elsewhere, also after the case was closed"""
        told = {**_told(request), "cadre": request.path["cadre"]}
        command = commands.ReportElsewhere(**told, **request.body)
        return self._answer(self.app.cases.report_elsewhere(request.work, command))

    @http("POST", "/cases/{id}/supplement", roles=COMMISSION, body=schemas.ReasonRequest, answers=CASE)
    def supplement_case(self, request: Request) -> Answer:
        """补充核查: verify it again for those who came into the chain after the approval; what is approved stands"""
        command = commands.SupplementCase(**_told(request), **request.body)
        return self._answer(self.app.cases.supplement(request.work, command))

    @http("POST", "/cases/{id}/propose", roles=COMMISSION, answers=CASE)
    def propose_case(self, request: Request) -> Answer:
        """提请审批: refused while anyone of the chain has no disposition, or for a measure that the law refuses"""
        return self._answer(self.app.cases.propose(request.work, commands.ProposeCase(**_told(request))))

    @http("POST", "/cases/{id}/return", roles=APPROVER, body=schemas.ReasonRequest, answers=CASE)
    def return_case(self, request: Request) -> Answer:
        """退回补正, with a reason"""
        command = commands.ReturnCase(**_told(request), **request.body)
        return self._answer(self.app.cases.send_back(request.work, command))

    @http("POST", "/cases/{id}/approve", roles=APPROVER, answers=CASE)
    def approve_case(self, request: Request) -> Answer:
        """批准, by another person than those who wrote and proposed it: the measures come into being"""
        return self._answer(self.app.cases.approve(request.work, commands.ApproveCase(**_told(request))))

    @http("POST", "/cases/{id}/close", roles=COMMISSION, answers=CASE)
    def close_case(self, request: Request) -> Answer:
        """办结: once each measure is served, each talk recorded, each self-criticism handed in"""
        return self._answer(self.app.cases.close(request.work, commands.CloseCase(**_told(request))))

    @http("POST", "/cases/{id}/dismiss", roles=COMMISSION, body=schemas.ReasonRequest, answers=CASE)
    def dismiss_case(self, request: Request) -> Answer:
        """予以了结, with a reason, before anything is proposed"""
        command = commands.DismissCase(**_told(request), **request.body)
        return self._answer(self.app.cases.dismiss(request.work, command))

    @http("POST", "/cases/{id}/merge", roles=COMMISSION, body=schemas.MergeRequest, answers=CASE)
    def merge_case(self, request: Request) -> Answer:
        """并案: answers with the case that goes on for both"""
        command = commands.MergeCase(**_told(request), **request.body)
        return self._answer(self.app.cases.merge(request.work, command))

    @http("PUT", "/cases/{id}/access", roles=COMMISSION, body=schemas.AccessRequest, answers=CASE)
    def put_case_access(self, request: Request) -> Answer:
        """Restrict the case: it then exists for its handlers and the auditor only"""
        body = request.body
        command = commands.LimitAccess(
            **_told(request), restricted=body["restricted"], handlers=tuple(body["handlers"])
        )
        return self._answer(self.app.cases.limit_access(request.work, command))

    @http("POST", "/cases/{id}/recuse", roles=COMMISSION, body=schemas.RecuseRequest, answers=CASE)
    def recuse_from_case(self, request: Request) -> Answer:
        """回避: this person does nothing more in the case"""
        command = commands.Recuse(**_told(request), **request.body)
        return self._answer(self.app.cases.recuse(request.work, command))

    def _answer(self, case: Any) -> Answer:
        return ok(self.app.ask.changed_case(case))


def _told(request: Request) -> dict[str, Any]:
    return {"id": request.path["id"], "by": request.claims, "seen": request.require_version}
