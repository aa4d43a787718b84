"""The nameko entrypoints for events: `on_event` and `on_any_event` on methods `on_x(self, event, work)`.

All handlers of one source share one consumer on that source's queue. It has one service instance, made once with
its dependencies injected, and calls the handlers directly: nothing of a message reaches nameko.
"""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from nameko.extensions import Entrypoint, SharedExtension

from shared.contracts import registry
from shared.messaging import topology
from shared.messaging.batch import Batch, Handler
from shared.messaging.connection import user_of
from shared.messaging.copies import Copier
from shared.messaging.hosting import Hosted, service_instance
from shared.messaging.intake import Intake
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.reader import Reader
from shared.messaging.subscription import GRACE, Subscription
from shared.observability.health import READINESS

log = structlog.get_logger("messaging")

# The next batches are here while one is being committed.
_PREFETCHED_BATCHES = 2
_STOP_PATIENCE = GRACE + 3


class SourceConsumer(SharedExtension):
    """The one consumer of a service for one source."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self._methods: dict[str | None, str] = {}
        self._hosted: Hosted | None = None
        self._subscription: Subscription | None = None

    @property
    def sharing_key(self) -> tuple[type, str]:
        """One for each source."""
        return type(self), self.source

    def register(self, event_type: str | None, method: str) -> None:
        """Send events of this type (None: all others) to this method of the service."""
        taken = self._methods.setdefault(event_type, method)
        if taken != method:
            raise ValueError(f"{taken} and {method} both want {event_type or 'any event'} of {self.source}")

    def start(self) -> None:
        """Begin to consume, in a thread of its own: a broker that is down is waited for there."""
        service = service_instance(self.container)
        subscription = self._subscription = self._subscribe(service)
        name = topology.queue(service.app.settings.service, self.source)
        self._hosted = Hosted(f"consumer {name}", subscription.run, subscription.stop).start(self.container)
        READINESS.add(f"consumer {name}", functools.partial(_fault, subscription))

    def stop(self) -> None:
        """Finish or give back what is at hand."""
        if self._hosted is not None:
            self._hosted.stop(_STOP_PATIENCE)

    def kill(self) -> None:
        """Ask for the end, without waiting."""
        if self._hosted is not None:
            self._hosted.ask()

    def _subscribe(self, service: Any) -> Subscription:
        app = service.app
        settings = app.settings
        own = user_of(settings.amqp_uri)
        queue = topology.queue(settings.service, self.source)
        bound: dict[str | None, Handler] = {
            event_type: getattr(service, method) for event_type, method in self._methods.items()
        }
        other = bound.pop(None, None)
        handlers = {event_type: handler for event_type, handler in bound.items() if event_type}
        return Subscription(
            queue=queue,
            open_reader=functools.partial(_open, settings, queue),
            publisher=ConfirmingPublisher(settings.amqp_uri, f"{queue} copies"),
            copier=Copier(settings.service, own),
            intake=Intake(service=settings.service, source=self.source, own=own),
            batch=lambda alive: Batch(app=app, handlers=handlers, other=other, alive=alive),
            tiers=len(settings.retry_ttls_ms),
            batch_size=settings.batch_size,
            batch_wait=settings.batch_wait_ms / 1000,
            database_answers=functools.partial(_answers, app),
        )


def _open(settings: Any, queue: str) -> Reader:
    reader = Reader(
        settings.amqp_uri, f"{queue} consumer", [queue], settings.batch_size * _PREFETCHED_BATCHES
    )
    reader.open()
    return reader


def _fault(subscription: Subscription) -> str | None:
    return None if subscription.attached else "not attached"


def _answers(app: Any) -> bool:
    try:
        app.database.transact(lambda transaction: transaction.find("leases", {"_id": "nobody"}, limit=1))
    except Exception as exc:  # noqa: BLE001 - any error means: not yet
        log.debug("the database does not answer", error=type(exc).__name__)
        return False
    return True


class EventEntrypoint(Entrypoint):
    """Registers one method with the consumer of a source."""

    def __init__(self, source: str, event_type: str | None, **kwargs: Any) -> None:
        self.consumer = SourceConsumer(source)
        self.source, self.event_type = source, event_type
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Before the container starts."""
        self.consumer.register(self.event_type, self.method_name)

    def stop(self) -> None:
        """The container waits for its entrypoints first: so it waits for work in flight."""
        self.consumer.stop()


_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def on_event(event_type: str, source: str | None = None) -> _Decorator:
    """Call the method `(self, event, work)` with each fresh event of this type, in the transaction of its batch.

    It may run several times for one event (a transaction is repeated): nothing but work on `work` belongs into it.
    `source` is needed where several services say the type.
    """
    sources = [source] if source else registry.sources(event_type)
    if len(sources) != 1 or (sources[0], event_type) not in registry.SAID:
        raise ValueError(f"{event_type} is said by {', '.join(registry.sources(event_type)) or 'nobody'}")
    decorator: _Decorator = EventEntrypoint.decorator(sources[0], event_type)
    return decorator


def on_any_event(source: str) -> _Decorator:
    """As `on_event`, for every known type of this source without a method of its own."""
    decorator: _Decorator = EventEntrypoint.decorator(source, None)
    return decorator
