"""Which processes belong to this stack, who holds a port: read from /proc, never guessed from a name."""

import errno
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

# Every process of a stack carries these two; the first says which stack, the second which program.
STACK_MARK = "DUZE_LOCAL_STACK"
PROGRAM_MARK = "DUZE_LOCAL_PROGRAM"
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    program: str
    command: str


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    state = _stat_state(pid)
    return state is not None and state not in "ZX"


def _stat_state(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[0]


def name_of(pid: int) -> str:
    """The kernel's short name of the process, "" when it is gone."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def command_of(pid: int) -> str:
    """Program and arguments, shortened; "" when it is gone or not ours to see."""
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return " ".join(part for part in raw.decode("utf-8", "replace").split("\0") if part)[:120]


def _environment_of(pid: int) -> dict[str, str]:
    try:
        raw = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:  # gone, or another user's
        return {}
    pairs = (entry.partition("=") for entry in raw.decode("utf-8", "replace").split("\0"))
    return {key: value for key, _, value in pairs}


def of_stack(run_dir: Path, program: str | None = None) -> list[Process]:
    """The living processes that were started for this run directory, without the caller."""
    found = []
    for entry in _PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        pid = int(entry.name)
        marks = _environment_of(pid)
        if marks.get(STACK_MARK) != str(run_dir) or not alive(pid):
            continue
        if program is None or marks.get(PROGRAM_MARK) == program:
            found.append(Process(pid, marks.get(PROGRAM_MARK, ""), command_of(pid)))
    return found


def wait_until(condition: Callable[[], bool], timeout: float, interval: float = 0.1) -> bool:
    """Look every `interval` seconds until it holds; False when `timeout` has passed first."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # ended by itself meanwhile


def _all_gone(pids: list[int]) -> bool:
    return not any(alive(pid) for pid in pids)


def end(pids: Iterable[int], grace: float) -> list[int]:
    """Ask them to stop, after `grace` seconds make them; the ones that are still there."""
    remaining = [pid for pid in pids if alive(pid)]
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        if number == signal.SIGTERM and grace <= 0:
            continue
        for pid in remaining:
            send(pid, number)
        wait_until(partial(_all_gone, remaining), patience)
        remaining = [pid for pid in remaining if alive(pid)]
        if not remaining:
            break
    return remaining


def port_is_free(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def listening(pid: int | None = None) -> list[tuple[str, int, str]]:
    """(address, port, inode) of the listening TCP sockets, of one process or of the machine."""
    rows = []
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A":
                address, _, port = fields[1].partition(":")
                rows.append((_readable(address), int(port, 16), fields[9]))
    if pid is None:
        return rows
    mine = _socket_inodes(pid)
    return [row for row in rows if row[2] in mine]


def _readable(address: str) -> str:
    words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return socket.inet_ntop(family, b"".join(words))


def _socket_inodes(pid: int) -> set[str]:
    inodes = set()
    try:
        for fd in (_PROC / str(pid) / "fd").iterdir():
            try:
                target = str(fd.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    except OSError:  # gone, or another user's
        return set()
    return inodes


def holder_of(port: int) -> str:
    """Who listens on the port, as far as it can be known."""
    inodes = {inode for _, number, inode in listening() if number == port}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and _socket_inodes(int(entry.name)) & inodes:
            return f"pid {entry.name} ({command_of(int(entry.name)) or name_of(int(entry.name))})"
    return "a process that cannot be seen from this account"
