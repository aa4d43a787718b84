"""System packages: what is missing is installed as root, otherwise the exact apt line is told."""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import MissingPackagesError, StackError

OLDEST_RABBITMQ = (3, 10)
RABBITMQ_PACKAGE = "rabbitmq-server"
CURL_PACKAGE = "libcurl4"
_SETTING = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
_DEFAULT_BIN = "/usr/lib/rabbitmq/bin"
# Told to apt as the path of its maintainer scripts: these two would start the system's own RabbitMQ.
_STARTERS = ("invoke-rc.d", "deb-systemd-invoke")


def apt_line(packages: list[str]) -> str:
    return "apt-get update && apt-get install -y --no-install-recommends " + " ".join(sorted(packages))


def rabbitmq_bin(env: Mapping[str, str]) -> Path:
    """The folder with the real `rabbitmq-server` script, not the wrapper that insists on its own user."""
    return Path(env.get("DUZE_RABBITMQ_BIN", _DEFAULT_BIN))


def rabbitmq_version(folder: Path) -> tuple[int, ...] | None:
    """Read from the real path, .../rabbitmq_server-3.10.8/sbin; None where it cannot be told."""
    script = (folder / "rabbitmq-server").resolve()
    match = re.search(r"rabbitmq_server-(\d+(?:\.\d+)*)", str(script))
    return tuple(int(part) for part in match[1].split(".")) if match else None


def rabbitmq_missing(env: Mapping[str, str]) -> bool:
    script = rabbitmq_bin(env) / "rabbitmq-server"
    path = env.get("PATH", os.defpath)
    return not (script.exists() and shutil.which("erl", path=path) and shutil.which("epmd", path=path))


def curl_missing() -> bool:
    try:
        ctypes.CDLL("libcurl.so.4")
    except OSError:
        return True
    return False


def setting_missing() -> list[str]:
    """Libraries that set PDF files. Without the last one files are made too, but slowly and never twice the same."""
    missing = []
    for package, library in _SETTING.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def check_rabbitmq_version(env: Mapping[str, str]) -> None:
    version = rabbitmq_version(rabbitmq_bin(env))
    if version is not None and version < OLDEST_RABBITMQ:
        wanted, found = (".".join(map(str, numbers)) for numbers in (OLDEST_RABBITMQ, version))
        raise StackError(
            f"RabbitMQ {found} is installed, {wanted} or later is needed: use Debian 12, Ubuntu 24.04 "
            "or later, or name a server of your own in DUZE_AMQP_URI"
        )


def ensure(missing: list[str]) -> None:
    """Install them when we may, else say how.

    Raises:
        MissingPackagesError: with the apt line.
    """
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingPackagesError(
            "missing system packages: " + ", ".join(sorted(missing)) + ". As root:\n  " + apt_line(missing)
        )
    _install(missing)


def _install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with tempfile.TemporaryDirectory(prefix="duze-apt-") as folder:
        for name in _STARTERS:
            script = Path(folder) / name
            script.write_text("#!/bin/sh\nexit 0\n")
            script.chmod(0o755)
        path = f"{folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        install = ["apt-get", "install", "-qy", "--no-install-recommends", "-o", f"DPkg::Path={path}"]
        for command in (["apt-get", "update", "-q"], [*install, *sorted(packages)]):
            done = subprocess.run(
                command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                tail = "\n".join(done.stdout.splitlines()[-15:])
                raise MissingPackagesError(
                    f"{' '.join(command[:2])} failed:\n{tail}\nBy hand, as root:\n  {apt_line(packages)}"
                )
