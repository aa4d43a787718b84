"""The processes of the findings service: `python -m services.findings api|worker|relay`."""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet

eventlet.monkey_patch()

import sys

from services.findings import config
from services.findings.bootstrap import build
from services.findings.entrypoints.service import FindingsApi, FindingsWorker
from shared.messaging.processes import main

if __name__ == "__main__":
    main(sys.argv[1:], "findings", config.from_env, build, api=FindingsApi, worker=FindingsWorker)
