"""The api of a service in a process of its own, on a database of the test's: `python -m … <service> <database>`."""

import os
import sys

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

from dataclasses import replace  # noqa: E402
from importlib import import_module  # noqa: E402

from shared.messaging.processes import main  # noqa: E402

if __name__ == "__main__":
    service, database = sys.argv[1:]
    config, bootstrap, entrypoints = (
        import_module(f"services.{service}.{name}") for name in ("config", "bootstrap", "entrypoints.service")
    )
    api, worker = (getattr(entrypoints, f"{service.capitalize()}{role}") for role in ("Api", "Worker"))
    main(
        ["api"],
        service,
        lambda: replace(config.from_env(), database=database),
        bootstrap.build,
        api=api,
        worker=worker,
    )
