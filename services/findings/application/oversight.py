"""What office and team do beside the way to close-out: transfer, supervise, revisit, hand over, later evidence."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.findings.application import commands, evidence, scope
from services.findings.application.answers import Answer, actor
from services.findings.application.intake import Intake
from services.findings.application.moving import Moving
from services.findings.application.ports import Work
from services.findings.domain import oversight
from services.findings.domain.errors import InvalidError
from services.findings.domain.finding import Finding
from services.findings.domain.guards import require_open
from services.findings.domain.moves import Move
from services.findings.domain.parts import Stamp

BATCH = 200
"""So many findings are handed over, or get their deadline anew, in one transaction."""


class OversightUseCases(Moving):
    """One method per command."""

    _intake: Intake

    def transfer(self, work: Work, command: commands.Transfer) -> Answer:
        finding, made = self._load(work, command)
        scope.require_area(command.by, command.area)
        due = self._intake.due(replace(finding.facts, deadline=None), made.at)
        oversight.transfer(
            finding, made, area=command.area, unit=command.unit, due=due, reason=command.reason
        )
        return self._save(work, finding, made, command.by)

    def supervise(self, work: Work, command: commands.Supervise) -> Answer:
        finding, made = self._load(work, command)
        oversight.supervise(finding, made, reason=command.reason)
        return self._save(work, finding, made, command.by)

    def attach(self, work: Work, command: commands.Attach) -> Answer:
        evidence.require_own(work, command.ids, command.by, field="ids")
        finding, made = self._load(work, command)
        evidence.take(work, command.ids, command.by, finding, field="ids")
        oversight.attach(finding, made, evidence=command.ids, note=command.note)
        return self._save(work, finding, made, command.by)

    def revisit(self, work: Work, command: commands.Revisit) -> Answer:
        """A failed one posts what has come back as a new finding, in the same transaction."""
        finding, made = self._load(work, command)
        require_open(finding, Move.REVISIT, made)
        failed = command.result == "fail"
        recurrence = self._post_recurrence(work, finding, command, made.at) if failed else None
        oversight.revisit(finding, made, recurrence=recurrence, note=command.note)
        return self._save(work, finding, made, command.by)

    def hand_over(self, work: Work, command: commands.HandOver, after: str) -> dict[str, Any]:
        """The next batch after the id `after`: how many, and the id of the last; None when none are left."""
        if command.to == command.code:
            raise InvalidError({"to": ["is the team that hands over"]})
        made = Stamp(actor(command.by), self._clock())
        found = work.findings.open_of_team(command.code, command.by.area, after, BATCH)
        for finding in found:
            oversight.hand_over(finding, made, to=command.to, reason=command.reason)
            work.findings.save(finding)
        return {"passed": len(found), "last": found[-1].id if len(found) == BATCH else None}

    def recompute_deadlines(self, work: Work) -> int:
        """Deadlines that were provisional, and now are not: one batch; how many were looked at."""
        known_to = self._intake.known_to
        if known_to is None:
            return 0
        found = work.findings.provisional(known_to, BATCH)
        for finding in found:
            due = self._intake.due(finding.facts, finding.clock.started_at)
            oversight.recompute(finding, self._clock(), due)
            work.findings.save(finding)
        return len(found)

    def _post_recurrence(self, work: Work, finding: Finding, command: commands.Revisit, at: datetime) -> str:
        facts = oversight.came_back(finding.facts, at, command.note)
        posting = commands.PostFinding(facts, (), command.by, finding.id)
        outcome = self._intake.post(work, [posting], at)[0]
        if outcome.finding is None:
            raise outcome.refusal or AssertionError("an outcome is a finding or a refusal")
        return outcome.finding.id
