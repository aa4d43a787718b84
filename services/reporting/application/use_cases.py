"""Every command of the service: load, one domain call, save. The kernel opens and commits the transaction."""

from collections.abc import Iterable

from services.reporting.application.ports import Work
from services.reporting.domain.fact import findings_of, speaks_of_a_case, told_of_case
from services.reporting.domain.measure import speaks_of_a_measure, told_of_measure
from shared.contracts.envelope import Event


class ReportingUseCases:
    """What the archive and the facts make of events."""

    def take(self, work: Work, event: Event) -> None:
        """Keep the event, and let every finding that it speaks of learn what it says."""
        work.archive.add(event)
        if speaks_of_a_case(event):
            self._take_case(work, event)
            return
        if speaks_of_a_measure(event):
            work.measures.take(told_of_measure(event))
        for finding in findings_of(event.data):
            work.facts.get(finding).take(event)

    def keep(self, work: Work, event: Event) -> None:
        """An event that is older than what is known: for the archive and its history only. May come again."""
        if not work.archive.has(event):
            work.archive.add(event)

    def prefetch(self, work: Work, events: Iterable[Event]) -> None:
        """Everything a batch of events touches, in one round trip per collection."""
        events = list(events)
        of_cases = [event for event in events if speaks_of_a_case(event)]
        findings = {
            finding for event in events if not speaks_of_a_case(event) for finding in findings_of(event.data)
        }
        work.cases.prefetch({event.data["case"] for event in of_cases})
        for event in of_cases:
            findings |= work.cases.get(event.data["case"]).concerned_by(event)
        work.facts.prefetch(findings)

    def _take_case(self, work: Work, event: Event) -> None:
        case = work.cases.get(event.data["case"])
        concerned = case.take(event)
        named = set(case.findings)
        for finding in concerned:
            fact = work.facts.get(finding)
            if finding in named:
                fact.enter_case(case.id, told_of_case(event))
            else:
                fact.leave_case(case.id)
        work.cases.save(case)
