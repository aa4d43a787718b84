"""Runs the tests by kind and starts what each kind needs: python -m tests.support.run unit e2e …

Answers with pytest's exit code, the first one that is not 0; every kind is run whatever another said.
What was started is stopped, also after a failure or Ctrl-C.
"""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from deploy.local.settings import ROOT
from tests.support import scratch
from tests.support.stack import Stack, clean_environment

# nameko's plugin patches the whole process: only for tests that run nameko in it.
UNPATCHED = ("-p", "no:pytest_nameko")
SERVERLESS = ("unit", "contract")
ON_SERVERS = ("integration",)
# These wait much and compute little; each file is one process's, and makes databases and virtual hosts of its own.
TOGETHER = ("-n", "4", "--dist", "loadfile")
# These compute: one process for each processor.
ON_EVERY_CORE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
ON_STACK = ("e2e", "stack", "faults")


def _pytest(kinds: list[str], environ: dict[str, str], *arguments: str) -> int:
    folders = [f"tests/{kind}" for kind in kinds]
    missing = [folder for folder in folders if not (ROOT / folder).is_dir()]
    if missing:
        print(f"no such tests: {', '.join(missing)}", file=sys.stderr)
        return 4
    extra = shlex.split(os.environ.get("PYTEST_ARGS", ""))
    command = [sys.executable, "-m", "pytest", *arguments, *extra, *folders]
    print(f"--- {', '.join(kinds)}", flush=True)
    child = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        return child.wait()
    finally:
        # Interrupted: let it stop the stack it may have started.
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            child.wait(60)


@contextmanager
def _servers(environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """A broker and a database for the tests that talk to them directly."""
    stack = Stack(servers_only=True)
    try:
        addresses = stack.start().env()
        yield environ | {
            "DUZE_TEST_AMQP_ADMIN_URI": addresses["DUZE_AMQP_ADMIN_URI"],
            "DUZE_TEST_AMQP_MANAGEMENT_URI": addresses["DUZE_AMQP_MANAGEMENT_URI"],
            "DUZE_TEST_MONGO_ADMIN_URI": addresses["DUZE_MONGO_ADMIN_URI"],
        }
    finally:
        stack.stop()


def run(kinds: list[str], slow: bool) -> int:
    environ = clean_environment() | {"EVENTLET_NO_GREENDNS": "yes"}
    choice = () if slow else ("-m", "not slow")

    def chosen(known: tuple[str, ...]) -> list[str]:
        return [kind for kind in known if kind in kinds]

    codes: list[int] = []
    scratch.sweep()
    if serverless := chosen(SERVERLESS):
        codes.append(_pytest(serverless, environ, *UNPATCHED, *choice, *ON_EVERY_CORE))
    if on_servers := chosen(ON_SERVERS):
        with _servers(environ) as addressed:
            codes.append(_pytest(on_servers, addressed, *choice, *TOGETHER))
    if on_stack := chosen(ON_STACK):
        codes.append(_pytest(on_stack, environ, *UNPATCHED, *choice))
    return next((code for code in codes if code != 0), 0)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _stop)
    arguments = sys.argv[1:]
    kinds = [argument for argument in arguments if not argument.startswith("-")]
    unknown = set(kinds) - {*SERVERLESS, *ON_SERVERS, *ON_STACK}
    if unknown or not kinds or set(arguments) - set(kinds) - {"--slow"}:
        print(f"usage: python -m tests.support.run [--slow] {' '.join(SERVERLESS + ON_SERVERS + ON_STACK)}")
        return 4
    try:
        return run(kinds, slow="--slow" in arguments)
    except KeyboardInterrupt:
        return 130
    except AssertionError as exc:
        print(exc, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
