"""This service in a process of its own, on a database of the test's: `python -m … <database> api|send|worker`.

`api` answers requests; `send` sends what is due, once, as the worker's timer does; `worker` is the whole worker, which
with `TEST_LEASES_FOR_ALL` always believes that it holds the lease.
"""

import os
import sys

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

from dataclasses import replace  # noqa: E402

from services.notifications import config  # noqa: E402
from services.notifications.bootstrap import build  # noqa: E402
from services.notifications.entrypoints.service import NotificationsApi, NotificationsWorker  # noqa: E402
from shared.http import service_config  # noqa: E402
from shared.messaging.worker import run  # noqa: E402
from shared.observability import logs  # noqa: E402
from shared.persistence.lease import Lease  # noqa: E402

if __name__ == "__main__":
    settings = replace(config.from_env(), database=sys.argv[1])
    logs.set_up(settings.service, sys.argv[2], settings.log_level)
    if sys.argv[2] == "send":
        app = build(settings)
        for channel in app.outlets:
            app.send(channel)
    elif sys.argv[2] == "worker":
        if os.environ.get("TEST_LEASES_FOR_ALL"):
            Lease.acquire = lambda self: True  # type: ignore[method-assign]
        run(NotificationsWorker, service_config(settings, "worker", build))
    else:
        run(NotificationsApi, service_config(settings, "api", build))
