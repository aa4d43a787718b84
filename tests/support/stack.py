"""A whole stack of its own for tests: broker, database, mail sink, eight service processes.

In a scratch folder and on free ports, with short retry tiers; started through the same command as
`make up`.
"""

import email
import email.policy
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local import credentials, processes, programs, tokens
from deploy.local import stack as local
from deploy.local.settings import LOOPBACK, PORTS, ROOT, LocalSettings
from deploy.local.supervision import Supervisor
from shared.contracts.routing import SERVICES
from tests.support import scratch
from tests.support.eventually import eventually
from tests.support.free_ports import free_ports

SHORT_TIERS = "200,500,1000,2000"
COUNTY = "990100"


def clean_environment() -> dict[str, str]:
    """The caller's environment without settings of Duze, neither exported nor in `.env`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DUZE_")}
    return kept | {"DUZE_ENV_FILE": os.devnull}


class Stack:
    """Started once and asked by many tests; `settings` are further DUZE_ variables for it."""

    def __init__(self, servers_only: bool = False, **settings: str) -> None:
        self.servers_only = servers_only
        self.folder = scratch.make("servers" if servers_only else "stack")
        self.run_dir = self.folder / "run"
        names = [variable for variable, _ in PORTS.values()]
        names += [f"DUZE_{service.upper()}_WORKER_PORT" for service in SERVICES]
        ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
        self.environ = clean_environment() | ports | {
            "DUZE_RUN_DIR": str(self.run_dir), "DUZE_RETRY_TTLS_MS": SHORT_TIERS, **settings,
        }  # fmt: skip

    @property
    def settings(self) -> LocalSettings:
        return LocalSettings.load(self.environ)

    def command(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """One command of the local stack, as a person would give it."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.local", *arguments], cwd=ROOT, env=self.environ | environ,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def start(self) -> "Stack":
        """Up, and ready; fails with what the command said."""
        done = self.command("up", *(["--only-servers"] if self.servers_only else []))
        assert done.returncode == 0, f"the stack did not start:\n{done.stdout}\n{done.stderr}"
        return self

    def stop(self) -> None:
        """Down, and everything deleted."""
        try:
            done = self.command("reset")
            assert done.returncode == 0, f"the stack did not stop:\n{done.stdout}\n{done.stderr}"
        finally:
            scratch.remove(self.folder)

    def env(self) -> dict[str, str]:
        """All addresses, passwords and settings, administrators' included."""
        return programs.stack_environment(self.settings, credentials.required(self.settings))

    def url(self, service: str, role: str = "api") -> str:
        return f"http://{LOOPBACK}:{self.settings.ports[f'{service}-{role}']}"

    def token(
        self, role: str, sub: str | None = None, area: str = COUNTY, team: str | None = None,
        cadre: str | None = None, ttl: int = tokens.TWELVE_HOURS,
    ) -> str:  # fmt: skip
        return tokens.make(self.env(), role=role, sub=sub, area=area, team=team, cadre=cadre, ttl=ttl)

    def pid(self, name: str) -> int | None:
        """The process that does the work, None while it is not there."""
        return local.work_pid(self.settings, name)

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to a program's process; which one that was."""
        pid = self.pid(name)
        assert pid is not None, f"{name} is not running"
        processes.send(pid, number)
        return pid

    def halt(self, name: str) -> None:
        """Stop a program and keep it stopped."""
        Supervisor(self.settings).stop([name])

    def resume(self, name: str) -> None:
        """Start a halted one again; returns before it is ready."""
        Supervisor(self.settings).launch(name)

    def restarted(self, name: str, old: int, seconds: float = 5) -> int:
        """Wait until the supervisor has put another process in the place of `old`."""

        def another() -> int:
            row = Supervisor(self.settings).states()[name]
            assert row["statename"] == "RUNNING", row
            assert row["pid"] not in (0, old), row
            return int(row["pid"])

        return eventually(another, seconds=seconds)

    def log(self, name: str) -> str:
        return (self.settings.log_dir / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def mails(self) -> list[str]:
        """Subject and text of every message the sink has filed, oldest first."""
        return [_text(path) for path in sorted((self.run_dir / "mail").glob("*.eml"))]

    def documents(self, service: str, collection: str, where: dict[str, Any]) -> list[dict[str, Any]]:
        """What a service keeps, read past it as the administrator."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.env()["DUZE_MONGO_ADMIN_URI"], tz_aware=True)
        with client:
            return list(client[f"duze_{service}"][collection].find(where))


def _text(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    return f"{message['subject']}\n{body.get_content() if body is not None else ''}"
