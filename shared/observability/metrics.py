"""Every metric of Duze, declared once (contract section 8). Labels are bounded: never an id, a person, a village.

Counters and histograms live in the process that does the thing. What is true of the whole service (state) is told
by its worker alone, which reads it from the database at each scrape, at most once a second.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DAYS = tuple(86400.0 * days for days in (0.25, 1, 2, 3, 5, 7, 10, 15, 20, 30, 60))
_SIGNING = (60.0, 600.0, 3600.0, 14400.0, 43200.0, 86400.0, 172800.0, 259200.0, 604800.0)
_log = structlog.get_logger("metrics")

disable_created_metrics()
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(name, text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, buckets: Iterable[float]) -> Histogram:
    return Histogram(name, text, registry=REGISTRY, buckets=tuple(buckets))


FINDINGS_POSTED = _counter("duze_findings_posted_total", "Findings posted", "category", "severity", "method")
RECTIFICATION_SECONDS = _histogram(
    "duze_finding_rectification_seconds", "From posting to the report that passed", _DAYS
)
MEASURES = _counter("duze_measures_total", "Measures approved", "kind")
WARNINGS = _counter("duze_warnings_total", "Warnings issued")
NOTICES = _counter("duze_notices_total", "Deliveries of notices", "channel", "outcome")
NOTICE_SIGN_SECONDS = _histogram(
    "duze_notice_sign_seconds", "From sending a notice to its signature", _SIGNING
)
BULLETINS_PUBLISHED = _counter("duze_bulletins_published_total", "Bulletins published", "kind")
EVENTS_PUBLISHED = _counter("duze_events_published_total", "Events confirmed by the broker", "type")
EVENTS_RETURNED = _counter("duze_events_returned_total", "Events that no queue was bound for", "type")
EVENTS_CONSUMED = _counter("duze_events_consumed_total", "Events consumed", "type", "outcome")
EVENT_LAG_SECONDS = _histogram(
    "duze_event_lag_seconds",
    "From an event's time to its effect here",
    (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
PUT_OFF = _counter(
    "duze_due_put_off_total", "Documents that were due and could not be acted on", "collection"
)
HTTP_REQUESTS = _counter("duze_http_requests_total", "HTTP requests", "method", "route", "status")
HTTP_REQUEST_SECONDS = _histogram(
    "duze_http_request_seconds",
    "From the head of a request to its answer",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

# State: name -> (what it is, labels). An app's `collect()` may also tell any counter above as a total it knows.
STATE: dict[str, tuple[str, tuple[str, ...]]] = {
    "duze_findings": ("Findings by status", ("status",)),
    "duze_findings_by_township": ("Findings by township and status", ("township", "status")),
    "duze_findings_overdue": ("Findings overdue by level", ("level",)),
    "duze_cases": ("Cases by status", ("status",)),
    "duze_unassigned_findings": ("Findings without a responsible person", ()),
    "duze_notices_unsigned": ("Notices that wait for a signature", ()),
    "duze_channel_up": ("Whether an outside channel answers and is not paused", ("channel",)),
    "duze_deliveries_waiting": ("Messages that have not left yet by an outside channel", ("channel",)),
    "duze_clocks_due": ("Statutory clocks due", ("rule",)),
    "duze_outbox_pending": ("Events not yet confirmed by the broker", ()),
    "duze_outbox_oldest_seconds": ("Age of the oldest event not yet confirmed", ()),
    "duze_dead_letters": ("Messages in quarantine that wait for a person", ()),
}
_TOTALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "duze_findings_posted_total": ("Findings posted", ("category", "severity", "method")),
    "duze_measures_total": ("Measures approved", ("kind",)),
    "duze_warnings_total": ("Warnings issued", ()),
    "duze_notices_total": ("Deliveries of notices", ("channel", "outcome")),
    "duze_bulletins_published_total": ("Bulletins published", ("kind",)),
}
Sample = tuple[str, Mapping[str, str], float]
_children: dict[tuple[str, str, int], Any] = {}


def observe_request(method: str, route: str | None, status: int, seconds: float) -> None:
    """Count one request; `route` is the template, none when nothing is at that path."""
    key = (method, route or UNMATCHED, status)
    child = _children.get(key)
    if child is None:
        known = method if method in METHODS else "other"
        child = HTTP_REQUESTS.labels(known, key[1], str(status))
        if known == method:
            _children[key] = child
    child.inc()
    HTTP_REQUEST_SECONDS.observe(seconds)


class StateCollector:
    """The state gauges, read at most once in `seconds`. Each of `reads` fails for itself."""

    def __init__(self, reads: Iterable[Callable[[], Iterable[Sample]]], seconds: float = 1.0) -> None:
        self._reads = tuple(reads)
        self._seconds = seconds
        self._families: list[Metric] = []
        self._read_at = float("-inf")

    def describe(self) -> list[Metric]:
        """Nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The families as last read. While the database is away there are none, rather than old ones."""
        now = time.monotonic()
        if now - self._read_at >= self._seconds:
            self._families = _families(self._samples())
            self._read_at = time.monotonic()
        yield from self._families

    def _samples(self) -> list[Sample]:
        samples: list[Sample] = []
        for read in self._reads:
            try:
                samples += list(read())
            except Exception as exc:  # noqa: BLE001 - a scrape tells what it can; whatever the app's query raised
                _log.warning("state not read", error=type(exc).__name__)
        return samples


def watch_state(*reads: Callable[[], Iterable[Sample]]) -> StateCollector:
    """Tell the state at each scrape from now on: workers only."""
    collector = StateCollector(reads)
    REGISTRY.register(collector)
    return collector


def exposition() -> bytes:
    """Everything in Prometheus' text format; a family that two collectors tell is told once, and of two values
    under the same labels the later one: a total from the database stands for the process's own 0."""
    merged: dict[str, Metric] = {}
    for family in REGISTRY.collect():
        known = merged.setdefault(family.name, family)
        if known is not family:
            later = {_key(one): one for one in (*known.samples, *family.samples)}
            known.samples = list(later.values())
    return generate_latest(_Families(merged.values()))


def _key(sample: Any) -> tuple[Any, ...]:
    return sample.name, *sorted(sample.labels.items())


class _Families:
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(samples: Iterable[Sample]) -> list[Metric]:
    families: dict[str, Metric] = {}
    for name, labels, value in samples:
        text, names = STATE.get(name) or _TOTALS[name]
        family = families.get(name)
        if family is None:
            kind = GaugeMetricFamily if name in STATE else CounterMetricFamily
            family = families[name] = kind(name, text, labels=names)
        family.add_metric([str(labels[label]) for label in names], value)  # type: ignore[attr-defined]
    return list(families.values())
