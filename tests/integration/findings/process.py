"""The api of this service in a process of its own, on a database of the test's: `python -m … <database>`."""

import os
import sys

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

from dataclasses import replace  # noqa: E402

from services.findings import config  # noqa: E402
from services.findings.bootstrap import build  # noqa: E402
from services.findings.entrypoints.service import FindingsApi  # noqa: E402
from shared.http import service_config  # noqa: E402
from shared.messaging.worker import run  # noqa: E402
from shared.observability import logs  # noqa: E402

if __name__ == "__main__":
    settings = replace(config.from_env(), database=sys.argv[1])
    logs.set_up(settings.service, "api", settings.log_level)
    run(FindingsApi, service_config(settings, "api", build))
