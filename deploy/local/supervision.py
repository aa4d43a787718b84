"""The supervisor of the local stack: its configuration, its start, and talking to it."""

import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.local import processes
from deploy.local.credentials import write_private
from deploy.local.errors import StackError
from deploy.local.settings import ROOT, LocalSettings

# A socket's path has 107 bytes; the supervisor binds to it with its process id appended first.
_LONGEST_SOCKET = 95
_RUNNING = ("RUNNING", "STARTING", "BACKOFF")


def stack_file(settings: LocalSettings) -> Path:
    return settings.run_dir / "stack.json"


def socket_file(settings: LocalSettings) -> Path:
    """In the run directory, or, where that path is too long for a socket, in a private short one."""
    usual = settings.run_dir / "supervisor.sock"
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET:
        return usual
    key = hashlib.sha256(os.fsencode(settings.run_dir)).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    parent = runtime if runtime and len(os.fsencode(runtime)) < 60 else tempfile.gettempdir()
    return Path(parent) / f"duze-{os.getuid()}-{key}" / "supervisor.sock"


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise StackError(f"{folder} is not private to this account: remove it")


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _configuration(settings: LocalSettings, names: Iterable[str]) -> str:
    run, log = _escaped(str(settings.run_dir)), _escaped(str(settings.log_dir))
    sections = [
        f"""\
[unix_http_server]
file={_escaped(str(socket_file(settings)))}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
logfile={log}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
loglevel=info
pidfile={run}/supervisord.pid
childlogdir={log}
directory={_escaped(str(ROOT))}
umask=077
"""
    ]
    if os.getuid() == 0:
        sections[0] += "user=root\n"
    # epmd keeps nothing, and takes seconds to hear a TERM
    for name in names:
        command = shlex.join([sys.executable, "-m", "deploy.local.launch", str(stack_file(settings)), name])
        sections.append(f"""\
[program:{name}]
command={_escaped(command)}
environment={processes.PROGRAM_MARK}="{name}"
autostart=false
autorestart=true
startsecs=0
startretries=1000000
stopwaitsecs=25
stopsignal={"KILL" if name == "epmd" else "TERM"}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
""")
    return "\n".join(sections)


class Supervisor:
    """One supervisord, spoken to over its socket."""

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings

    @property
    def _rpc(self) -> Any:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{socket_file(self.settings)}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def pid(self) -> int | None:
        """Of the one that answers on the socket."""
        try:
            return int(self._rpc.getPID())
        except (OSError, xmlrpc.client.Error):
            return None

    def start(self, names: list[str]) -> None:
        """Start it, or let a running one know of programs it did not have."""
        configuration = self.settings.run_dir / "supervisord.conf"
        self.settings.log_dir.mkdir(parents=True, exist_ok=True)
        write_private(configuration, _configuration(self.settings, names))
        if self.pid() is not None:
            self._reload()
            return
        socket_path = socket_file(self.settings)
        if socket_path.parent != self.settings.run_dir:
            _make_private(socket_path.parent)
        env = {
            "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8",
            processes.STACK_MARK: str(self.settings.run_dir), processes.PROGRAM_MARK: "supervisord",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)], cwd=ROOT, env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0 or not processes.wait_until(lambda: self.pid() is not None, 10):
            raise StackError(f"the supervisor did not start:\n{done.stdout[-1500:]}")

    def _reload(self) -> None:
        added, _changed, _removed = self._rpc.reloadConfig()[0]
        for group in added:
            self._rpc.addProcessGroup(group)

    def states(self) -> dict[str, dict[str, Any]]:
        """{program: what the supervisor knows of it}; empty when there is no supervisor."""
        try:
            return {row["name"]: row for row in self._rpc.getAllProcessInfo()}
        except (OSError, xmlrpc.client.Error):
            return {}

    def running(self) -> set[str]:
        return {name for name, row in self.states().items() if row["statename"] in _RUNNING}

    def launch(self, name: str) -> None:
        try:
            self._rpc.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise StackError(f"the supervisor cannot start {name}: {fault.faultString}") from fault

    def stop(self, names: Iterable[str], timeout: float = 40) -> None:
        """Stop these, all at the same time."""
        wanted = set(names) & self.running()
        for name in wanted:
            try:
                self._rpc.stopProcess(name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != Faults.NOT_RUNNING:
                    raise
        if not processes.wait_until(lambda: not wanted & self._not_stopped(), timeout):
            raise StackError(f"did not stop: {', '.join(sorted(wanted & self._not_stopped()))}")

    def _not_stopped(self) -> set[str]:
        quiet = ("STOPPED", "EXITED", "FATAL")
        return {name for name, row in self.states().items() if row["statename"] not in quiet}

    def shutdown(self) -> None:
        """Stop whatever it still runs, and end the supervisor itself."""
        pid = self.pid()
        if pid is None:
            return
        self.stop(self.running())
        try:
            # By itself it goes through its programs one a second, also through stopped ones.
            for name in self.states():
                self._rpc.removeProcessGroup(name)
            self._rpc.shutdown()
        except (OSError, xmlrpc.client.Error):
            processes.end([pid], grace=30)
        if not processes.wait_until(lambda: not processes.alive(pid), 60):
            processes.end([pid], grace=0)
