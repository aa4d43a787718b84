"""The web server under every service: bounded in connections, time and memory, and alive whatever clients do.

nameko's own dies when it runs out of file descriptors, reads chunked bodies as empty, waits for ever on a slow
client, takes any length of body and shows exception texts.
"""

import resource
import socket
import time
from functools import partial
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from greenlet import GreenletExit
from nameko.web.server import WebServer

from shared.http.connections import Connection, Connections
from shared.http.gateway import Gateway
from shared.http.protocol import StrictProtocol
from shared.observability import metrics
from shared.observability.health import READINESS

_log = structlog.get_logger("http")
_BACKLOG = 512
# Left for the database, the broker, logs and files.
_RESERVED_FILES = 96
_FEWEST = 8
_SOCKET_SECONDS = 10.0
_URL_LENGTH = 8192
# Within the nineteen seconds a process has to end.
_GRACE = 15.0


class QuietServer(wsgi.Server):
    """eventlet's server object without its own log: it would write out exceptions and request lines."""

    def refused(self, method: str, status: int) -> None:
        """Count a request that never reached a route."""
        metrics.observe_request(method, None, status, 0.0)


class HardenedWebServer(WebServer):
    """Accepts, bounds and ends connections; `draining` while the service stops."""

    def __init__(self) -> None:
        super().__init__()
        self._starting = False
        self._watcher: Any = None
        self.draining = False
        self._connections = Connections(_FEWEST)
        self._quiet_until = 0.0

    def start(self) -> None:
        """Listen. Another process on the same port is an error, not a sharer (no SO_REUSEPORT)."""
        if self._starting:
            return
        self._starting = True
        self._connections.most = self._capacity()
        self._sock = _listen(*self.bind_addr)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)
        self._watcher = self.container.spawn_managed_thread(self._watch)

    def get_wsgi_app(self) -> Gateway:
        """The routes of this server."""
        return Gateway(self._providers)

    def get_wsgi_server(
        self, sock: Any, wsgi_app: Any, protocol: type = StrictProtocol, debug: bool = False
    ) -> QuietServer:
        """eventlet's server around it."""
        server = QuietServer(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=False,
            log_output=False,
            url_length_limit=_URL_LENGTH,
            socket_timeout=_SOCKET_SECONDS,
        )
        # Set here, since the constructor warns: ETag and WWW-Authenticate stay as they are written.
        server.capitalize_response_headers = False
        return server

    def run(self) -> None:
        """Take clients in for as long as the server is there."""
        while self._is_accepting:
            # Killed by `stop` while it waits in accept.
            if self._connections.full and not self._make_room():
                continue
            try:
                client, address = self._sock.accept()
            except OSError as exc:
                # Out of file descriptors, or the client was gone before we came: neither may end the service.
                self._tell("accept failed", error=type(exc).__name__, code=exc.errno)
                self._connections.give_way()
                eventlet.sleep(0.1)
                continue
            client.settimeout(_SOCKET_SECONDS)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._connections.add(client)
            self.container.spawn_managed_thread(partial(self._serve, connection, address), "connection")

    def drain(self) -> None:
        """Take no further requests but probes, and wait until those in hand are answered."""
        self.draining = True
        READINESS.stopping = True
        self._connections.end_idle()
        until = time.monotonic() + _GRACE
        while self._connections.busy() and time.monotonic() < until:
            eventlet.sleep(0.05)

    def stop(self) -> None:
        """Close the door, then let the last answers leave."""
        self._is_accepting = False
        if self._gt is not None:
            self._gt.kill()
            self._watcher.kill()
            self._sock.close()
        until = time.monotonic() + 2.0
        while self._connections.busy() and time.monotonic() < until:
            eventlet.sleep(0.02)
        self.wait_for_providers()

    def _serve(self, connection: Connection, address: Any) -> None:
        try:
            self._serv.process_request([address, connection.client, wsgi.STATE_IDLE, connection])
        except GreenletExit:
            raise
        except Exception as exc:  # noqa: BLE001 - one client's fault must not end the service
            # Mostly a reset or a time-out while answering; the answer's own failures are logged by the gateway.
            _log.debug("connection broke", error=type(exc).__name__)
        finally:
            self._connections.remove(connection)
            try:
                connection.client.close()
            except OSError as exc:
                _log.debug("close failed", error=type(exc).__name__)

    def _make_room(self) -> bool:
        """Full: idle clients give way, else the next one waits in the kernel's queue.

        By the eighth: one at a time, whoever opens connections faster than that would keep everybody else out.
        """
        self._tell("connections at their limit", count=len(self._connections))
        self._connections.give_way(max(1, self._connections.most // 8))
        eventlet.sleep(0.05)
        return not self._connections.full

    def _watch(self) -> None:
        while True:
            eventlet.sleep(0.5)
            late = self._connections.expire_late()
            if late:
                _log.info("slow connections ended", count=late)

    def _capacity(self) -> int:
        settings = self.container.config.get("settings")
        wanted = settings.max_connections if settings is not None else 256
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return int(max(_FEWEST, min(wanted, files - _RESERVED_FILES)))

    def _tell(self, event: str, **fields: Any) -> None:
        """One line every five seconds: a flood must not become a flood of log lines."""
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + 5.0
            _log.warning(event, **fields)


def _listen(host: str, port: int) -> Any:
    """A listening socket. Written out, since eventlet's helper shares a port that is taken."""
    sock = eventlet.green.socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(_BACKLOG)
    return sock
