"""Folders of test runs under `.run-test/`, each with its owner's process id.

What a run that was killed has left behind, its servers included, is cleared away by the next one.
"""

import os
import shutil
import tempfile
from pathlib import Path

from deploy.local import processes
from deploy.local.settings import ROOT

HOME = ROOT / ".run-test"
_OWNER = "owner"


def make(name: str) -> Path:
    HOME.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=HOME))
    (folder / _OWNER).write_text(str(os.getpid()))
    return folder


def remove(folder: Path) -> None:
    """End what runs in it and delete it."""
    for run_dir in (folder, *folder.glob("*/")):
        supervisors = processes.of_stack(run_dir, "supervisord")
        processes.end([process.pid for process in supervisors], grace=0)
        processes.end([process.pid for process in processes.of_stack(run_dir)], grace=0)
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Clear away the folders whose owner is gone."""
    for folder in HOME.glob("*/"):
        owner = folder / _OWNER
        if owner.exists() and not processes.alive(int(owner.read_text() or 0)):
            remove(folder)
