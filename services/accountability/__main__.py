"""The processes of the accountability service: `python -m services.accountability api|worker|relay`."""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

import sys

from services.accountability import config
from services.accountability.bootstrap import build
from services.accountability.entrypoints.service import AccountabilityApi, AccountabilityWorker
from shared.messaging.processes import main

if __name__ == "__main__":
    main(
        sys.argv[1:],
        "accountability",
        config.from_env,
        build,
        api=AccountabilityApi,
        worker=AccountabilityWorker,
    )
