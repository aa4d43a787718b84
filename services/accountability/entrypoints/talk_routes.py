"""The routes of talks 谈话 and written self-criticisms 书面检查; a mixin of the api."""

from typing import Any

from services.accountability.application import execution_commands as commands
from services.accountability.entrypoints import execution_schemas as schemas
from services.accountability.entrypoints.told import told
from shared.http import Answer, Media, Request, binary, http, ok

COMMISSION = {"commission"}
READERS = {"commission", "approver", "auditor", "cadre"}
TALK = {200: schemas.TalkAnswer}
SUBMISSION = {200: schemas.SubmissionAnswer}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TalkRoutes:
    """How measures are carried out, beside their service."""

    app: Any

    @http(
        "POST", "/measures/{id}/talk/schedule", roles=COMMISSION, body=schemas.ScheduleRequest, answers=TALK
    )
    def schedule_talk(self, request: Request) -> Answer:
        """When and where a talk is to be held: the person is told, and may know of the case from then on"""
        command = commands.ScheduleTalk(**told(request), **request.body)
        return ok(self.app.ask_execution.shown_talk(self.app.talks.schedule(request.work, command)))

    @http("POST", "/measures/{id}/talk", roles=COMMISSION, body=schemas.TalkRequest, answers=TALK)
    def record_talk(self, request: Request) -> Answer:
        """Record a talk that was held: by two at least, kept by another, signed or not and why"""
        body = {name: value for name, value in request.body.items() if name != "signed"}
        command = commands.RecordTalk(**told(request), **{**body, "talkers": tuple(body["talkers"])})
        return ok(self.app.ask_execution.shown_talk(self.app.talks.record(request.work, command)))

    @http(
        "POST", "/measures/{id}/talk/follow-up", roles=COMMISSION, body=schemas.FollowUpRequest, answers=TALK
    )
    def follow_up_talk(self, request: Request) -> Answer:
        """回访: what was found when the person was visited again"""
        command = commands.FollowUpTalk(**told(request), **request.body)
        return ok(self.app.ask_execution.shown_talk(self.app.talks.follow_up(request.work, command)))

    @http("GET", "/measures/{id}/talk", roles=READERS, audited="talk.read", answers=TALK)
    def get_talk(self, request: Request) -> Answer:
        """The talk of a measure, as far as it is scheduled or held"""
        return ok(self.app.ask_execution.talk(request.path["id"], request.claims))

    @http("GET", "/measures/{id}/talk.docx", roles=READERS, audited="talk.read", answers={200: Media(DOCX)})
    def get_talk_record(self, request: Request) -> Answer:
        """谈话记录: the record of a talk that was held, to print and sign"""
        file = self.app.ask_execution.talk_record(request.path["id"], request.claims)
        return binary(file, DOCX, f"{request.path['id']}.docx")

    @http(
        "POST",
        "/measures/{id}/submission",
        roles={"cadre", "commission"},
        body=schemas.SubmissionRequest,
        answers=SUBMISSION,
    )
    def submit_self_criticism(self, request: Request) -> Answer:
        """Hand in one's written self-criticism; the commission records what came on paper"""
        body = {**request.body, "paper": commands.paper_of(request.body["paper"])}
        command = commands.Submit(**told(request), **body)
        return ok(
            self.app.ask_execution.shown_submission(*self.app.submissions.submit(request.work, command))
        )

    @http(
        "POST",
        "/measures/{id}/submission/decide",
        roles={"approver"},
        body=schemas.JudgmentRequest,
        answers=SUBMISSION,
    )
    def decide_self_criticism(self, request: Request) -> Answer:
        """Accept a self-criticism, or return it to be written anew"""
        command = commands.JudgeSubmission(**told(request), **request.body)
        return ok(
            self.app.ask_execution.shown_submission(*self.app.submissions.decide(request.work, command))
        )

    @http("GET", "/measures/{id}/submission", roles=READERS, audited="submission.read", answers=SUBMISSION)
    def get_self_criticism(self, request: Request) -> Answer:
        """The self-criticism that a measure asks for, and what became of it"""
        return ok(self.app.ask_execution.submission(request.path["id"], request.claims))
