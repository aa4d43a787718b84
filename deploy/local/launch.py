"""What the supervisor starts: readies the ground, then becomes the program itself.

    python -m deploy.local.launch <stack.json> <program>

Becoming it (exec) leaves no wrapper behind: the supervisor's child is the process that does the work.
Imports the standard library alone, since it runs before every restart.
"""

import json
import os
import resource
import socket
import sys
from pathlib import Path

from deploy.local import processes


def _epmd_is_up(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _end_orphans(run_dir: Path, name: str) -> None:
    """An earlier life of the same program whose parent died first still holds its ports and files."""
    orphans = [process.pid for process in processes.of_stack(run_dir, name)]
    if orphans:
        print(f"ending what is left of an earlier {name}: {orphans}", flush=True)
        processes.end(orphans, grace=0)


def main() -> None:
    stack_file, name = sys.argv[1], sys.argv[2]
    document = json.loads(Path(stack_file).read_text())
    program = next(row for row in document["programs"] if row["name"] == name)
    run_dir = Path(document["run_dir"])
    _end_orphans(run_dir, name)
    env = dict(program["env"])
    if name == "rabbitmq":
        port = int(env["ERL_EPMD_PORT"])
        processes.wait_until(lambda: _epmd_is_up(port), timeout=10)
    if name in ("rabbitmq", "mongod"):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    env |= {processes.STACK_MARK: str(run_dir), processes.PROGRAM_MARK: name}
    os.chdir(document["root"])
    os.nice(program["niceness"])
    os.execvpe(program["argv"][0], program["argv"], env)  # noqa: S606 -- no shell is wanted here


if __name__ == "__main__":
    main()
