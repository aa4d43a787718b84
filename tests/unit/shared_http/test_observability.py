"""Metrics, readiness and logs."""

import io
import json
import logging

import pytest
import structlog

from shared.observability import logs, metrics
from shared.observability.health import Readiness

CONTRACT = """
duze_findings_posted_total{category,severity,method} duze_findings{status}
duze_findings_by_township{township,status} duze_findings_overdue{level}
duze_finding_rectification_seconds duze_cases{status} duze_measures_total{kind}
duze_warnings_total duze_unassigned_findings duze_notices_total{channel,outcome} duze_notice_sign_seconds
duze_notices_unsigned duze_bulletins_published_total{kind} duze_clocks_due{rule} duze_outbox_pending
duze_outbox_oldest_seconds duze_events_published_total{type} duze_events_consumed_total{type,outcome}
duze_event_lag_seconds duze_dead_letters duze_http_requests_total{method,route,status} duze_http_request_seconds
"""


def declared():
    found = {name: set(labels) for name, (_, labels) in metrics.STATE.items()}
    for collector in vars(metrics).values():
        if hasattr(collector, "_labelnames"):
            suffix = "_total" if collector._type == "counter" else ""
            found[collector._name + suffix] = set(collector._labelnames)
    return found


def test_every_metric_of_the_contract_is_declared_with_its_labels():
    for item in CONTRACT.split():
        name, _, labels = item.rstrip("}").partition("{")
        assert declared()[name] == set(filter(None, labels.split(","))), name


def test_state_is_read_at_most_once_a_second_and_one_failure_hides_nothing_else():
    reads = []

    def read():
        reads.append(1)
        return [("duze_findings", {"status": "issued"}, 2), ("duze_findings", {"status": "closed"}, 1)]

    def broken():
        raise RuntimeError("the database is away")

    collector = metrics.StateCollector([broken, read])
    families = [list(collector.collect()) for _ in range(3)]
    assert len(reads) == 1
    assert [sample.value for sample in families[2][0].samples] == [2, 1]


def test_a_family_told_twice_is_one_family_in_the_exposition():
    collector = metrics.watch_state(lambda: [("duze_warnings_total", {}, 4)])
    try:
        text = metrics.exposition().decode()
    finally:
        metrics.REGISTRY.unregister(collector)
    assert text.count("# TYPE duze_warnings_total counter") == 1
    values = [line for line in text.splitlines() if line.startswith("duze_warnings_total ")]
    assert values == ["duze_warnings_total 4.0"], "a sample told twice would be refused by Prometheus"
    assert "_created" not in text


def test_what_a_client_types_never_becomes_a_label():
    metrics.observe_request("BREW", None, 405, 0.1)
    text = metrics.exposition().decode()
    assert 'method="other",route="unmatched",status="405"' in text
    assert "BREW" not in text


def test_readiness_names_what_is_missing_and_asks_seldom():
    asked = []
    readiness = Readiness()
    readiness.add("database", lambda: asked.append(1), every=60)
    readiness.add("broker", lambda: "not connected")
    readiness.add("queues", lambda: "not looked at", needs="broker")
    readiness.add("odd", lambda: str(1 / 0))
    assert readiness.missing() == {"broker": "not connected", "odd": "cannot be checked (ZeroDivisionError)"}
    readiness.missing()
    assert len(asked) == 1
    readiness.stopping = True
    assert readiness.missing() == {"process": "stopping"}


@pytest.fixture
def written(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    logs.set_up("findings", "api", "DEBUG")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_only_known_keys_are_logged(written):
    structlog.get_logger("x").info("posted", count=3, name="测试", body={"a": 1})
    (line,) = written()
    assert (line["event"], line["count"], line["service"], line["role"]) == ("posted", 3, "findings", "api")
    assert line["masked"] == 2
    assert "测试" not in json.dumps(line, ensure_ascii=False)


def test_an_exception_is_logged_as_its_class_and_its_places(written):
    try:
        try:
            raise KeyError("13800000000")  # noqa: TRY301 - the chain of causes is what is tested
        except KeyError as exc:
            raise RuntimeError("secret") from exc
    except RuntimeError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("kombu").exception("Can't decode message body: %r", "secret body")
    ours, theirs = written()
    assert ours["error"] == theirs["error"] == "RuntimeError < KeyError"
    assert "test_observability.py" in ours["stack"][-1]
    assert "secret" not in json.dumps([ours, theirs])
    assert "13800000000" not in json.dumps([ours, theirs])
    assert theirs["event"] == "Can't decode message body: '<str>'"


def test_library_numbers_are_kept_and_their_chatter_is_not(written):
    logging.getLogger("nameko.containers").warning("killing %s active workers(s)", 3)
    logging.getLogger("nameko.containers").info("starting")
    logging.getLogger("other").warning("%(a)s named", {"a": "secret"})
    first, second = written()
    assert first["event"] == "killing 3 active workers(s)"
    assert "secret" not in json.dumps(second)
