"""A small service over the HTTP kernel, for the tests to attack: things with a name, in memory or in MongoDB.

Run as a process: `python -m tests.integration.http.fake_service`, settings from the environment.
"""

import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"

from typing import Any

import eventlet

eventlet.monkey_patch()

import dataclasses  # noqa: E402
import json  # noqa: E402
import signal  # noqa: E402

from marshmallow import Schema, fields  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from shared.contracts.areas import Area, Areas  # noqa: E402
from shared.contracts.vocabulary import Vocabulary  # noqa: E402
from shared.http import (  # noqa: E402
    EVERY_ROLE,
    Application,
    KernelRoutes,
    Listing,
    Media,
    PageQuery,
    created,
    http,
    listing,
    ok,
    service_config,
    text,
)
from shared.http.fields import AreaCode, Code, Moment  # noqa: E402
from shared.http.fields import text as text_field  # noqa: E402
from shared.observability import logs  # noqa: E402
from shared.persistence.client import open_client  # noqa: E402
from shared.persistence.database import MongoDatabase  # noqa: E402
from shared.persistence.ids import new_id, utc_now  # noqa: E402
from shared.persistence.indexes import KERNEL_INDEXES  # noqa: E402
from shared.persistence.memory import MemoryDatabase  # noqa: E402
from shared.settings import ServiceSettings  # noqa: E402


class OutsideError(Exception):
    """The area is not the caller's."""


class WrongMoveError(Exception):
    """The move is not open in this status."""

    extra = {"moves": ["open"]}  # noqa: RUF012


class MissingError(Exception):
    """No such thing."""


class App:
    """The app of the fake service."""

    errors = {  # noqa: RUF012
        OutsideError: (403, "outside_area"),
        WrongMoveError: (409, "invalid_transition"),
        MissingError: (404, "not_found"),
    }
    indexes = KERNEL_INDEXES

    def __init__(self, settings):
        self.settings = settings
        self.vocabulary = Vocabulary({"severity": {"minor": "轻微", "serious": "严重"}})
        self.areas = Areas(
            {
                "990100": Area("990100", "示范县", "county", None),
                "990100001": Area("990100001", "城关街道", "township", "990100"),
                "990100002": Area("990100002", "光华街道", "township", "990100"),
            }
        )
        if settings.mongo_uri == "memory":
            self.database: Any = MemoryDatabase(self.indexes)
        else:
            client = open_client(settings.mongo_uri, "fake")
            self.database = MongoDatabase(client, settings.database)

    def unit_of_work(self, transaction):
        return transaction

    def collect(self):
        yield "duze_findings", {"status": "issued"}, 3


class Place(Schema):
    name = text_field(200, required=True)


class PostThing(Schema):
    name = text_field(200, required=True)
    area = AreaCode(required=True)
    severity = Code("severity", load_default="minor")
    found_at = Moment()
    place = fields.Nested(Place)
    notes = fields.Dict(keys=fields.String(), values=fields.Raw())
    count = fields.Integer(strict=True)


class ThingAnswer(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)


class ThingQuery(PageQuery):
    area = AreaCode(load_default=None)
    severity = Code("severity")


class FakeApi(KernelRoutes):
    """Things with a name."""

    name = "fake"
    app = Application()

    @http("POST", "/things", roles={"supervisor"}, body=PostThing, answers={201: ThingAnswer})
    def post_thing(self, request):
        """Post a thing"""
        if not request.claims.covers(request.body["area"]):
            raise OutsideError("the area is not yours")
        now = utc_now()
        thing = {**request.body, "_id": new_id(), "version": 1, "created_at": now}
        request.work.insert("things", thing)
        if request.body["name"] == "slow":
            eventlet.sleep(1.5)
        if request.body["name"] == "die":
            request.work.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return created(_shown(thing), f"/things/{thing['_id']}")

    @http("GET", "/things", roles=EVERY_ROLE, query=ThingQuery, answers={200: Listing(ThingAnswer)})
    def list_things(self, request):
        """All things"""
        found = self.app.database.transact(
            lambda tx: tx.find("things", {}, [("_id", -1)], request.query["limit"])
        )
        return listing([_shown(thing) for thing in found], None)

    @http("GET", "/things/{id}", roles=EVERY_ROLE, answers={200: ThingAnswer})
    def get_thing(self, request):
        """One thing"""
        return ok(_shown(self.app.database.transact(lambda tx: _get(tx, request.path["id"]))))

    @http("POST", "/things/{id}/close", roles={"supervisor"}, answers={200: ThingAnswer})
    def close_thing(self, request):
        """Close it"""
        thing = _get(request.work, request.path["id"])
        request.require_version(thing["version"])
        if thing.get("closed"):
            raise WrongMoveError("it is closed already")
        thing = {**thing, "closed": True, "version": thing["version"] + 1}
        request.work.replace("things", thing)
        return _shown(thing)

    @http(
        "POST",
        "/things/batch",
        roles={"supervisor"},
        raw=True,
        consumes=("application/json", "application/x-ndjson", "text/csv"),
        answers={200: None},
    )
    def post_batch(self, request):
        """Many things"""
        lines = [json.loads(line) for line in request.body.splitlines()]
        if any(line.get("wait") for line in lines):
            eventlet.sleep(12)
        ids = []
        for number in range(0, len(lines), 2):
            chunk = lines[number : number + 2]

            def keep(work, chunk=chunk):
                things = [{"_id": new_id(), "name": line["name"], "version": 1} for line in chunk]
                for thing in things:
                    work.insert("things", thing)
                return [thing["_id"] for thing in things]

            ids += request.transact(keep, part=number)
            if any(line["name"] == "die" for line in chunk):
                os.kill(os.getpid(), signal.SIGKILL)
        return ok({"ids": ids, "content_type": request.content_type, "bytes": len(request.body)})

    @http("GET", "/boom", roles=EVERY_ROLE)
    def boom(self, request):
        """Fails"""
        raise RuntimeError("secret 13800000000")

    @http("GET", "/page.md", roles=EVERY_ROLE, answers={200: Media("text/markdown; charset=utf-8")})
    def page_md(self, request):
        """A text"""
        return text("# 通报", "text/markdown; charset=utf-8")

    @http("GET", "/odd-header", roles=EVERY_ROLE)
    def odd_header(self, request):
        """A header that would begin another"""
        return ok({}, headers={"X-Odd": "a\r\nSet-Cookie: b"})

    @http("GET", "/endless", roles=EVERY_ROLE, answers={200: Media("application/octet-stream")})
    def endless(self, request):
        """A large answer"""
        return text("x" * (32 * 1024 * 1024), "application/octet-stream")


def _get(work, key):
    thing = work.get("things", key)
    if thing is None:
        raise MissingError("no such thing")
    return thing


def _shown(thing):
    shown = {name: value for name, value in thing.items() if name != "_id"}
    return {"id": thing["_id"], **shown}


def main():
    settings = dataclasses.replace(ServiceSettings.from_env("findings"), database="duze_fake_http")
    logs.set_up("fake", "api", settings.log_level)
    runner = ServiceRunner(service_config(settings, os.environ.get("FAKE_ROLE", "api"), App))
    runner.add_service(FakeApi)
    stopping = eventlet.event.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.ready() or stopping.send())
    runner.start()
    print("started", flush=True)  # noqa: T201
    eventlet.spawn(lambda: (stopping.wait(), runner.stop()))
    runner.wait()


if __name__ == "__main__":
    main()
