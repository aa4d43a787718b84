"""The state gauges of the metrics: findings by status, by township and status, and overdue by level."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.findings.application.ports import Clock
from services.findings.application.queries import FindingStore
from services.findings.domain.levels import ClockRules
from services.findings.domain.moves import Status
from shared.contracts.areas import Areas


@dataclass(frozen=True, slots=True)
class Gauges:
    """Of the whole county, old ledgers included."""

    store: FindingStore
    areas: Areas
    clocks: ClockRules
    clock: Clock

    def collect(self) -> Iterator[tuple[str, Mapping[str, str], float]]:
        """Name, labels and value of each."""
        by_status = Counter({status.value: 0 for status in Status})
        by_township: Counter[tuple[str, str]] = Counter()
        for one in self.store.counts():
            by_status[one.status] += one.count
            by_township[self.areas.name(self.areas.township_of(one.area)), one.status] += one.count
        for status, count in by_status.items():
            yield "duze_findings", {"status": status}, count
        for (township, status), count in by_township.items():
            yield "duze_findings_by_township", {"township": township, "status": status}, count
        overdue = self.store.overdue_by_level(self.clock())
        for level in self.clocks.numbers:
            yield "duze_findings_overdue", {"level": str(level)}, overdue.get(level, 0)
