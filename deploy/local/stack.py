"""Brings the local stack up and down."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local import credentials, fonts, packages, processes, programs, rabbitmq, readiness, replica
from deploy.local.errors import StackError
from deploy.local.programs import Program
from deploy.local.settings import ROOT, LocalSettings, variable_of
from deploy.local.supervision import Supervisor, socket_file, stack_file

Say = Callable[[str], None]
# Only what the stack made itself is ever deleted.
_OURS = (
    "mongod", "rabbitmq", "log", "mail", "channels", "secrets.env", "stack.json", "supervisord.conf",
    "supervisord.pid", "supervisor.sock", "story", "bench.json",
)  # fmt: skip
_BULLETINS = tuple(f"bulletin*.{ending}" for ending in ("md", "html", "docx", "pdf"))
"""What the demo files."""
_SERVERS = ("rabbitmq", "mongod")


@contextmanager
def _alone(settings: LocalSettings) -> Iterator[None]:
    """One command at a time on one run directory."""
    settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.run_dir / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def up(settings: LocalSettings, env: dict[str, str], say: Say, servers_only: bool = False) -> None:
    """Start what does not run yet, restart what was given other settings, wait until all is ready.

    Raises:
        StackError: with what is not ready and its last log lines.
    """
    with _alone(settings):
        _ready_machine(settings, env, say)
        secrets = credentials.make(settings)
        wanted = programs.of_stack(settings, secrets, servers_only)
        supervisor = Supervisor(settings)
        _stop_changed(settings, supervisor, wanted, say)
        _check_ports(settings, supervisor, wanted)
        programs.save(stack_file(settings), settings.run_dir, wanted)
        supervisor.start([program.name for program in wanted])
        _start_servers(settings, supervisor, wanted, secrets, say)
        if servers_only:
            return
        _declare_topology(settings, secrets, say)
        if not set(programs.SERVICE_PROGRAMS) <= supervisor.running():
            say("starting the services")
        for program in wanted:
            supervisor.launch(program.name)
        readiness.wait(settings, lambda: {name: row["pid"] for name, row in supervisor.states().items()})


def down(settings: LocalSettings, say: Say) -> None:
    """Stop everything of this run directory; nothing that runs elsewhere is touched."""
    if not settings.run_dir.exists():
        return
    with _alone(settings):
        _stop_all(settings, Supervisor(settings), say)


def reset(settings: LocalSettings, say: Say) -> None:
    """Stop everything and delete what the stack made: data, secrets, logs, mail, bulletins."""
    if not settings.run_dir.exists():
        return
    with _alone(settings):
        _stop_all(settings, Supervisor(settings), say)
        bulletins = [path for pattern in _BULLETINS for path in settings.run_dir.glob(pattern)]
        for path in (*(settings.run_dir / name for name in _OURS), *bulletins):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def work_pid(settings: LocalSettings, name: str) -> int | None:
    """The process that does a program's work, None when it does not run."""
    row = Supervisor(settings).states().get(name)
    if row is not None:
        pid = int(row["pid"]) if row["statename"] == "RUNNING" else 0
    else:
        pid = next((process.pid for process in processes.of_stack(settings.run_dir, name)), 0)
    if not pid or not processes.alive(pid):
        return None
    # Just started, it is still the launcher about to become the program.
    processes.wait_until(lambda: "deploy.local.launch" not in processes.command_of(pid), 15)
    if name == "rabbitmq":
        processes.wait_until(lambda: processes.name_of(pid) == "beam.smp", 5)
    return pid if processes.alive(pid) else None


def _ready_machine(settings: LocalSettings, env: dict[str, str], say: Say) -> None:
    missing = programs.missing_packages(settings, env)
    if missing:
        say(f"system packages are missing: {', '.join(missing)}")
        packages.ensure(missing)
        still = programs.missing_packages(settings, env)
        if still:
            raise StackError(f"installed, yet not to be found: {', '.join(still)}")
    if not settings.external("AMQP"):
        packages.check_rabbitmq_version(env)
    folder = fonts.folder(settings.given)
    if fonts.missing(folder):
        say("fetching the fonts of printed documents (115 MB, once)")
        try:
            fonts.fetch(folder)
        except (StackError, OSError) as exc:
            # Nothing else needs them.
            say(f"no .pdf of bulletins until there are fonts: {exc}")


def _stop_changed(settings: LocalSettings, supervisor: Supervisor, wanted: list[Program], say: Say) -> None:
    """Without a supervisor, what an earlier one left; with one, what was given other settings."""
    if supervisor.pid() is None:
        _sweep(settings, say)
        return
    before = programs.saved(stack_file(settings))
    now = {program.name: program for program in wanted}
    changed = [
        name
        for name in supervisor.running() & now.keys()
        if name not in before or not now[name].same_as(before[name])
    ]
    if changed:
        say(f"other settings than before: restarting {', '.join(sorted(changed))}")
        supervisor.stop(changed)


def _check_ports(settings: LocalSettings, supervisor: Supervisor, wanted: list[Program]) -> None:
    running = supervisor.running()
    taken = [
        f"port {settings.ports[name]} ({name}) is used by {processes.holder_of(settings.ports[name])}: "
        f"stop that, or set {variable_of(name)} to another port"
        for program in wanted
        if program.name not in running
        for name in program.ports
        if not processes.port_is_free(settings.ports[name])
    ]
    if taken:
        raise StackError("\n".join(taken))


def _start_servers(
    settings: LocalSettings, supervisor: Supervisor, wanted: list[Program], secrets: dict[str, str], say: Say
) -> None:
    names = [program.name for program in wanted]
    running = supervisor.running()
    for name in ("epmd", "rabbitmq", "mongod", "smtp", "channels"):
        if name in names:
            supervisor.launch(name)
    if starting := [name for name in _SERVERS if name in names and name not in running]:
        say(f"starting {' and '.join(starting)}")
    if "mongod" in names:
        replica.prepare(settings, secrets["DUZE_MONGO_ADMIN_URI"], timeout=60)
    if "DUZE_MONGO_ADMIN_URI" in secrets:
        replica.make_users(secrets["DUZE_MONGO_ADMIN_URI"], secrets)
    if "rabbitmq" in names:
        management, admin = secrets["DUZE_AMQP_MANAGEMENT_URI"], secrets["DUZE_AMQP_ADMIN_URI"]
        if not processes.wait_until(lambda: rabbitmq.answers(management, admin), 90, 0.3):
            tail = readiness.log_tail(settings, "rabbitmq")
            raise StackError(f"RabbitMQ does not answer. The end of its log:\n{tail}")


def _declare_topology(settings: LocalSettings, secrets: dict[str, str], say: Say) -> None:
    if "DUZE_AMQP_ADMIN_URI" not in secrets:
        say("no administrator's address of the broker is given: its users and topology are taken as made")
        return
    say("declaring users and topology")
    env = programs.inherited() | programs.stack_environment(settings, secrets)
    done = subprocess.run(
        [sys.executable, "-m", "shared.messaging.topology"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode != 0:
        raise StackError(f"the topology job failed:\n{done.stdout[-3000:]}")


def _stop_all(settings: LocalSettings, supervisor: Supervisor, say: Say) -> None:
    running = supervisor.running()
    if running:
        say("stopping")
        # Services hand back what they hold while broker and database still listen; epmd goes last.
        supervisor.stop(running - {*_SERVERS, "epmd"})
        supervisor.stop(running & set(_SERVERS))
    supervisor.shutdown()
    _sweep(settings, say)
    socket_path = socket_file(settings)
    if socket_path.parent != settings.run_dir and socket_path.parent.exists():
        shutil.rmtree(socket_path.parent)


def _sweep(settings: LocalSettings, say: Say) -> None:
    """End what carries this run directory's mark and nobody supervises any more."""
    left = processes.of_stack(settings.run_dir)
    if not left:
        return
    say(f"ending what was left running: {', '.join(f'{p.program} ({p.pid})' for p in left)}")
    # The supervisor, if it hangs, would restart what is ended before it.
    first = [process.pid for process in left if process.program == "supervisord"]
    others = [process.pid for process in left if process.program not in ("supervisord", "epmd")]
    last = [process.pid for process in left if process.program == "epmd"]
    stubborn = processes.end(first, grace=0) + processes.end(others, grace=25) + processes.end(last, grace=2)
    if stubborn:
        raise StackError(f"these do not end: {stubborn}")
