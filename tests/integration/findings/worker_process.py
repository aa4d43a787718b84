"""A worker of this service in a process of its own, on a database of the test's: `python -m … <database>`.

With `TEST_LEASES_FOR_ALL` every worker believes that it holds the lease; with `TEST_DIE_AT` (and a `TEST_DIE_FLAG`
that is not there yet) it is killed, by itself and without a chance to tidy up, in the so-many-th finding it saves or
right after a commit (`commit`).
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

from dataclasses import replace  # noqa: E402

from services.findings import config  # noqa: E402
from services.findings.adapters.mongo import FindingRepository  # noqa: E402
from services.findings.bootstrap import FindingsApp, build  # noqa: E402
from services.findings.entrypoints.service import FindingsWorker  # noqa: E402
from shared.http import service_config  # noqa: E402
from shared.messaging.worker import run  # noqa: E402
from shared.observability import logs  # noqa: E402
from shared.persistence.lease import Lease  # noqa: E402


def _hooks() -> None:
    if os.environ.get("TEST_LEASES_FOR_ALL"):
        Lease.acquire = lambda self: True  # type: ignore[method-assign]
    where, flag = os.environ.get("TEST_DIE_AT"), Path(os.environ.get("TEST_DIE_FLAG", os.devnull))
    if not where or flag.exists():
        return

    def die() -> None:
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    if where == "commit":
        do_due = FindingsApp.do_due

        def dying_after(self: FindingsApp, now: Any) -> bool:
            if (more := do_due(self, now)) or self.database.collection("outbox").find_one(
                {"type": "finding.overdue.v1"}
            ):
                die()
            return more

        FindingsApp.do_due = dying_after  # type: ignore[method-assign]
        return
    save, saved = FindingRepository.save, [0]

    def dying_in(self: FindingRepository, finding: Any) -> None:
        save(self, finding)
        saved[0] += 1
        if saved[0] == int(where):
            die()

    FindingRepository.save = dying_in  # type: ignore[method-assign]


if __name__ == "__main__":
    settings = replace(config.from_env(), database=sys.argv[1])
    logs.set_up(settings.service, "worker", settings.log_level)
    _hooks()
    run(FindingsWorker, service_config(settings, "worker", build))
