"""What the supervisor runs: each program's command, its environment and the ports it needs."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local import channel_providers, mongod, packages, rabbitmq
from deploy.local.credentials import CONTACT_KEYS, INFORMANT_KEYS, SEED, write_private
from deploy.local.settings import LOOPBACK, ROOT, LocalSettings
from shared.contracts.routing import SERVICES

ROLES = ("api", "worker")
SERVICE_PROGRAMS = tuple(f"{service}-{role}" for service in SERVICES for role in ROLES)
# Settings of the channels: who has set one of a provider's has a provider of his own.
_CHANNELS = ("DUZE_SMS_", "DUZE_WECOM_", "DUZE_DINGTALK_", "DUZE_WEBHOOK_")
# Where processors are few, people who wait for an answer go before events that wait for nobody (decision 0014).
WORKER_NICENESS = 10
# What a program may inherit of the caller's environment; all else it gets by name.
_INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "PYTHONUNBUFFERED")


@dataclass(frozen=True, slots=True)
class Program:
    """One process. `note` changes when something it reads from a file does; `niceness` is added to its own."""

    name: str
    argv: list[str]
    env: dict[str, str]
    ports: list[str]
    note: str = ""
    niceness: int = 0

    def same_as(self, other: "Program") -> bool:
        """Whether a running one need not be restarted; the caller's PATH and the like do not count."""

        def told(program: Program) -> tuple[object, ...]:
            own = {key: value for key, value in program.env.items() if key not in _INHERITED}
            return (program.argv, own, program.note, program.niceness)

        return told(self) == told(other)


def inherited() -> dict[str, str]:
    """The part of the caller's environment that programs get as well."""
    return {"PATH": os.defpath} | {key: os.environ[key] for key in _INHERITED if key in os.environ}


def of_stack(
    settings: LocalSettings, secrets: Mapping[str, str], servers_only: bool = False
) -> list[Program]:
    """All programs of this stack in the order they start; writes the files they read."""
    base = inherited()
    programs: list[Program] = []
    if not settings.external("AMQP"):
        programs += _broker(settings, secrets[SEED], base)
    if not settings.external("MONGO"):
        programs.append(_database(settings, secrets[SEED], base))
    if servers_only:
        return programs
    if "DUZE_SMTP_HOST" not in settings.given:
        programs.append(_mail_sink(settings, base))
    programs.append(_channel_sink(settings, base))
    programs += [_service(settings, secrets, base, service, role) for service in SERVICES for role in ROLES]
    return programs


def _broker(settings: LocalSettings, seed: str, base: Mapping[str, str]) -> list[Program]:
    env = dict(settings.given) | dict(base)
    note = rabbitmq.configure(settings, seed)
    epmd = shutil.which("epmd", path=base["PATH"]) or "epmd"
    epmd_env = {"PATH": base["PATH"]} | rabbitmq.epmd_environment(settings)
    return [
        Program("epmd", [epmd], epmd_env, ["epmd"]),
        Program(
            "rabbitmq", rabbitmq.command(env), rabbitmq.environment(settings, base),
            ["rabbitmq", "rabbitmq-dist", "rabbitmq-management"], note,
        ),
    ]  # fmt: skip


def _database(settings: LocalSettings, seed: str, base: Mapping[str, str]) -> Program:
    binary = mongod.find(base)
    mongod.configure(settings, seed)
    return Program("mongod", mongod.command(settings, binary), mongod.environment(binary, base), ["mongod"])


def _mail_sink(settings: LocalSettings, base: Mapping[str, str]) -> Program:
    env = dict(base) | {
        "DUZE_RUN_DIR": str(settings.run_dir), "DUZE_SMTP_PORT": str(settings.ports["smtp"]),
    }  # fmt: skip
    return Program("smtp", [sys.executable, "-m", "deploy.local.smtp_sink"], env, ["smtp"])


def _channel_sink(settings: LocalSettings, base: Mapping[str, str]) -> Program:
    env = dict(base) | {
        "DUZE_RUN_DIR": str(settings.run_dir), "DUZE_CHANNEL_SINK_PORT": str(settings.ports["channels"]),
        "DUZE_NOTIFICATIONS_PORT": str(settings.ports["notifications-api"]),
    }  # fmt: skip
    return Program("channels", [sys.executable, "-m", "deploy.local.channel_sink"], env, ["channels"])


def _service(
    settings: LocalSettings, secrets: Mapping[str, str], base: Mapping[str, str], service: str, role: str
) -> Program:
    argv = [sys.executable, "-m", f"services.{service}", role]
    env = dict(base) | service_environment(settings, secrets, service)
    niceness = WORKER_NICENESS if role == "worker" else 0
    return Program(f"{service}-{role}", argv, env, [f"{service}-{role}"], niceness=niceness)


def stack_environment(settings: LocalSettings, secrets: Mapping[str, str]) -> dict[str, str]:
    """Everything there is to know about this stack, administrators' addresses included."""
    variables = {
        "DUZE_RUN_DIR": str(settings.run_dir),
        "DUZE_SMTP_HOST": LOOPBACK,
        "DUZE_SMTP_PORT": str(settings.ports["smtp"]),
        **_sink_settings(settings),
        # What is sent leads to this stack, wherever it listens.
        "DUZE_SIGN_URL": f"http://{LOOPBACK}:{settings.ports['notifications-api']}",
        "DUZE_WECOM_CARD_URL": f"http://{LOOPBACK}:{settings.ports['reporting-api']}",
        **{f"DUZE_{service.upper()}_PORT": str(settings.ports[f"{service}-api"]) for service in SERVICES},
        **{
            f"DUZE_{service.upper()}_WORKER_PORT": str(settings.ports[f"{service}-worker"])
            for service in SERVICES
        },
    }
    told = {key: value for key, value in secrets.items() if key != SEED}
    return variables | told | settings.given | {"DUZE_RUN_DIR": str(settings.run_dir)}


def _sink_settings(settings: LocalSettings) -> dict[str, str]:
    """The local channel sink's, for each provider that the user has not set up himself."""
    theirs = tuple(one for one in _CHANNELS if any(key.startswith(one) for key in settings.given))
    sink = channel_providers.settings(LOOPBACK, settings.ports["channels"])
    return {key: value for key, value in sink.items() if not (theirs and key.startswith(theirs))}


def service_environment(settings: LocalSettings, secrets: Mapping[str, str], service: str) -> dict[str, str]:
    """The same without what this service has no business with: others' passwords, administrators'."""
    everything = stack_environment(settings, secrets)
    own = {f"DUZE_{service.upper()}_AMQP_URI", f"DUZE_{service.upper()}_MONGO_URI"}
    closed = {key for key in everything if key.endswith("_URI")} | {CONTACT_KEYS, INFORMANT_KEYS}
    if service == "accountability":
        own.add(INFORMANT_KEYS)
    if service == "notifications":
        own.add(CONTACT_KEYS)
    else:
        closed |= {key for key in everything if key.startswith(_CHANNELS)}
    return {key: value for key, value in everything.items() if key in own or key not in closed}


def save(file: Path, run_dir: Path, programs: list[Program]) -> None:
    """For the launcher, which runs under the supervisor and knows nothing else."""
    document = {"root": str(ROOT), "run_dir": str(run_dir), "programs": [asdict(p) for p in programs]}
    write_private(file, json.dumps(document, indent=1))


def saved(file: Path) -> dict[str, Program]:
    """What was written for the stack that runs now, or ran last."""
    if not file.exists():
        return {}
    return {row["name"]: Program(**row) for row in json.loads(file.read_text())["programs"]}


def missing_packages(settings: LocalSettings, env: Mapping[str, str]) -> list[str]:
    """Packages without which these programs cannot run on this machine."""
    missing = []
    if not settings.external("AMQP") and packages.rabbitmq_missing(env):
        missing.append(packages.RABBITMQ_PACKAGE)
    if not settings.external("MONGO") and mongod.on_path(env) is None and packages.curl_missing():
        missing.append(packages.CURL_PACKAGE)
    return missing + packages.setting_missing()
