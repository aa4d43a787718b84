"""README.md's examples, run as they stand there: every call is answered with 2xx, and the finding ends closed."""

import os
import re
import shutil
import subprocess

import pytest

from deploy.local.settings import PORTS, ROOT
from shared.contracts.routing import SERVICES
from tests.support.county import County

pytestmark = pytest.mark.needs_stack


def examples() -> str:
    """The fenced shell blocks with calls in them."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    return "\n".join(block for block in blocks if "curl " in block)


def addressed_to(county: County, script: str) -> str:
    """The same calls to the stack of the test run; a refused one ends the script."""
    for service in SERVICES:
        _, port = PORTS[f"{service}-api"]
        script = script.replace(f"http://127.0.0.1:{port}", county.stack.url(service))
    return script.replace("curl -s ", "curl -sS --fail-with-body ")


def test_every_example_of_the_readme_works_as_written(county: County) -> None:
    assert shutil.which("curl"), "the examples are curl commands: install curl"
    script = examples()
    assert script.count("curl ") >= 10
    done = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=addressed_to(county, script),
        cwd=ROOT,
        env=county.stack.environ | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
    (finding,) = county.all("findings", "/findings?source_ref=README-1")
    assert finding["status"] == "closed"
    (batch,) = county.all("findings", "/findings?source_ref=README-2")
    assert batch["number"] in done.stdout
    assert '"rejected": 1' in done.stdout or '"rejected":1' in done.stdout
