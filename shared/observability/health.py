"""Readiness: named checks, each bounded and remembered for a moment, so that a flood of probes costs nothing."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

_log = structlog.get_logger("health")
# What is wrong, or None. A check bounds itself to two seconds.
Check = Callable[[], str | None]
# What is worth knowing and keeps nobody from being ready.
Detail = Callable[[], Mapping[str, str]]


@dataclass(slots=True)
class _Entry:
    check: Check
    every: float
    needs: str | None
    fault: str | None = "not yet checked"
    checked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Details:
    detail: Detail
    every: float
    known: Mapping[str, str] = field(default_factory=dict)
    asked_at: float = float("-inf")

    def told(self) -> Mapping[str, str]:
        if time.monotonic() - self.asked_at >= self.every:
            self.asked_at = time.monotonic()
            try:
                self.known = dict(self.detail())
            except Exception as exc:  # noqa: BLE001 - whatever it raised, it keeps nobody from being ready
                _log.warning("detail failed", error=type(exc).__name__)
                self.known = {}
        return self.known


class Readiness:
    """The checks of this process; `stopping` makes it unready at once."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._details: dict[str, _Details] = {}
        self.stopping = False

    def add(self, name: str, check: Check, every: float = 1.0, needs: str | None = None) -> None:
        """Ask `check` at most once in `every` seconds (a fault is asked about again each second).

        It is not asked while the check it `needs` has a fault: it would only wait for the same thing again.
        """
        self._entries[name] = _Entry(check, every, needs)

    def tell(self, name: str, detail: Detail, every: float = 5.0) -> None:
        """Show under `name` what `detail` says, asked at most once in `every` seconds."""
        self._details[name] = _Details(detail, every)

    def details(self) -> dict[str, Mapping[str, str]]:
        """What is worth knowing, by name; what cannot be asked now is left out."""
        told = {name: entry.told() for name, entry in list(self._details.items())}
        return {name: one for name, one in told.items() if one}

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
