"""Cases and tallies over the transaction: both are written once at its end, however often they were saved in it."""

from collections.abc import Iterable
from contextvars import Context, copy_context

from services.accountability.adapters import documents, indexes
from services.accountability.adapters.repositories import Heard, Kept, tell
from services.accountability.domain.case import Case
from services.accountability.domain.events import CaseEvent, CaseOpened
from services.accountability.domain.tally import Tally, tally_id
from shared.persistence.ids import new_id
from shared.persistence.transaction import Document, Transaction


class Tallies:
    """Under the natural key of cadre and category."""

    def __init__(self, transaction: Transaction) -> None:
        self._kept: Kept[Tally] = Kept(transaction, indexes.TALLIES, documents.of_tally, documents.to_tally)
        self._fresh: dict[str, Tally] = {}

    def get(self, cadre: str, category: str) -> Tally:
        key = tally_id(cadre, category)
        return (
            self._kept.get(key)
            or self._fresh.get(key)
            or self._fresh.setdefault(key, Tally(cadre=cadre, category=category))
        )

    def load(self, ids: Iterable[str]) -> None:
        self._kept.load(ids)

    def save(self, tally: Tally) -> None:
        self._kept.keep(tally.id, tally)

    def write(self) -> None:
        self._kept.write()


class Cases(Kept[Case]):
    """A case that grows by many findings in one transaction is written and told once, as it is at the end."""

    heard: Heard | None = None

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction, indexes.CASES, documents.of_case, documents.to_case)
        self._contexts: dict[str, Context] = {}
        self._claimed: dict[str, int] = {}

    def save(self, case: Case) -> None:
        if not case.pending:
            self.keep(case.id, case)
            return
        if case.id not in self._contexts:
            case.changed(case.pending[0].at)
        # Told in the context of the event that changed it last: it is what caused the state that is told.
        self._contexts[case.id] = copy_context()
        self.keep(case.id, case)

    @property
    def changed(self) -> tuple[str, ...]:
        """Those that will be told of."""
        return tuple(self._contexts)

    def write(self) -> None:
        for case_id, context in self._contexts.items():
            context.run(self._settle, self._known[case_id])
        self._contexts.clear()
        super().write()

    def _settle(self, case: Case) -> None:
        events = [event for event in case.pending if isinstance(event, CaseEvent)]
        case.pending.clear()
        case.updated_at = events[-1].at
        for event in events:
            row = documents.of_history(new_id(), case, event)
            self._transaction.insert(indexes.CASE_HISTORY, row)
        opened = next((event for event in events if isinstance(event, CaseOpened)), None)
        tell(self._transaction, case, opened or events[-1], self.heard)
        for finding in case.findings[self._claimed.get(case.id, 0) :]:
            claim = documents.of_case_finding(case, finding)
            self._transaction.insert(indexes.CASE_FINDINGS, claim)
        if not case.unfinished:
            # Its findings may come into another case now.
            for finding in case.findings:
                claim = documents.of_case_finding(case, finding)
                self._transaction.replace(indexes.CASE_FINDINGS, claim)

    def _met(self, row: Document) -> Case:
        case = super()._met(row)
        self._claimed[case.id] = len(case.findings)
        return case
