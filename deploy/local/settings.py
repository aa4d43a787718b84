"""Settings of the local stack: the environment first, then `.env`, then the defaults of `.env.example`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError
from shared.contracts.routing import SERVICES

ROOT = Path(__file__).resolve().parents[2]
VHOST = "duze"
LOOPBACK = "127.0.0.1"
WORKER_OFFSET = 1000
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# name of the port: (variable, default)
PORTS = {
    "rabbitmq": ("DUZE_RABBITMQ_PORT", 5673),
    "rabbitmq-dist": ("DUZE_RABBITMQ_DIST_PORT", 25673),
    "rabbitmq-management": ("DUZE_RABBITMQ_MANAGEMENT_PORT", 15673),
    "epmd": ("DUZE_EPMD_PORT", 4370),
    "mongod": ("DUZE_MONGO_PORT", 27018),
    "smtp": ("DUZE_SMTP_PORT", 8025),
    "channels": ("DUZE_CHANNEL_SINK_PORT", 8027),
    **{f"{service}-api": (f"DUZE_{service.upper()}_PORT", 8001 + n) for n, service in enumerate(SERVICES)},
}


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=value lines; blank lines and # comments are skipped, one pair of quotes is taken off.

    Raises:
        StackError: naming the line that is neither.
    """
    if not path.exists():
        return {}
    values = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        key, separator, value = line.partition("=")
        if not separator or not _KEY.fullmatch(key.strip()):
            raise StackError(f"{path.name} line {number} is not KEY=value")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[key.strip()] = value
    return values


def merged_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment over the clone's `.env` (or the file named by DUZE_ENV_FILE)."""
    given = os.environ if environ is None else environ
    return {**read_env_file(ROOT / given.get("DUZE_ENV_FILE", ".env")), **given}


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Where the stack lives and listens. `given` is everything the user set, secrets left out."""

    run_dir: Path
    ports: dict[str, int]
    up_timeout: float
    given: dict[str, str]

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "LocalSettings":
        """Read them.

        Raises:
            StackError: naming every variable that cannot be used.
        """
        env = {key: value for key, value in merged_environment(environ).items() if value != ""}
        wrong: list[str] = []
        ports = {name: _port(env, variable, default, wrong) for name, (variable, default) in PORTS.items()}
        for service in SERVICES:
            variable = f"DUZE_{service.upper()}_WORKER_PORT"
            ports[f"{service}-worker"] = _port(env, variable, ports[f"{service}-api"] + WORKER_OFFSET, wrong)
        for name, port in ports.items():
            twins = [other for other, number in ports.items() if number == port and other < name]
            wrong += [f"{name} and {other} both want port {port}" for other in twins]
        timeout = env.get("DUZE_UP_TIMEOUT", "180")
        if not timeout.isdigit():
            wrong.append(f"DUZE_UP_TIMEOUT={timeout!r} is not a number of seconds")
        if wrong:
            raise StackError("settings that cannot be used: " + "; ".join(wrong))
        run_dir = ROOT / Path(env.get("DUZE_RUN_DIR", ".run")).expanduser()
        return cls(
            run_dir=Path(os.path.abspath(run_dir)),  # noqa: PTH100 -- no symbolic link is to be followed
            ports=ports,
            up_timeout=float(timeout),
            given={key: value for key, value in env.items() if key.startswith("DUZE_")},
        )

    @property
    def log_dir(self) -> Path:
        return self.run_dir / "log"

    @property
    def secrets_file(self) -> Path:
        return self.run_dir / "secrets.env"

    def external(self, system: str) -> bool:
        """Whether the user named a broker ("AMQP") or database ("MONGO") of their own."""
        names = [f"DUZE_{system}_URI", *(f"DUZE_{service.upper()}_{system}_URI" for service in SERVICES)]
        return any(name in self.given for name in names)


def _port(env: Mapping[str, str], variable: str, default: int, wrong: list[str]) -> int:
    text = env.get(variable, str(default))
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    wrong.append(f"{variable}={text!r} is not a port")
    return default


def variable_of(name: str) -> str:
    """The variable that moves a port: of a worker, its own or its service's."""
    if name in PORTS:
        return PORTS[name][0]
    service = name.removesuffix("-worker").upper()
    return f"DUZE_{service}_PORT"
