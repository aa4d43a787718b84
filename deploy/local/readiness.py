"""Waits until every process of the services says it is ready, or tells which does not and why."""

import http.client
import json
from collections import deque
from collections.abc import Callable, Mapping

from deploy.local import processes
from deploy.local.errors import StackError
from deploy.local.programs import SERVICE_PROGRAMS
from deploy.local.settings import LOOPBACK, LocalSettings

_LOG_LINES = 15
_LIVES = 4
"""A program that the supervisor has started so often by now ends by itself; waiting longer would not mend it."""


def ask(port: int) -> tuple[int, str]:
    """(status, what is missing); status 0 when nobody answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(4000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as exc:
        return 0, f"no answer ({type(exc).__name__})"
    finally:
        connection.close()


def wait(settings: LocalSettings, pids: Callable[[], Mapping[str, int]]) -> None:
    """Return when all eight are ready; `pids` tells which process each program is at the moment.

    Raises:
        StackError: after the time limit, or when one keeps ending by itself; with answers and logs of those that are
            not ready.
    """
    waiting: dict[str, str] = dict.fromkeys(SERVICE_PROGRAMS, "")
    lives: dict[str, set[int]] = {name: set() for name in SERVICE_PROGRAMS}

    def all_ready() -> bool:
        for name in list(waiting):
            status, text = ask(settings.ports[name])
            if status == 200:
                del waiting[name]
            else:
                waiting[name] = f"{status} {_shortened(text)}"
        return not waiting

    def hopeless() -> bool:
        for name, pid in pids().items():
            if pid and name in waiting:
                lives[name].add(pid)
        return any(len(lives[name]) >= _LIVES for name in waiting)

    processes.wait_until(lambda: all_ready() or hopeless(), settings.up_timeout, 0.25)
    if not waiting:
        return
    reports = [
        f"{name} (port {settings.ports[name]}) is not ready: {answer}\n{log_tail(settings, name)}"
        for name, answer in waiting.items()
    ]
    raise StackError("\n\n".join(reports))


def _shortened(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)[:500]
    except ValueError:
        return text[:200]


def log_tail(settings: LocalSettings, name: str) -> str:
    """The last lines a program wrote, indented."""
    file = settings.log_dir / f"{name}.log"
    if not file.exists():
        return "  (no log)"
    with file.open(encoding="utf-8", errors="replace") as stream:
        return "\n".join(f"  {line.rstrip()[:300]}" for line in deque(stream, _LOG_LINES)) or "  (empty log)"
