"""The typefaces of printed documents, taken out of the distribution's packages: never committed, kept in one folder.

`texlive-lang-chinese` would draw in 250 MB of packages; only its five faces are wanted, so that the package is
downloaded and not installed. No root is needed, but for package lists that were never fetched.
`python -m deploy.local.fonts FOLDER` fills a folder (deploy/Dockerfile does).
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import StackError

ROOT = Path(__file__).resolve().parents[2]

_FANDOL = "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "texlive-lang-chinese": tuple(
        f"{_FANDOL}{name}.otf"
        for name in ("FandolFang-Regular", "FandolKai-Regular", "FandolHei-Regular", "FandolSong-Bold",
                     "FandolSong-Regular")
    ),
    "fonts-arphic-ukai": ("./usr/share/fonts/truetype/arphic/ukai.ttc",),
    "fonts-noto-cjk": ("./usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",),
}  # fmt: skip
"""By package, the files that are taken."""
LICENCES = "licences"


def folder(given: Mapping[str, str]) -> Path:
    """Where the services of this clone look for them."""
    return ROOT / given.get("DUZE_FONTS_DIR", ".cache/fonts")


def missing(folder: Path) -> list[str]:
    """The packages of which a file is not there."""
    return [
        package
        for package, members in PACKAGES.items()
        if not all((folder / Path(member).name).is_file() for member in members)
    ]


def by_hand(folder: Path) -> str:
    """What to type where it cannot be done from here."""
    packages = " ".join(missing(folder))
    return (
        f"as root: apt-get update; then in an empty folder: apt-get download {packages}, "
        f"dpkg-deb -x each of them, and copy the font files into {folder} (or name their folder in DUZE_FONTS_DIR)"
    )


def fetch(folder: Path) -> None:
    """Put there what is missing.

    Raises:
        StackError: with what failed and what to do by hand.
    """
    wanted = missing(folder)
    if not wanted:
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise StackError(f"no apt-get here; {by_hand(folder)}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as scratch:
        # apt gives up its rights to download, where the folder lets it.
        Path(scratch).chmod(0o755)
        failure = _download(wanted, Path(scratch))
        if failure and os.geteuid() == 0:
            _run(["apt-get", "update", "-q"], Path(scratch))
            failure = _download(wanted, Path(scratch))
        if failure:
            raise StackError(f"the fonts could not be downloaded:\n{failure}\nBy hand, {by_hand(folder)}")
        for package in wanted:
            _unpack(next(Path(scratch).glob(f"{package}_*.deb")), package, folder)


def _download(packages: list[str], folder: Path) -> str:
    """Empty, or what apt said."""
    return _run(["apt-get", "download", "-q", *packages], folder)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else "\n".join(done.stdout.splitlines()[-8:])


def _unpack(package_file: Path, package: str, folder: Path) -> None:
    names = {member: folder / Path(member).name for member in PACKAGES[package]}
    names[f"./usr/share/doc/{package}/copyright"] = folder / LICENCES / package
    (folder / LICENCES).mkdir(exist_ok=True)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package_file)], stdout=subprocess.PIPE) as packed,
        tarfile.open(fileobj=packed.stdout, mode="r|") as archive,
    ):
        for member in archive:
            target = names.pop(member.name, None)
            source = archive.extractfile(member) if target is not None else None
            if target is not None and source is not None:
                _write(target, source.read())
    if packed.returncode != 0 or names:
        raise StackError(f"{package_file.name} does not hold {', '.join(sorted(names)) or 'what it should'}")


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: another command may be at it too."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m deploy.local.fonts FOLDER")
    try:
        fetch(Path(sys.argv[1]))
    except StackError as exc:
        sys.exit(str(exc))
