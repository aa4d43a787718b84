"""The processes of the notifications service: `python -m services.notifications api|worker|relay`."""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

import sys

from services.notifications import config
from services.notifications.bootstrap import build
from services.notifications.entrypoints.service import NotificationsApi, NotificationsWorker
from shared.http import service_config
from shared.messaging.worker import relay_role, run
from shared.observability import logs

ROLES = {"api": NotificationsApi, "worker": NotificationsWorker, "relay": relay_role(NotificationsWorker)}


def main(role: str) -> None:
    """Run one role until it is told to end."""
    settings = config.from_env()
    logs.set_up(settings.service, role, settings.log_level)
    run(ROLES[role], service_config(settings, role, build))


if __name__ == "__main__":
    if sys.argv[1:] not in ([role] for role in ROLES):
        sys.exit(f"usage: python -m services.notifications {'|'.join(ROLES)}")
    main(sys.argv[1])
