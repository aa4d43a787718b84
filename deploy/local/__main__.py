"""Commands of the local stack: python -m deploy.local up|down|reset|status|token|pid|env|exec."""

import os
import shlex
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local import credentials, processes, programs, readiness, stack, tokens
from deploy.local.errors import StackError
from deploy.local.settings import LOOPBACK, ROOT, LocalSettings, merged_environment
from deploy.local.supervision import Supervisor
from shared.contracts.routing import SERVICES

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False)
COUNTY = "990100"


def _say(text: str) -> None:
    console.print(text, style="dim")


def _known_stack(settings: LocalSettings) -> dict[str, str]:
    return programs.stack_environment(settings, credentials.required(settings))


@app.command()
def up(only_servers: Annotated[bool, typer.Option("--only-servers")] = False) -> None:
    """Start broker, database, mail sink and the eight service processes; return when all are ready."""
    settings = LocalSettings.load()
    stack.up(settings, merged_environment(), _say, only_servers)
    if not only_servers:
        _summary(settings)


@app.command()
def down() -> None:
    """Stop them; the data stays."""
    stack.down(LocalSettings.load(), _say)
    console.print("stopped")


@app.command()
def reset() -> None:
    """Stop them and delete data, secrets, logs and mail."""
    stack.reset(LocalSettings.load(), _say)
    console.print("stopped, and the local data is deleted")


@app.command()
def status() -> None:
    """What runs, and whether it is ready."""
    settings = LocalSettings.load()
    table = Table("program", "state", "pid", "port", "ready")
    for name, row in Supervisor(settings).states().items():
        ready = (
            str(readiness.ask(settings.ports[name])[0] == 200) if name in programs.SERVICE_PROGRAMS else ""
        )
        table.add_row(name, row["statename"], str(row["pid"] or ""), str(settings.ports[name]), ready)
    if not table.row_count:
        raise StackError("nothing runs here (make up)")
    console.print(table)


@app.command()
def token(
    role: Annotated[str, typer.Option(envvar="ROLE")] = "",
    sub: Annotated[str, typer.Option(envvar="SUB")] = "",
    team: Annotated[str, typer.Option(envvar="TEAM")] = "",
    area: Annotated[str, typer.Option(envvar="AREA")] = COUNTY,
    cadre: Annotated[str, typer.Option(envvar="CADRE")] = "",
    ttl: Annotated[str, typer.Option(envvar="TTL")] = str(tokens.TWELVE_HOURS),
) -> None:
    """Print one bearer token."""
    if not ttl.isdigit():
        raise StackError(f"TTL={ttl!r} is not a number of seconds to live")
    env = _known_stack(LocalSettings.load())
    made = tokens.make(env, role=role, sub=sub, area=area, team=team, cadre=cadre, ttl=int(ttl))
    print(made)


@app.command()
def pid(name: Annotated[str, typer.Option(envvar="NAME")] = "") -> None:
    """Print the process id that does the work of NAME."""
    known = (*programs.SERVICE_PROGRAMS, "rabbitmq", "mongod", "epmd", "smtp", "channels")
    if name not in known:
        raise StackError(f"NAME={name!r} is none of {', '.join(known)}")
    found = stack.work_pid(LocalSettings.load(), name)
    if found is None:
        raise StackError(f"{name} is not running")
    print(found)


@app.command()
def env(service: str = "") -> None:
    """Print the settings and secrets of this stack as lines a shell can read."""
    for key, value in sorted(_variables(service).items()):
        print(f"export {key}={shlex.quote(value)}")


@app.command(name="exec", context_settings={"ignore_unknown_options": True})
def execute(command: list[str], service: str = "") -> None:
    """Run a command with the settings and secrets of this stack, or of one service in it."""
    marks = (processes.STACK_MARK, processes.PROGRAM_MARK)
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith("DUZE_") and key not in marks
    }
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execvpe(command[0], command, inherited | _variables(service))  # noqa: S606 -- no shell is wanted


def _variables(service: str) -> dict[str, str]:
    settings = LocalSettings.load()
    secrets = credentials.required(settings)
    if not service:
        return programs.stack_environment(settings, secrets)
    if service not in SERVICES:
        raise StackError(f"{service!r} is none of {', '.join(SERVICES)}")
    return programs.service_environment(settings, secrets, service)


def _summary(settings: LocalSettings) -> None:
    table = Table(title="Duze 督责: the local stack", title_justify="left")
    for heading in ("", "address", ""):
        table.add_column(heading)
    for service in SERVICES:
        api, worker = settings.ports[f"{service}-api"], settings.ports[f"{service}-worker"]
        table.add_row(service, f"http://{LOOPBACK}:{api}", f"/docs · worker http://{LOOPBACK}:{worker}")
    if not settings.external("AMQP"):
        management = f"management http://{LOOPBACK}:{settings.ports['rabbitmq-management']}"
        table.add_row("RabbitMQ", f"amqp://{LOOPBACK}:{settings.ports['rabbitmq']}/duze", management)
    if not settings.external("MONGO"):
        table.add_row("MongoDB", f"mongodb://{LOOPBACK}:{settings.ports['mongod']}", "replica set duze")
    table.add_row(
        "other channels",
        f"http://{LOOPBACK}:{settings.ports['channels']}",
        f"filed in {_shown(settings)}/channels",
    )
    table.add_row("mail", f"smtp://{LOOPBACK}:{settings.ports['smtp']}", f"filed in {_shown(settings)}/mail")
    table.add_row("logs", f"{_shown(settings)}/log", f"secrets in {_shown(settings)}/secrets.env")
    console.print(table)
    console.print(
        "A token: make -s token ROLE=office · next: make demo, make story · stop: make down", soft_wrap=True
    )


def _shown(settings: LocalSettings) -> str:
    inside = settings.run_dir.is_relative_to(ROOT)
    return str(settings.run_dir.relative_to(ROOT) if inside else settings.run_dir)


def main(command: Callable[[], object] = app) -> None:
    """Run a command; what it cannot do is told in its own words, without a traceback."""
    try:
        command()
    except StackError as exc:
        print(exc, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
