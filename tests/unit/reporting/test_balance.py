"""Whether the services tell the same (contract section 6)."""

from dataclasses import replace

import pytest

from services.reporting.application.queries import ledger_of
from services.reporting.domain.balance import (
    Accountability,
    Difference,
    Findings,
    Ledger,
    Notifications,
    balance,
)

FIGURES = {("990100001001", "issued"): 2, ("990100002001", "closed"): 1}
LEDGER = Ledger(FIGURES, posted=3, assigned=2, noticed=2, outbox_pending=0)
FINDINGS = Findings(FIGURES, posted=3, outbox_pending=0)
ACCOUNTABILITY = Accountability(assigned=2, nobody=1, outbox_pending=0)
NOTIFICATIONS = Notifications(noticed=2, outbox_pending=0)


def found(ledger=LEDGER, findings=FINDINGS, accountability=ACCOUNTABILITY, notifications=NOTIFICATIONS):
    return balance(ledger, findings, accountability, notifications)


def test_when_all_tell_the_same_it_is_balanced():
    result = found()
    assert result.balanced
    assert result.differences == []
    assert result.reachable == dict.fromkeys(
        ("findings", "accountability", "notifications", "reporting"), True
    )


@pytest.mark.parametrize("service", ["findings", "accountability", "notifications"])
def test_one_that_does_not_answer_makes_it_unbalanced(service):
    result = found(**{service: None})
    assert not result.balanced
    assert result.reachable[service] is False


@pytest.mark.parametrize(
    ("service", "figures"),
    [
        ("ledger", LEDGER),
        ("findings", FINDINGS),
        ("accountability", ACCOUNTABILITY),
        ("notifications", NOTIFICATIONS),
    ],
)
def test_an_event_under_way_makes_it_unbalanced(service, figures):
    result = found(**{service: replace(figures, outbox_pending=4)})
    assert not result.balanced
    assert result.in_flight == 4


def test_differences_are_named_by_area_and_status():
    other = {("990100001001", "issued"): 1, ("990100001001", "closed"): 1, ("990100002001", "closed"): 1}
    result = found(findings=replace(FINDINGS, figures=other))
    assert not result.balanced
    assert result.differences == [
        Difference("990100001001", "closed", ledger=0, findings=1),
        Difference("990100001001", "issued", ledger=2, findings=1),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"accountability": replace(ACCOUNTABILITY, nobody=0)},
        {"notifications": replace(NOTIFICATIONS, noticed=1)},
        {"ledger": replace(LEDGER, assigned=1)},
        {"ledger": replace(LEDGER, noticed=3)},
    ],
)
def test_every_equation_must_hold(changed):
    assert not found(**changed).balanced


def test_findings_of_old_ledgers_are_compared_by_status_but_are_not_among_the_posted():
    counted = {
        "990100001001": {
            "issued": 2,
            "assigned": 1,
            "noticed": 1,
            "historical.closed": 5,
            "historical.issued": 1,
        },
        "990100002001": {"closed": 1, "assigned": 1},
    }
    ledger = ledger_of(counted, 0)
    assert ledger.figures == {
        ("990100001001", "issued"): 3,
        ("990100001001", "closed"): 5,
        ("990100002001", "closed"): 1,
    }
    assert (ledger.posted, ledger.assigned, ledger.noticed) == (3, 2, 1)
