"""Every command of the service: load, one domain call, save. The kernel opens and commits the transaction."""

from collections.abc import Iterable

from services.reporting.application.ports import Work
from services.reporting.domain.fact import findings_of
from shared.contracts.envelope import Event

_CASE = "case."


class ReportingUseCases:
    """What the archive and the facts make of events."""

    def take(self, work: Work, event: Event) -> None:
        """Keep the event, and let every finding that it speaks of learn what it says."""
        work.archive.add(event)
        named = findings_of(event.data)
        if event.type.startswith(_CASE):
            self._leave(work, event.data["case"], named)
        for finding in named:
            work.facts.get(finding).take(event)

    def keep(self, work: Work, event: Event) -> None:
        """An event that is older than what is known: for the archive and its history only."""
        work.archive.add(event)

    def prefetch(self, work: Work, events: Iterable[Event]) -> None:
        """Everything a batch of events touches, in one round trip per collection."""
        events = list(events)
        cases = {event.data["case"] for event in events if event.type.startswith(_CASE)}
        work.prefetch({finding for event in events for finding in findings_of(event.data)}, cases)

    def _leave(self, work: Work, case: str, named: list[str]) -> None:
        """Findings that the case was about and is no more."""
        known = work.cases.get(case)
        for finding in known:
            if finding not in named:
                work.facts.get(finding).leave_case(case)
        if list(known) != named:
            work.cases.save(case, named)
