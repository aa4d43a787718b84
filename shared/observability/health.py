"""Readiness: named checks, each bounded and remembered for a moment, so that a flood of probes costs nothing."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

_log = structlog.get_logger("health")
# What is wrong, or None. A check bounds itself to two seconds.
Check = Callable[[], str | None]


@dataclass(slots=True)
class _Entry:
    check: Check
    every: float
    needs: str | None
    fault: str | None = "not yet checked"
    checked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


class Readiness:
    """The checks of this process; `stopping` makes it unready at once."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self.stopping = False

    def add(self, name: str, check: Check, every: float = 1.0, needs: str | None = None) -> None:
        """Ask `check` at most once in `every` seconds (a fault is asked about again each second).

        It is not asked while the check it `needs` has a fault: it would only wait for the same thing again.
        """
        self._entries[name] = _Entry(check, every, needs)

    def remove(self, name: str) -> None:
        """Ask it no longer."""
        self._entries.pop(name, None)

    def missing(self) -> dict[str, str]:
        """What is wrong, by the name of the check; empty when the process is ready."""
        if self.stopping:
            return {"process": "stopping"}
        faults: dict[str, str] = {}
        for name, entry in list(self._entries.items()):
            if entry.needs in faults:
                continue
            fault = self._ask(name, entry)
            if fault is not None:
                faults[name] = fault
        return faults

    def _ask(self, name: str, entry: _Entry) -> str | None:
        fresh = entry.every if entry.fault is None else min(entry.every, 1.0)
        # Whoever comes while a check runs waits for its outcome instead of asking again.
        with entry.lock:
            if time.monotonic() - entry.checked_at < fresh:
                return entry.fault
            try:
                entry.fault = entry.check()
            except Exception as exc:  # noqa: BLE001 - a check that fails is a fault, whatever it raised
                _log.warning("check failed", check=name, error=type(exc).__name__)
                entry.fault = f"cannot be checked ({type(exc).__name__})"
            entry.checked_at = time.monotonic()
        return entry.fault


READINESS = Readiness()
"""The one of this process: consumers, relay and database add what they know."""
