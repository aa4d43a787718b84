"""docker-compose.yml, read by the compose schema and, where the distribution has it, by docker-compose itself."""

import os
import shutil
import subprocess

from deploy.local import packages
from deploy.local.settings import ROOT

COMPOSE_PACKAGE = "docker-compose"


def is_offered() -> bool:
    """Whether this distribution still has the package."""
    if shutil.which("apt-cache") is None:
        return False
    told = subprocess.run(["apt-cache", "policy", COMPOSE_PACKAGE], capture_output=True, text=True)
    return "Candidate: 1." in told.stdout


def test_docker_compose_reads_the_file() -> None:
    if shutil.which("docker-compose") is None and os.geteuid() == 0 and is_offered():
        packages.ensure([COMPOSE_PACKAGE])
    done = subprocess.run(["sh", "deploy/compose/check.sh"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    read = "docker-compose config: ok" in done.stdout
    assert read == (shutil.which("docker-compose") is not None)
