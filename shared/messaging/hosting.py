"""How messaging lives in a nameko container: a service instance with its dependencies, threads that cannot kill it."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from nameko.containers import WorkerContext
from nameko.extensions import Entrypoint

log = structlog.get_logger("messaging")


class _Nobody(Entrypoint):
    """The entrypoint of instances that are called directly."""

    method_name = "messaging"


def service_instance(container: Any) -> Any:
    """The service as nameko would hand it to a handler: every dependency injected, no broker header near it.

    Call it when the container has been set up.
    """
    service = container.service_cls()
    context = WorkerContext(container, service, _Nobody())
    for provider in container.dependencies:
        setattr(service, provider.attr_name, provider.get_dependency(context))
    return service


class Hosted:
    """Something with `run` in a managed thread of a container, and a bounded end."""

    def __init__(self, name: str, run: Callable[[], None], stop: Callable[[], None]) -> None:
        self._name = name
        self._run = run
        self._stop = stop
        self._done = threading.Event()

    def start(self, container: Any) -> "Hosted":
        """Spawn the thread."""
        container.spawn_managed_thread(self._guarded, identifier=self._name)
        return self

    def stop(self, patience: float) -> None:
        """Ask for the end and wait for it, at most `patience` seconds; the container ends what is left."""
        self.ask()
        if not self._done.wait(patience):
            log.warning("a thread did not end in time", step=self._name, seconds=patience)

    def ask(self) -> None:
        """Ask for the end."""
        try:
            self._stop()
        except Exception:
            # A stop that fails must not keep the others from stopping.
            log.exception("stopping failed", step=self._name)

    def _guarded(self) -> None:
        try:
            self._run()
        except Exception:
            # nameko would take the whole container down with it; its readiness tells of it instead.
            log.exception("a thread ended", step=self._name)
        finally:
            self._done.set()
