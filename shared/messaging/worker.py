"""What a `<Service>Worker` class declares to run the relay and the dead letters, and how its process ends.

class FindingsWorker:
    name = "findings"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()
    audit = AuditTrail()
"""

import abc
import functools
import gc
import logging
import os
import signal
import socket
from types import FrameType
from typing import Any

import eventlet
import structlog
from nameko.extensions import DependencyProvider
from nameko.runners import ServiceRunner

from shared.audit.anchors import Anchors
from shared.audit.chainer import Chainer
from shared.contracts.routing import SUBSCRIPTIONS
from shared.messaging import connection as link
from shared.messaging import topology
from shared.messaging.copies import Copier
from shared.messaging.deadletters import QUARANTINE, Drainer
from shared.messaging.hosting import Hosted, service_instance
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.reader import Reader
from shared.messaging.redrive import Redriver
from shared.messaging.relay import Relay
from shared.messaging.timekeeper import Timekeeper
from shared.messaging.topology_watch import TopologyWatch
from shared.observability.health import READINESS
from shared.persistence.counts import Counts
from shared.persistence.ids import utc_now

log = structlog.get_logger("messaging")

LONGEST_STOP = 19
"""Seconds after SIGTERM in which the process is gone, whatever still hangs: a kill is safe, a late end is not."""
_PATIENCE = 3.0
_DRAINER_PREFETCH = 200
CHAIN_SECONDS = 1.0
ANCHOR_SECONDS = 60.0
FOLD_SECONDS = 10.0


class Hosting(DependencyProvider, abc.ABC):
    """A dependency that runs threads from the container's start to its stop."""

    patience = _PATIENCE
    """Seconds in which its threads end."""
    _hosted: tuple[Hosted, ...] = ()

    @abc.abstractmethod
    def hosted(self, app: Any) -> list[Hosted]:
        """The threads to run."""

    def start(self) -> None:
        """Begin; a broker or database that is down is waited for in the threads."""
        app = service_instance(self.container).app
        self._hosted = tuple(one.start(self.container) for one in self.hosted(app))

    def stop(self) -> None:
        """End all of them, in bounded time."""
        for one in self._hosted:
            one.ask()
        for one in self._hosted:
            one.stop(self.patience)

    def kill(self) -> None:
        """Ask for the end, without waiting."""
        for one in self._hosted:
            one.ask()

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Handlers see the provider itself; they have no use for it."""
        return self


class OutboxRelay(Hosting):
    """Sends the service's outbox. `role` tells processes on one machine apart when they take turns."""

    def __init__(self, role: str = "worker") -> None:
        super().__init__()
        self._role = role

    def hosted(self, app: Any) -> list[Hosted]:
        """The relay, and the watch over the topology it needs."""
        settings = app.settings
        relay = Relay(
            service=settings.service,
            user=link.user_of(settings.amqp_uri),
            collection=app.database.collection,
            publisher=ConfirmingPublisher(settings.amqp_uri, f"{settings.service} relay"),
            # The same after a restart: a killed process's successor need not wait for its lease to run out.
            owner=f"{socket.gethostname()}:{settings.worker_port}:{self._role}",
            poll_ms=settings.relay_poll_ms,
        )
        watch = TopologyWatch(settings.amqp_uri, settings.service)
        READINESS.add("relay", relay.fault)
        READINESS.add("topology", watch.fault)
        return [
            Hosted("relay", relay.run, relay.stop),
            Hosted("topology watch", watch.run, watch.stop),
        ]


class DueWork(Hosting):
    """Does what has become due by the app's `clock`: `app.do_due(now)` takes one bounded batch in a transaction and
    tells whether more may be due."""

    def hosted(self, app: Any) -> list[Hosted]:
        """The timekeeper."""
        keeper = Timekeeper(
            act=app.do_due,
            clock=app.clock,
            leases=app.database.collection("leases"),
            # As the relay's: a restarted worker goes on at once.
            owner=f"{socket.gethostname()}:{app.settings.worker_port}",
        )
        READINESS.add("due work", keeper.fault)
        return [Hosted("timekeeper", keeper.run, keeper.stop)]


class KeptCounts(Hosting):
    """Keeps what is counted beside the documents of the app's database quick to add up."""

    def hosted(self, app: Any) -> list[Hosted]:
        """The folding."""
        keeper = Timekeeper(
            act=Counts(app.database).keep,
            clock=utc_now,
            leases=app.database.collection("leases"),
            owner=f"{socket.gethostname()}:{app.settings.worker_port}",
            every=FOLD_SECONDS,
            name="counts",
        )
        READINESS.add("counts", keeper.fault)
        return [Hosted("counts", keeper.run, keeper.stop)]


class AuditTrail(Hosting):
    """Gives the rows of the audit trail their places, and tells the auditors of each day's last hash."""

    def hosted(self, app: Any) -> list[Hosted]:
        """The chainer, and the anchors beside it: a mail server that is slow holds nothing up."""
        settings = app.settings
        chainer, anchors = Chainer(app.database), Anchors(app.database, settings)
        kept: dict[str, Any] = {
            "clock": utc_now,
            "leases": app.database.collection("leases"),
            "owner": f"{socket.gethostname()}:{settings.worker_port}",
        }
        chaining = Timekeeper(act=chainer.turn, every=CHAIN_SECONDS, name="audit", **kept)
        telling = Timekeeper(act=anchors.turn, every=ANCHOR_SECONDS, name="audit anchors", **kept)
        READINESS.add("audit", chaining.fault)
        return [
            Hosted("audit", chaining.run, chaining.stop),
            Hosted("audit anchors", telling.run, telling.stop),
        ]


class DeadLetterDrainer(Hosting):
    """Drains the service's dead letters into the quarantine and sends back what is to be tried again."""

    def hosted(self, app: Any) -> list[Hosted]:
        """The drainer and the redriver."""
        settings = app.settings
        quarantine = app.database.collection(QUARANTINE)
        drainer = Drainer(reader=functools.partial(_open_drain, settings), quarantine=quarantine)
        redriver = Redriver(
            quarantine=quarantine,
            copier=Copier(settings.service, link.user_of(settings.amqp_uri)),
            publisher=ConfirmingPublisher(settings.amqp_uri, f"{settings.service} redrive"),
        )
        READINESS.add("dead letters", lambda: None if drainer.attached else "not drained")
        return [
            Hosted("dead letters", drainer.run, drainer.stop),
            Hosted("redrive", redriver.run, redriver.stop),
        ]


def _open_drain(settings: Any) -> Reader:
    service = settings.service
    queues = [topology.dead_letters(topology.queue(service, source)) for source in SUBSCRIPTIONS[service]]
    reader = Reader(settings.amqp_uri, f"{service} dead letters", queues, _DRAINER_PREFETCH)
    reader.open()
    return reader


def relay_role(worker: Any) -> type:
    """A service class that runs nothing but the relay of `worker`: the stand-alone role `relay`."""
    members = {"name": f"{worker.name}_relay", "app": worker.__dict__["app"], "relay": OutboxRelay("relay")}
    return type("Relay", (), members)


def _spare_the_collector() -> None:
    """What is alive after the start stays: looking through it again and again cost a tenth of all CPU (measured)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def run(service: type, config: dict[str, Any] | None = None) -> None:
    """Run a service class until SIGTERM or SIGINT; then stop it and exit 0 within LONGEST_STOP seconds.

    Call it in a process that eventlet has patched.
    """
    runner = ServiceRunner({"AMQP_URI": "memory://", **(config or {})})
    runner.add_service(service)
    stopping: list[int] = []
    started = eventlet.Event()
    READINESS.add("start", lambda: None if started.ready() else "not yet started")

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stopping:
            return
        stopping.append(number)
        READINESS.stopping = True
        signal.signal(signal.SIGALRM, _overdue)
        signal.alarm(LONGEST_STOP)
        eventlet.spawn_n(_stop, runner)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    runner.start()
    _spare_the_collector()
    started.send()
    runner.wait()
    signal.alarm(0)


def _stop(runner: Any) -> None:
    try:
        runner.stop()
    except Exception:
        # The alarm ends the process; nothing depends on an orderly end.
        log.exception("stopping failed")


def _overdue(_number: int, _frame: FrameType | None) -> None:
    log.error("the stop took too long; what was at hand will be delivered again")
    logging.shutdown()
    os._exit(0)
