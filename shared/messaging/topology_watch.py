"""Looks now and then whether the service's exchanges and queues are there; readiness tells of what is missing."""

import threading

import structlog

from shared.messaging import connection as link
from shared.messaging import topology
from shared.messaging.connection import BROKER_ERRORS

log = structlog.get_logger("messaging")

EVERY = 30.0
_EVERY_WHILE_MISSING = 2.0


class TopologyWatch:
    """Asks the broker every EVERY seconds, more often while something is missing. `run` returns after `stop`."""

    def __init__(self, uri: str, service: str) -> None:
        self._uri = uri
        self._service = service
        self._fault: str | None = "the broker has not answered yet"
        self._stopping = threading.Event()

    def fault(self) -> str | None:
        """What was missing when last looked; None when everything was there."""
        return self._fault

    def stop(self) -> None:
        """Ask `run` to return."""
        self._stopping.set()

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.is_set():
            self._fault = self._look()
            self._stopping.wait(_EVERY_WHILE_MISSING if self._fault else EVERY)

    def _look(self) -> str | None:
        connection = None
        try:
            connection = link.connect(self._uri, f"{self._service} topology watch")
            absent = topology.missing(connection, self._service)
            return f"missing: {', '.join(absent)}" if absent else None
        except BROKER_ERRORS as exc:
            return f"the broker does not answer ({type(exc).__name__})"
        except Exception as exc:
            # A defect here must show in the readiness, not end the watch.
            log.exception("looking for the topology failed")
            return f"the topology cannot be looked at ({type(exc).__name__})"
        finally:
            link.close(connection)
