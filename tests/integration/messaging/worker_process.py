"""A worker process for the tests: real entrypoints, relay and drainer; what a handler does is written in its event.

`python worker_process.py STATUS_FILE [relay]`; settings from the environment as for any service (accountability).
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from nameko.extensions import DependencyProvider  # noqa: E402

from shared.contracts.envelope import Event  # noqa: E402
from shared.contracts.findings import FINDING_ACCEPTED_V1, FINDING_POSTED_V1  # noqa: E402
from shared.messaging import reader, relay  # noqa: E402
from shared.messaging.consumer import on_any_event, on_event  # noqa: E402
from shared.messaging.worker import DeadLetterDrainer, OutboxRelay, relay_role, run  # noqa: E402
from shared.observability import logs, metrics  # noqa: E402
from shared.observability.health import READINESS  # noqa: E402
from shared.persistence.client import open_client  # noqa: E402
from shared.persistence.database import MongoDatabase  # noqa: E402
from shared.persistence.transaction import Transaction  # noqa: E402
from shared.settings import ServiceSettings  # noqa: E402


class App:
    """One effect for each event: a document, counted up."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        name = os.environ["DUZE_TEST_DATABASE"]
        self.database = MongoDatabase(open_client(settings.mongo_uri, "test"), name)

    def unit_of_work(self, transaction: Transaction) -> Transaction:
        return transaction


class Application(DependencyProvider):
    def setup(self) -> None:
        self.app = App(ServiceSettings.from_env("accountability"))

    def get_dependency(self, worker_ctx: Any) -> App:
        return self.app


def effect(work: Transaction, event: Event, how: str) -> None:
    before = work.get("effects", event.subject) or {"_id": event.subject, "count": 0, "sequences": []}
    after = {
        **before,
        "count": before["count"] + 1,
        "sequences": [*before["sequences"], event.sequence],
        "how": how,
    }
    work.replace("effects", after)


class AccountabilityWorker:
    name = "accountability"
    app = Application()
    relay = OutboxRelay()
    dead_letters = DeadLetterDrainer()

    @on_event(FINDING_POSTED_V1)
    def on_finding_posted(self, event: Event, work: Transaction) -> None:
        order, _, argument = event.data["description"].partition(":")
        if order == "raise":
            raise KeyError("the handler always fails")
        if order == "kill" or (order == "kill_once" and not Path(argument).exists()):
            if argument:
                Path(argument).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "sleep":
            Path(argument.partition(",")[2] or os.devnull).touch()
            time.sleep(float(argument.partition(",")[0]))
        if order == "busy":
            end = time.monotonic() + float(argument)
            while time.monotonic() < end:
                pass
        effect(work, event, "posted")

    @on_event(FINDING_ACCEPTED_V1)
    def on_finding_accepted(self, event: Event, work: Transaction) -> None:
        effect(work, event, "accepted")

    @on_any_event("notifications")
    def on_notification(self, event: Event, work: Transaction) -> None:
        effect(work, event, "any")


def _hooks() -> None:
    """Death at the worst moment: between commit and ack, or between confirm and mark."""
    flag = Path(os.environ.get("TEST_DIE_FLAG", os.devnull))
    where = os.environ.get("TEST_DIE_AT")

    def dying(*_args: Any, **_kwargs: Any) -> None:
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    if where and not flag.exists():
        if where == "before_ack":
            reader.Reader.ack = dying  # type: ignore[method-assign]
        if where == "before_mark":
            relay.Relay._mark = dying  # type: ignore[method-assign]


def _tell(path: Path) -> None:
    while True:
        counted = {
            f"{sample.labels['type']}.{sample.labels['outcome']}": sample.value
            for family in metrics.EVENTS_CONSUMED.collect()
            for sample in family.samples
        }
        text = json.dumps({"missing": READINESS.missing(), "consumed": counted, "at": time.time()})
        temporary = path.with_suffix(".new")
        temporary.write_text(text)
        temporary.replace(path)
        time.sleep(0.1)


if __name__ == "__main__":
    logs.set_up("accountability", "worker", "INFO")
    READINESS.add("start", lambda: "not yet begun")
    _hooks()
    threading.Thread(target=_tell, args=(Path(sys.argv[1]),), daemon=True).start()
    run(relay_role(AccountabilityWorker) if sys.argv[2:] == ["relay"] else AccountabilityWorker)
