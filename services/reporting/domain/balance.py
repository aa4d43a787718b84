"""Whether the four services tell the same: nothing lost, nothing doubled, nothing under way (contract section 6)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

Figures = Mapping[tuple[str, str], int]
"""How many findings, by area and status."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger counts. `posted` leaves findings of old ledgers out, `figures` does not."""

    figures: Figures
    posted: int
    assigned: int
    noticed: int
    outbox_pending: int


@dataclass(frozen=True, slots=True)
class Findings:
    figures: Figures
    posted: int
    outbox_pending: int


@dataclass(frozen=True, slots=True)
class Accountability:
    """`nobody`: findings for which nobody at all was found."""

    assigned: int
    nobody: int
    outbox_pending: int


@dataclass(frozen=True, slots=True)
class Notifications:
    """`noticed`: findings whose assignment is told in the inbox."""

    noticed: int
    outbox_pending: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The ledger has other numbers than findings has."""

    area: str
    status: str
    ledger: int
    findings: int


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must be the same at rest."""

    name: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Balance:
    """`in_flight`: events that no broker has confirmed yet, of all services that answered."""

    reachable: Mapping[str, bool]
    differences: list[Difference] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    in_flight: int = 0

    @property
    def balanced(self) -> bool:
        """One service that does not answer makes it unbalanced."""
        agree = not self.differences and all(check.holds for check in self.checks)
        return agree and self.in_flight == 0 and all(self.reachable.values())


def balance(
    ledger: Ledger,
    findings: Findings | None,
    accountability: Accountability | None,
    notifications: Notifications | None,
) -> Balance:
    """Compare what the services count; None stands for one that did not answer."""
    answers = {"findings": findings, "accountability": accountability, "notifications": notifications}
    in_flight = ledger.outbox_pending + sum(one.outbox_pending for one in answers.values() if one is not None)
    return Balance(
        reachable={name: answer is not None for name, answer in answers.items()} | {"reporting": True},
        differences=compare(ledger.figures, findings.figures) if findings is not None else [],
        checks=_checks(ledger, findings, accountability, notifications),
        in_flight=in_flight,
    )


def compare(ledger: Figures, findings: Figures) -> list[Difference]:
    """Where the two differ, by area and status."""
    left, right = Counter(ledger), Counter(findings)
    return [
        Difference(area, status, left[area, status], right[area, status])
        for area, status in sorted(set(left) | set(right))
        if left[area, status] != right[area, status]
    ]


def _checks(
    ledger: Ledger,
    findings: Findings | None,
    accountability: Accountability | None,
    notifications: Notifications | None,
) -> list[Check]:
    checks = []
    if findings is not None and accountability is not None:
        answered = accountability.assigned + accountability.nobody
        checks.append(Check("assigned + unresolved with nobody = posted", answered, findings.posted))
    if accountability is not None and notifications is not None:
        checks.append(Check("noticed = assigned", notifications.noticed, accountability.assigned))
    if accountability is not None:
        checks.append(Check("assigned in the ledger = assigned", ledger.assigned, accountability.assigned))
    if notifications is not None:
        checks.append(Check("noticed in the ledger = noticed", ledger.noticed, notifications.noticed))
    return checks
