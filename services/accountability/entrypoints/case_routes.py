"""The routes of what becomes of a case; a mixin of the api. Each move answers with the case."""

from typing import Any

from services.accountability.application import case_commands as commands
from services.accountability.application.commands import OpenCase
from services.accountability.entrypoints import case_schemas as schemas
from services.accountability.entrypoints.schemas import paged
from services.accountability.entrypoints.told import told
from shared.http import Answer, Listing, PageQuery, Request, created, http, listing, ok

COMMISSION = {"commission"}
CASE_READERS = {"commission", "approver", "auditor"}
APPROVER = {"approver"}
CASE = {200: schemas.CaseAnswer}


class CaseRoutes:
    """A case from its opening to its end."""

    app: Any

    @http(
        "POST",
        "/cases",
        roles=COMMISSION,
        body=schemas.OpenCaseRequest,
        answers={201: schemas.CaseAnswer},
    )
    def open_case(self, request: Request) -> Answer:
        """Open a case on findings of the commission's own choice"""
        command = OpenCase(tuple(request.body["findings"]), request.body["reason"], request.claims)
        case = self.app.do.open_case(request.work, command)
        return created(self.app.ask.changed_case(case), f"/cases/{case.id}")

    @http(
        "GET",
        "/cases",
        roles=CASE_READERS,
        query=schemas.CaseFilter,
        answers={200: Listing(schemas.CaseAnswer)},
    )
    def list_cases(self, request: Request) -> Answer:
        """Cases 问责事项 the caller may know of, newest first"""
        return listing(*self.app.ask.cases(by=request.claims, **paged(request.query)))

    @http("GET", "/cases/{id}", roles=CASE_READERS, audited="case.read", answers=CASE)
    def get_case(self, request: Request) -> Answer:
        """One case: its findings, the persons of its chain, and why it was opened"""
        return ok(self.app.ask.case(request.path["id"], request.claims))

    @http(
        "GET",
        "/cases/{id}/history",
        roles=CASE_READERS,
        query=PageQuery,
        audited="case.history.read",
        answers={200: Listing(schemas.HistoryAnswer)},
    )
    def get_case_history(self, request: Request) -> Answer:
        """What happened to it, newest first"""
        page = paged(request.query)
        return listing(*self.app.ask.case_history(request.path["id"], by=request.claims, **page))

    @http("POST", "/cases/{id}/verify", roles=COMMISSION, body=schemas.VerifyRequest, answers=CASE)
    def verify_case(self, request: Request) -> Answer:
        """受理核查: the facts are being established"""
        body = dict(request.body)
        asked: dict[str, Any] = {
            "conduct": commands.conduct_of(body.pop("conduct")),
            "investigators": tuple(body.pop("investigators")),
        }
        command = commands.VerifyCase(**told(request), **body, **asked)
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
        whose = {**told(request), "cadre": request.path["cadre"]}
        command = commands.WriteDisposition.from_body(request.body, **whose)
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
        whose = {**told(request), "cadre": request.path["cadre"]}
        command = commands.ReportElsewhere(**whose, **request.body)
        return self._answer(self.app.cases.report_elsewhere(request.work, command))

    @http("POST", "/cases/{id}/supplement", roles=COMMISSION, body=schemas.ReasonRequest, answers=CASE)
    def supplement_case(self, request: Request) -> Answer:
        """补充核查: verify it again for those who came into the chain after the approval; what is approved stands"""
        command = commands.ReasonedMove(**told(request), **request.body)
        return self._answer(self.app.cases.supplement(request.work, command))

    @http("POST", "/cases/{id}/propose", roles=COMMISSION, answers=CASE)
    def propose_case(self, request: Request) -> Answer:
        """提请审批: refused while anyone of the chain has no disposition, or for a measure that the law refuses"""
        return self._answer(self.app.cases.propose(request.work, commands.OfCase(**told(request))))

    @http("POST", "/cases/{id}/return", roles=APPROVER, body=schemas.ReasonRequest, answers=CASE)
    def return_case(self, request: Request) -> Answer:
        """退回补正, with a reason"""
        command = commands.ReasonedMove(**told(request), **request.body)
        return self._answer(self.app.cases.send_back(request.work, command))

    @http("POST", "/cases/{id}/approve", roles=APPROVER, answers=CASE)
    def approve_case(self, request: Request) -> Answer:
        """批准, by another person than those who wrote and proposed it: the measures come into being"""
        return self._answer(self.app.cases.approve(request.work, commands.OfCase(**told(request))))

    @http("POST", "/cases/{id}/close", roles=COMMISSION, answers=CASE)
    def close_case(self, request: Request) -> Answer:
        """办结: once each measure is served, each talk recorded, each self-criticism handed in"""
        return self._answer(self.app.cases.close(request.work, commands.OfCase(**told(request))))

    @http("POST", "/cases/{id}/dismiss", roles=COMMISSION, body=schemas.ReasonRequest, answers=CASE)
    def dismiss_case(self, request: Request) -> Answer:
        """予以了结, with a reason, before anything is proposed"""
        command = commands.ReasonedMove(**told(request), **request.body)
        return self._answer(self.app.cases.dismiss(request.work, command))

    @http("POST", "/cases/{id}/merge", roles=COMMISSION, body=schemas.MergeRequest, answers=CASE)
    def merge_case(self, request: Request) -> Answer:
        """并案: answers with the case that goes on for both"""
        command = commands.MergeCase(**told(request), **request.body)
        return self._answer(self.app.cases.merge(request.work, command))

    @http("PUT", "/cases/{id}/access", roles=COMMISSION, body=schemas.AccessRequest, answers=CASE)
    def put_case_access(self, request: Request) -> Answer:
        """Restrict the case: it then exists for its handlers and the auditor only"""
        body = request.body
        command = commands.LimitAccess(
            **told(request), restricted=body["restricted"], handlers=tuple(body["handlers"])
        )
        return self._answer(self.app.cases.limit_access(request.work, command))

    @http("POST", "/cases/{id}/recuse", roles=COMMISSION, body=schemas.RecuseRequest, answers=CASE)
    def recuse_from_case(self, request: Request) -> Answer:
        """回避: this person does nothing more in the case"""
        command = commands.Recuse(**told(request), **request.body)
        return self._answer(self.app.cases.recuse(request.work, command))

    def _answer(self, case: Any) -> Answer:
        return ok(self.app.ask.changed_case(case))
