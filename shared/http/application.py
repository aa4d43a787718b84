"""The `Application` dependency: builds the service's app once per process and makes its indexes when it can."""

import functools
from collections.abc import Callable
from typing import Any

import eventlet
import pymongo
import structlog
from nameko.extensions import DependencyProvider
from pymongo.errors import PyMongoError

from shared.audit.storage import ensure_trail, missing_of_trail
from shared.http.kernel import App, Kernel
from shared.messaging import meters
from shared.observability import metrics
from shared.observability.health import READINESS
from shared.persistence.database import MongoDatabase
from shared.persistence.indexes import ensure_indexes, missing_indexes
from shared.settings import ServiceSettings

_log = structlog.get_logger("application")
_apps: dict["Build", Any] = {}
_LONGEST_WAIT = 5.0


Build = Callable[[Any], Any]


def service_config(settings: ServiceSettings, role: str, build: Build) -> dict[str, Any]:
    """nameko's configuration of a process: where its web server listens, and what `Application` builds of what."""
    port = settings.port if role == "api" else settings.worker_port
    return {
        "WEB_SERVER_ADDRESS": f"{settings.bind}:{port}",
        "AMQP_URI": settings.amqp_uri,
        "max_workers": settings.max_workers,
        "settings": settings,
        "build": build,
        "role": role,
    }


class Application(DependencyProvider):
    """`app = Application()`: handlers see what the process's `build(settings)` made as `self.app`."""

    app: Any = None
    kernel: Kernel | None = None
    _build: Build
    _stopping = False

    def setup(self) -> None:
        """Build the app. Nothing is sent anywhere, so a database that is down does not stop a start."""
        settings = self.container.config["settings"]
        self._build = self.container.config["build"]
        if self._build not in _apps:
            _apps[self._build] = self._build(settings)
        app: App = _apps[self._build]
        self.app = app
        self.kernel = Kernel(app, READINESS, self.container.service_cls)
        if isinstance(app.database, MongoDatabase):
            READINESS.add("database", lambda: _database_fault(app))
            READINESS.add("indexes", lambda: _index_fault(app), every=10.0, needs="database")
        if self.container.config.get("role") == "worker":
            metrics.watch_state(*_state_of(app))

    def start(self) -> None:
        """Make the indexes beside everything else."""
        if isinstance(self.app.database, MongoDatabase):
            self.container.spawn_managed_thread(self._make_indexes, "indexes")

    def get_dependency(self, worker_ctx: Any) -> Any:
        """The app itself."""
        return self.app

    def stop(self) -> None:
        """Let go of connections."""
        self._stopping = True
        READINESS.stopping = True
        close = getattr(self.app, "close", None)
        if close is not None:
            close()
        _apps.pop(self._build, None)

    def _make_indexes(self) -> None:
        wait = 0.5
        while not self._stopping:
            try:
                with pymongo.timeout(60):
                    ensure_indexes(_raw(self.app), self.app.indexes)
                    ensure_trail(self.app.database)
                _log.info("indexes made", count=len(self.app.indexes))
                return
            except PyMongoError as exc:
                # Told by /readyz too; tried again until the database is there.
                _log.warning("indexes wait for the database", error=type(exc).__name__)
            eventlet.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)


def _state_of(app: App) -> list[Callable[[], list[metrics.Sample]]]:
    """How the state is read: what every service has, and what the app tells of its own; two seconds for each."""
    reads: list[Callable[[], Any]] = []
    if isinstance(app.database, MongoDatabase):
        database = app.database
        reads.append(lambda: meters.state(database.collection))
    if hasattr(app, "collect"):
        reads.append(app.collect)
    return [functools.partial(_bounded, read) for read in reads]


def _bounded(read: Callable[[], Any]) -> list[metrics.Sample]:
    # Read whole inside the bound: a generator would do its waiting outside of it.
    with pymongo.timeout(2):
        return list(read())


def _raw(app: App) -> Any:
    database = app.database
    assert isinstance(database, MongoDatabase)
    return database.client[database.name]


def _database_fault(app: App) -> str | None:
    try:
        with pymongo.timeout(2):
            # hello, not ping: a member that cannot be written to is of no use to us.
            answer = _raw(app).client.admin.command("hello")
    except PyMongoError as exc:
        return f"the database does not answer ({type(exc).__name__})"
    return None if answer.get("isWritablePrimary") else "the database has no primary"


def _index_fault(app: App) -> str | None:
    try:
        with pymongo.timeout(2):
            missing = missing_indexes(_raw(app), app.indexes)
            if isinstance(app.database, MongoDatabase):
                missing += missing_of_trail(app.database)
    except PyMongoError as exc:
        return f"indexes cannot be looked up ({type(exc).__name__})"
    return f"missing indexes: {', '.join(missing)}" if missing else None
