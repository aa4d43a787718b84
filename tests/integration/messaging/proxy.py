"""A link that can be passed, cut or turned into a black hole, between a process and a server."""

import contextlib
import socket
import threading
import time
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Mode = Literal["pass", "cut", "hole"]


class Proxy:
    """Listens on a port of its own and forwards to `host:port` of a URI.

    cut: connections are reset and refused at once. hole: they are taken, and nothing ever comes through.
    """

    def __init__(self, target: str, default_port: int) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or default_port)
        self.mode: Mode = "pass"
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def uri(self, original: str) -> str:
        """The same address by way of this link; a Mongo one without discovery of the members behind it."""
        parts = urlsplit(original)
        user = parts.netloc.rpartition("@")[0]
        options = [part for part in parts.query.split("&") if part and not part.startswith("replicaSet")]
        query = "&".join(["directConnection=true", *options])
        changed = parts._replace(netloc=f"{user}@{self.at}" if user else self.at)
        return urlunsplit(changed._replace(query=query) if parts.scheme == "mongodb" else changed)

    def set(self, mode: Mode) -> None:
        self.mode = mode
        if mode == "cut":
            for one in list(self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.set("cut")
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.mode == "cut":
                near.close()
                continue
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                self._open.add(source)
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                while self.mode == "hole":
                    time.sleep(0.02)  # a black hole swallows until it is opened again
                sink.sendall(piece)
        for one in (source, sink):
            self._open.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
