"""What every move on a finding has in common: load, one domain call, save, answer."""

from services.findings.application import commands, scope
from services.findings.application.answers import Answer, FindingAnswers, actor
from services.findings.application.ports import Clock, Work
from services.findings.domain.errors import UnknownFindingError
from services.findings.domain.finding import Finding
from services.findings.domain.parts import Stamp
from shared.contracts.claims import Claims


class Moving:
    """Loads for those who may touch it, saves, and answers the whole document."""

    def __init__(self, answers: FindingAnswers, clock: Clock) -> None:
        self._answers = answers
        self._clock = clock

    def _load(self, work: Work, command: commands.MoveFinding) -> tuple[Finding, Stamp]:
        """The finding, and who moves it when."""
        finding = work.findings.get(command.finding)
        if finding is None:
            raise UnknownFindingError
        scope.require_touch(command.by, finding)
        finding.require_seen = command.require_version
        return finding, Stamp(actor(command.by), self._clock())

    def _save(self, work: Work, finding: Finding, made: Stamp, by: Claims) -> Answer:
        work.findings.save(finding)
        return self._answers.document(finding, by, made.at)
