"""The processes of a service: one image, and a role for each kind of work."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from shared.http import service_config
from shared.messaging.worker import relay_role, run
from shared.observability import logs
from shared.settings import ServiceSettings


def main(
    arguments: Sequence[str],
    service: str,
    settings_from_env: Callable[[], ServiceSettings],
    build: Callable[[Any], Any],
    *,
    api: type,
    worker: type,
) -> None:
    """Run the role that the command line names until it is told to end.

    Call it in a process that eventlet has patched.
    """
    roles = {"api": api, "worker": worker, "relay": relay_role(worker)}
    if len(arguments) != 1 or arguments[0] not in roles:
        sys.exit(f"usage: python -m services.{service} {'|'.join(roles)}")
    (role,) = arguments
    settings = settings_from_env()
    logs.set_up(settings.service, role, settings.log_level)
    run(roles[role], service_config(settings, role, build))
