"""A RabbitMQ node of our own on loopback, beside any other one the machine may run."""

import base64
import http.client
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.credentials import derive, write_private
from deploy.local.packages import rabbitmq_bin
from deploy.local.settings import LOOPBACK, VHOST, LocalSettings

NODE = "duze@localhost"


def home(settings: LocalSettings) -> Path:
    return settings.run_dir / "rabbitmq"


def configure(settings: LocalSettings, seed: str) -> str:
    """Write the node's files; the text of its configuration, for telling whether it changed."""
    folder = home(settings)
    # The first user and the vhost are made on an empty database only; `guest` never comes to be.
    text = f"""\
listeners.tcp.local = {LOOPBACK}:{settings.ports["rabbitmq"]}
management.tcp.ip = {LOOPBACK}
management.tcp.port = {settings.ports["rabbitmq-management"]}
management.rates_mode = none
default_vhost = {VHOST}
default_user = admin
default_pass = {derive(seed, "amqp admin")}
default_user_tags.administrator = true
default_user_tags.impersonator = true
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
log.file = false
log.console = true
log.console.level = warning
log.console.use_colors = off
"""
    for name in ("conf.d", "data", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_private(folder / "rabbitmq.conf", text)
    write_private(folder / "rabbitmq-env.conf", "")
    write_private(folder / "enabled_plugins", "[rabbitmq_management].\n")
    write_private(folder / ".erlang.cookie", derive(seed, "erlang cookie"), 0o400)
    return text


def environment(settings: LocalSettings, base: Mapping[str, str]) -> dict[str, str]:
    """Everything that decides where the node keeps its things and where it listens."""
    folder = home(settings)
    return {
        "PATH": base["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        # Without it the script stays as a shell above the node, to be killed apart from it.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(settings.ports["rabbitmq"]),
        "RABBITMQ_DIST_PORT": str(settings.ports["rabbitmq-dist"]),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(folder / "conf.d" / "*.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        # The distribution would listen on every address; epmd is a program of its own under the supervisor.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
        ),
        **epmd_environment(settings),
    }


def epmd_environment(settings: LocalSettings) -> dict[str, str]:
    return {"ERL_EPMD_PORT": str(settings.ports["epmd"]), "ERL_EPMD_ADDRESS": LOOPBACK}


def command(env: Mapping[str, str]) -> list[str]:
    return [str(rabbitmq_bin(env) / "rabbitmq-server")]


def answers(management_uri: str, admin_uri: str) -> bool:
    """Whether the management API knows the administrator, which it does at the end of the start."""
    where, admin = urlsplit(management_uri), urlsplit(admin_uri)
    word = base64.b64encode(f"{admin.username}:{admin.password}".encode()).decode()
    connection = http.client.HTTPConnection(where.hostname or LOOPBACK, where.port, timeout=5)
    try:
        connection.request("GET", "/api/whoami", headers={"Authorization": f"Basic {word}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False  # not there yet
    finally:
        connection.close()
