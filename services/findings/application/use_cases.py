"""Every command of the service: load, one domain call, save. The kernel opens and commits the transaction."""

from collections.abc import Sequence
from typing import Any

from services.findings.application import commands, evidence
from services.findings.application.answers import Answer, FindingAnswers
from services.findings.application.intake import Intake, Outcome, Tried
from services.findings.application.oversight import OversightUseCases
from services.findings.application.ports import Clock, Work
from services.findings.application.requests import RequestUseCases
from services.findings.application.review import Reviewer
from services.findings.application.similar import SimilarFindings
from services.findings.domain import following, impediments, posting, rectification
from services.findings.domain.likeness import blocking_key


class FindingsUseCases(RequestUseCases, OversightUseCases):
    """One method per command; requests and oversight are inherited."""

    def __init__(
        self,
        intake: Intake,
        reviewer: Reviewer,
        answers: FindingAnswers,
        similar: SimilarFindings,
        clock: Clock,
    ) -> None:
        super().__init__(answers, clock)
        self._intake = intake
        self._reviewer = reviewer
        self._similar = similar

    def post_finding(self, work: Work, command: commands.PostFinding) -> tuple[Answer, bool]:
        """The finding, and whether it is new or was posted before with the same content."""
        now = self._clock()
        outcome = self._intake.post(work, [command], now)[0]
        if outcome.finding is None:
            raise outcome.refusal or AssertionError("an outcome is a finding or a refusal")
        document = self._answers.document(outcome.finding, command.by, now)
        near = work.neighbours.get(blocking_key(outcome.finding.facts))
        return {**document, **self._similar.of(outcome.finding, command.by, near)}, outcome.new

    def expect_posts(self, work: Work, postings: Sequence[commands.PostFinding]) -> None:
        """Have at hand what posting these one by one will ask for, numbers for those that will be new included."""
        now = self._clock()
        self._intake.expect(work, postings, now)
        work.neighbours.update(self._similar.near([one.facts for one in postings], now))

    def post_findings(self, work: Work, postings: Sequence[commands.PostFinding]) -> list[Outcome]:
        """A chunk of a batch: the good ones are kept, whatever the others are."""
        return self._intake.post(work, postings, self._clock())

    def try_findings(
        self, work: Work, postings: Sequence[commands.PostFinding], before: Tried
    ) -> tuple[list[Outcome], Tried]:
        """What would become of a chunk of a batch after those `before`; nothing is kept, and no number is taken."""
        return self._intake.attempt(work, postings, self._clock(), before)

    def accept(self, work: Work, command: commands.Accept) -> Answer:
        finding, made = self._load(work, command)
        finding.accept(made)
        return self._save(work, finding, made, command.by)

    def plan(self, work: Work, command: commands.Plan) -> Answer:
        finding, made = self._load(work, command)
        rectification.plan(finding, made, measures=command.measures, person=command.person, due=command.due)
        return self._save(work, finding, made, command.by)

    def progress(self, work: Work, command: commands.Progress) -> Answer:
        finding, made = self._load(work, command)
        rectification.progress(finding, made, done=command.done, note=command.note)
        return self._save(work, finding, made, command.by)

    def report(self, work: Work, command: commands.Report) -> Answer:
        evidence.require_own(work, command.attachments, command.by)
        finding, made = self._load(work, command)
        taken = evidence.take(work, command.attachments, command.by, finding)
        finding.report(
            made,
            measures=command.measures,
            completed_on=command.completed_on,
            evidence=command.attachments,
        )
        self._reviewer.assess(work, finding, taken, made.at)
        return self._save(work, finding, made, command.by)

    def expect_reports(self, work: Work, findings: Sequence[str], attachments: Sequence[str]) -> None:
        """Have at hand what reports on these findings, with this evidence, will ask for."""
        self._reviewer.expect(work, list(work.findings.get_many(findings).values()), self._clock())
        work.attachments.get_many(attachments)

    def verify(self, work: Work, command: commands.Verify) -> Answer:
        finding, made = self._load(work, command)
        finding.verify(made, result=command.result, note=command.note)
        return self._save(work, finding, made, command.by)

    def dispute(self, work: Work, command: commands.Dispute) -> Answer:
        evidence.require_own(work, command.attachments, command.by)
        finding, made = self._load(work, command)
        evidence.take(work, command.attachments, command.by, finding)
        impediments.dispute(finding, made, grounds=command.grounds, evidence=command.attachments)
        return self._save(work, finding, made, command.by)

    def decide(self, work: Work, command: commands.Decide) -> Answer:
        finding, made = self._load(work, command)
        impediments.decide(finding, made, result=command.result, note=command.note)
        return self._save(work, finding, made, command.by)

    def block(self, work: Work, command: commands.Block) -> Answer:
        finding, made = self._load(work, command)
        impediments.block(
            finding, made, reason=command.reason, needs=command.needs, review_on=command.review_on
        )
        return self._save(work, finding, made, command.by)

    def decide_block(self, work: Work, command: commands.DecideBlock) -> Answer:
        finding, made = self._load(work, command)
        impediments.decide_block(finding, made, result=command.result, note=command.note)
        return self._save(work, finding, made, command.by)

    def resume(self, work: Work, command: commands.Resume) -> Answer:
        finding, made = self._load(work, command)
        impediments.resume(finding, made, note=command.note)
        return self._save(work, finding, made, command.by)

    def withdraw(self, work: Work, command: commands.Withdraw) -> Answer:
        finding, made = self._load(work, command)
        posting.withdraw(finding, made, reason=command.reason)
        return self._save(work, finding, made, command.by)

    def amend(self, work: Work, command: commands.Amend) -> Answer:
        finding, made = self._load(work, command)
        posting.amend(
            finding,
            made,
            description=command.description,
            suggestion=command.suggestion,
            place=command.new_place,
        )
        return self._save(work, finding, made, command.by)

    def assign(self, work: Work, command: commands.AssignFinding) -> None:
        """Show who answers for the finding. One that is not here (any more) has nobody to show."""
        finding = work.findings.get(command.finding)
        if finding is not None:
            following.assign(finding, command.responsible, self._clock())
            work.findings.save(finding)

    def follow_case(self, work: Work, command: commands.FollowCase) -> None:
        """Mark the findings that are in the case, and no others."""
        before = work.cases.get(command.case)
        for finding in work.findings.get_many(command.touched(before)).values():
            if finding.id in command.findings:
                following.enter_case(finding, command.case, command.restricted)
            else:
                following.leave_case(finding, command.case)
            work.findings.save(finding)
        work.cases.save(command)


def prefetch(work: Work, events: Sequence[Any]) -> None:
    """Everything that a batch of events touches, in one round trip per collection."""
    told = [event.data for event in events]
    of_cases = [commands.FollowCase.from_event(data) for data in told if "case" in data]
    work.cases.load([one.case for one in of_cases])
    ids = {data["finding"] for data in told if "finding" in data}
    work.findings.expect_assignment(ids)
    for one in of_cases:
        # A case may be about hundreds of findings: those that stay in it are not touched.
        ids |= one.touched(work.cases.get(one.case))
    work.findings.get_many(ids)
