"""Merging 合并: two findings that people know to be one. By people only, and reversible; history is kept on both."""

from services.findings.application import commands, scope
from services.findings.application.answers import Answer, FindingAnswers, actor
from services.findings.application.ports import Clock, Work
from services.findings.domain import merging
from services.findings.domain.errors import InvalidError, UnknownFindingError
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Status
from services.findings.domain.parts import Stamp


class Merging:
    """Each command changes both findings in one transaction."""

    def __init__(self, answers: FindingAnswers, clock: Clock) -> None:
        self._answers = answers
        self._clock = clock

    def merge(self, work: Work, command: commands.Merge) -> Answer:
        """The merged finding, which points to the other."""
        finding, made = self._own(work, command)
        into = work.findings.get(command.into)
        if into is None:
            raise InvalidError({"into": ["no finding has this id"]})
        scope.require_read(command.by, into)
        if faults := _faults(finding, into):
            raise InvalidError({"into": faults})
        merging.merge(finding, made, into=into.id, reason=command.reason)
        merging.absorb(into, made, other=finding.id, reason=command.reason)
        return self._save(work, finding, into, command, made)

    def unmerge(self, work: Work, command: commands.Unmerge) -> Answer:
        """The finding, back in the status it came from."""
        finding, made = self._own(work, command)
        merged = finding.merged
        merging.unmerge(finding, made, reason=command.reason)
        into = work.findings.get(merged.into) if merged else None
        assert into is not None, "findings are never deleted"
        merging.release(into, made, other=finding.id, reason=command.reason)
        return self._save(work, finding, into, command, made)

    def _own(self, work: Work, command: commands.MoveFinding) -> tuple[Finding, Stamp]:
        finding = work.findings.get(command.finding)
        if finding is None:
            raise UnknownFindingError
        scope.require_touch(command.by, finding)
        command.require_version(finding.version)
        return finding, Stamp(actor(command.by), self._clock())

    def _save(
        self, work: Work, finding: Finding, into: Finding, command: commands.MoveFinding, made: Stamp
    ) -> Answer:
        work.findings.save(finding)
        work.findings.save(into)
        return self._answers.document(finding, command.by, made.at)


def _faults(finding: Finding, into: Finding) -> list[str]:
    """Why the finding cannot be merged into this one; empty when it can."""
    if into.id == finding.id:
        return ["is the finding itself"]
    if into.merged is not None:
        return [f"is itself merged into {into.merged.into}: name that one"]
    if into.status is Status.WITHDRAWN:
        return ["has been withdrawn: nothing would go on for both"]
    if into.number.county != finding.number.county:
        return ["belongs to another county"]
    return []
