"""What the ledger is reconciled with, and what is measured."""

import pytest

from shared.observability import metrics
from tests.unit.notifications.events import assigned, unresolved, warned

pytestmark = pytest.mark.needs_mongo


def test_the_counts_are_the_findings_whose_assignment_is_in_the_inbox(api, worker, app):
    before = api.get("/counts", "admin")
    worker.deliver(
        assigned("n-1"),
        assigned("n-2", historical=True),
        unresolved("n-3"),
        warned("n-1"),
        assigned("n-4", []),
    )
    after = api.get("/counts", "admin")
    assert after["noticed"] - before["noticed"] == 1
    waiting = app.database.collection("outbox").count_documents({"state": "pending"})
    assert after["outbox_pending"] == waiting > 0
    assert api.get("/counts", "office", area="990100002")["noticed"] < after["noticed"]
    for role in ("supervisor", "unit", "cadre", "commission", "approver"):
        assert api.ask("GET", "/counts", role).status_code == 403


def test_notices_are_counted_once_they_are_kept(worker, app):
    def queued():
        return metrics.NOTICES.labels("inbox", "sent")._value.get()

    before, unsigned = queued(), dict(_gauges(app))["duze_notices_unsigned"]
    one = assigned("m-1")
    worker.deliver(one)
    worker.deliver(one)
    assert queued() - before == 2
    assert dict(_gauges(app))["duze_notices_unsigned"] - unsigned == 2


def _gauges(app):
    return [(name, value) for name, _labels, value in app.collect()]


def test_the_time_until_a_signature_is_measured(api, worker):
    worker.deliver(assigned("m-2"))
    (notice,) = api.items("/notices?recipient=C001&finding=m-2")
    path = f"/notices/{notice['id']}/sign"

    def measured():
        text = api.ask("GET", "/metrics").text
        return [line for line in text.splitlines() if line.startswith("duze_notice_sign_seconds_count")]

    before = measured()
    api.ask("POST", path, "cadre", cadre="C001", json={})
    api.ask("POST", path, "cadre", cadre="C001", json={})
    assert float(measured()[0].split()[1]) - float(before[0].split()[1]) == 1
