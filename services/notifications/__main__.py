"""The processes of the notifications service: `python -m services.notifications api|worker|relay`."""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

import sys

from services.notifications import config
from services.notifications.bootstrap import build
from services.notifications.entrypoints.service import NotificationsApi, NotificationsWorker
from shared.messaging.processes import main

if __name__ == "__main__":
    main(
        sys.argv[1:],
        "notifications",
        config.from_env,
        build,
        api=NotificationsApi,
        worker=NotificationsWorker,
    )
