"""The bare nameko service: a handler that inserts one document and publishes one confirmed event, nothing more.

`python -m tests.bench.bare_service PORT AMQP_URI MONGO_URI`
"""

# ruff: noqa: E402 - eventlet patches before anything else is imported
import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import eventlet

eventlet.monkey_patch()

import json
import sys
from typing import Any

from kombu import Exchange
from nameko.extensions import DependencyProvider
from nameko.messaging import Publisher
from nameko.runners import ServiceRunner
from nameko.web.handlers import http
from pymongo import MongoClient

from shared.persistence.ids import new_id

EXCHANGE = Exchange("bench.bare", type="topic", durable=True)


class Documents(DependencyProvider):
    def setup(self) -> None:
        self.client: Any = MongoClient(self.container.config["MONGO_URI"], w="majority", journal=True)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.client["duze_bench"]["bare"]


class BareService:
    name = "bare"
    documents = Documents()
    publish = Publisher(exchange=EXCHANGE)

    @http("POST", "/findings")
    def post(self, request: Any) -> tuple[int, str]:
        finding = json.loads(request.get_data())
        finding["_id"] = new_id()
        self.documents.insert_one(finding)
        self.publish(finding, routing_key="finding.posted.v1")
        return 201, json.dumps({"id": finding["_id"]})


def main(port: str, amqp_uri: str, mongo_uri: str) -> None:
    config = {
        "AMQP_URI": amqp_uri,
        "MONGO_URI": mongo_uri,
        "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}",
        "max_workers": 32,
        "serializer": "json",
    }
    runner = ServiceRunner(config)
    runner.add_service(BareService)
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main(*sys.argv[1:4])
