"""Extensions and referrals: asked by one person, decided by another."""

from services.findings.application import commands
from services.findings.application.answers import Answer
from services.findings.application.moving import Moving
from services.findings.application.ports import Work
from services.findings.domain import requests


class RequestUseCases(Moving):
    """One method per command."""

    def extend(self, work: Work, command: commands.Extend) -> Answer:
        finding, made = self._load(work, command)
        requests.extend(finding, made, until=command.until, reason=command.reason)
        return self._save(work, finding, made, command.by)

    def decide_extension(self, work: Work, command: commands.DecideExtension) -> Answer:
        finding, made = self._load(work, command)
        requests.decide_extension(finding, made, result=command.result, note=command.note)
        return self._save(work, finding, made, command.by)

    def refer(self, work: Work, command: commands.Refer) -> Answer:
        finding, made = self._load(work, command)
        requests.refer(finding, made, reason=command.reason)
        return self._save(work, finding, made, command.by)

    def decide_referral(self, work: Work, command: commands.DecideReferral) -> Answer:
        finding, made = self._load(work, command)
        requests.decide_referral(finding, made, result=command.result, reason=command.reason)
        return self._save(work, finding, made, command.by)
