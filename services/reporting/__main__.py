"""The processes of the reporting service: `python -m services.reporting api|worker|relay`."""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

import sys

from services.reporting import config
from services.reporting.bootstrap import build
from services.reporting.entrypoints.service import ReportingApi, ReportingWorker
from shared.messaging.processes import main

if __name__ == "__main__":
    main(sys.argv[1:], "reporting", config.from_env, build, api=ReportingApi, worker=ReportingWorker)
