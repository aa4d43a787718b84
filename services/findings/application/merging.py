"""Merging 合并: two findings that people know to be one. By people only, and reversible; history is kept on both."""

from services.findings.application import commands, scope
from services.findings.application.answers import Answer
from services.findings.application.moving import Moving
from services.findings.application.ports import Work
from services.findings.domain import merging
from services.findings.domain.errors import InvalidError
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Status


class Merging(Moving):
    """Each command changes both findings in one transaction."""

    def merge(self, work: Work, command: commands.Merge) -> Answer:
        """The merged finding, which points to the other."""
        finding, made = self._load(work, command)
        into = work.findings.get(command.into)
        if into is None:
            raise InvalidError({"into": ["no finding has this id"]})
        scope.require_read(command.by, into)
        if faults := _faults(finding, into):
            raise InvalidError({"into": faults})
        merging.merge(finding, made, into=into.id, reason=command.reason)
        merging.absorb(into, made, other=finding.id, reason=command.reason)
        work.findings.save(into)
        return self._save(work, finding, made, command.by)

    def unmerge(self, work: Work, command: commands.Unmerge) -> Answer:
        """The finding, back in the status it came from."""
        finding, made = self._load(work, command)
        merged = finding.merged
        merging.unmerge(finding, made, reason=command.reason)
        into = work.findings.get(merged.into) if merged else None
        assert into is not None, "findings are never deleted"
        merging.release(into, made, other=finding.id, reason=command.reason)
        work.findings.save(into)
        return self._save(work, finding, made, command.by)


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
