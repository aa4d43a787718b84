"""Repositories over the transaction: each document is one object while it lasts, and is written once at its end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from services.accountability.application.outgoing import message
from services.accountability.domain.aggregate import Aggregate
from services.accountability.domain.assignment import Assignment
from services.accountability.domain.events import DomainEvent
from services.accountability.domain.informant import InformantRequest
from services.accountability.domain.measure import Measure
from services.accountability.domain.statutory_clock import StatutoryClock
from services.accountability.domain.unassigned import Unassigned
from services.accountability.domain.warning import IssuedWarning
from shared.contracts.accountability import PRODUCER
from shared.messaging import outbox
from shared.persistence.transaction import Document, Transaction

T = TypeVar("T", bound=Aggregate)
A = TypeVar("A")
MOST_WARNINGS = 200
"""So many of a person's warnings are looked at, the newest."""


class Kept(Generic[A]):
    """Objects by id: read once, written at the end of the transaction or before a query of their collection."""

    def __init__(
        self,
        transaction: Transaction,
        collection: str,
        to_document: Callable[[A], Document],
        to_object: Callable[[Document], A],
    ) -> None:
        self._transaction = transaction
        self._collection = collection
        self._to_document = to_document
        self._to_object = to_object
        self._known: dict[str, A] = {}
        self._stored: set[str] = set()
        self._dirty: dict[str, A] = {}

    def get(self, key: str) -> A | None:
        known = self._known.get(key)
        if known is None:
            row = self._transaction.get(self._collection, key)
            known = None if row is None else self._met(row)
        return known

    def load(self, ids: Iterable[str]) -> None:
        self._transaction.get_many(self._collection, ids)

    def find(
        self, where: Mapping[str, object], sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[A]:
        self.write()
        return [
            self._known.get(row["_id"]) or self._met(row)
            for row in self._transaction.find(self._collection, where, sort, limit)
        ]

    def keep(self, key: str, value: A) -> None:
        self._known[key] = self._dirty[key] = value

    def delete(self, key: str) -> None:
        self._known.pop(key, None)
        self._dirty.pop(key, None)
        self._transaction.delete(self._collection, key)

    def write(self) -> None:
        """Hand what changed to the transaction."""
        for key, value in self._dirty.items():
            if key in self._stored:
                self._transaction.replace(self._collection, self._to_document(value))
            else:
                self._transaction.insert(self._collection, self._to_document(value))
                self._stored.add(key)
        self._dirty.clear()

    def _met(self, row: Document) -> A:
        value = self._known[row["_id"]] = self._to_object(row)
        self._stored.add(row["_id"])
        return value


Heard = Callable[[Aggregate, str, Mapping[str, Any], datetime], None]
"""Hears what was told of an aggregate: event type, data, when."""


class Repository(Kept[T]):
    """Aggregates that tell at once what happened to them; `heard`, where set, hears it within the service."""

    heard: Heard | None = None

    def save(self, aggregate: T) -> None:
        self.keep(aggregate.id, aggregate)
        for event in aggregate.pending:
            tell(self._transaction, aggregate, event, self.heard)
        aggregate.pending.clear()


def tell(
    transaction: Transaction, aggregate: Aggregate, event: DomainEvent, heard: Heard | None = None
) -> None:
    """Put what the outside is told of an event into the outbox."""
    told = message(aggregate, event)
    if told is None:
        return
    aggregate.published += 1
    outbox.publish(
        transaction,
        source=PRODUCER,
        type=told[0],
        subject=aggregate.id,
        sequence=aggregate.published,
        data=told[1],
        now=event.at,
    )
    if heard is not None:
        heard(aggregate, *told, event.at)


class Assignments(Repository[Assignment]):
    """Under the ids of their findings."""

    def counted_in(self, tally: str, first: date, last: date, limit: int) -> Sequence[Assignment]:
        where = {"tallies": tally, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
        return self.find(where, [("day", 1), ("_id", 1)], limit)


class Warnings(Repository[IssuedWarning]):
    """Under ids of their own."""

    def days_of(self, cadre: str, first: date, last: date) -> Sequence[date]:
        where = {
            "cadre": cadre,
            "standing": True,
            "day": {"$gte": first.isoformat(), "$lte": last.isoformat()},
        }
        standing = self.find(where, [("created_at", -1), ("_id", -1)], MOST_WARNINGS)
        return sorted({one.finding.id: one.finding.day for one in standing}.values())


class UnassignedEntries(Repository[Unassigned]):
    """What the office must look at."""

    def behind(self, registers: int, limit: int) -> Sequence[Unassigned]:
        return self.find({"tried": {"$lt": registers}}, [("tried", 1), ("_id", 1)], limit)


class Measures(Repository[Measure]):
    """Under ids of their own."""

    def of_case(self, case_id: str) -> Sequence[Measure]:
        return self.find({"case": case_id}, [("_id", 1)])

    def of_cadre(self, cadre: str) -> Sequence[Measure]:
        return self.find({"cadre": cadre}, [("_id", 1)])


class InformantRequests(Repository[InformantRequest]):
    """Under ids of their own."""

    def of_case(self, case_id: str) -> Sequence[InformantRequest]:
        return self.find({"case": case_id}, [("_id", 1)])


class StatutoryClocks(Repository[StatutoryClock]):
    """Under ids of their own. Those of a case are read together, once, and known from then on."""

    def __init__(self, transaction: Transaction, *kept: Any) -> None:
        super().__init__(transaction, *kept)
        self._of_cases: dict[str, dict[str, StatutoryClock]] = {}

    def load_cases(self, cases: Iterable[str]) -> None:
        """Have at hand the clocks of these cases: one round trip."""
        unread = [case for case in dict.fromkeys(cases) if case not in self._of_cases]
        if not unread:
            return
        found = self.find({"case": {"$in": unread}}, [("_id", 1)])
        self._of_cases.update((case, {}) for case in unread)
        for clock in found:
            self._of_cases[clock.about.grounds.case][clock.id] = clock

    def save(self, clock: StatutoryClock) -> None:
        super().save(clock)
        of_case = self._of_cases.get(clock.about.grounds.case)
        if of_case is not None:
            of_case[clock.id] = clock

    def of_case(self, case_id: str) -> Sequence[StatutoryClock]:
        self.load_cases([case_id])
        return list(self._of_cases[case_id].values())

    def about(self, rule: str, key: str, case: str) -> Sequence[StatutoryClock]:
        return [one for one in self.of_case(case) if one.rule == rule and one.about.key == key]
