"""The trail on a real database: killed chainers, changed and removed rows, the auditors' list, the user's rights."""

import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from typer.testing import CliRunner

from shared.audit.anchors import Anchors
from shared.audit.chain import Anchor
from shared.audit.chainer import Chainer, head_of
from shared.audit.queries import TrailQueries
from shared.audit.reading import ReadingRecorder
from shared.audit.rows import WAITING, row_of
from shared.audit.storage import ANCHORS, ensure_trail, grant, trail, trail_database
from shared.audit.verify_cli import BrokenError, mailed, verify
from shared.audit.verify_cli import app as verify_app
from shared.contracts.claims import Claims
from shared.contracts.routing import SERVICES
from shared.observability.context import Context
from shared.persistence.client import open_client
from shared.persistence.database import MongoDatabase
from shared.persistence.ids import utc_now
from shared.settings import ServiceSettings
from tests.support.eventually import eventually

pytestmark = pytest.mark.needs_mongo
READER = Claims("reader-1", "office", "990100")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def database(mongo_admin_uri: str) -> Iterator[MongoDatabase]:
    with open_client(mongo_admin_uri, "audit test") as client:
        made = MongoDatabase(client, f"test_audit_{uuid.uuid4().hex[:12]}")
        ensure_trail(made)
        yield made
        client.drop_database(made.name)
        client.drop_database(f"{made.name}_audit")


def rows(count: int, subject: str = "f-1", at: datetime | None = None) -> list[dict[str, Any]]:
    current = Context("request-1", action="GET /findings/{id}")
    return [
        row_of(current, READER, action="finding.read", subject=subject, at=at or utc_now())
        for _ in range(count)
    ]


def chain_all(database: MongoDatabase, now: datetime | None = None) -> None:
    chainer = Chainer(database)
    while chainer.turn(now or utc_now()):
        pass


def verified(database: MongoDatabase, told: tuple[Anchor, ...] = ()) -> int:
    return max(verify(database, told), default=0)


def test_chainers_that_are_killed_and_run_beside_each_other_leave_a_whole_chain(
    database: MongoDatabase, mongo_admin_uri: str
) -> None:
    count = 600
    database.collection(WAITING).insert_many(rows(count))
    command = [sys.executable, "-m", "tests.integration.audit.chaining_process", mongo_admin_uri]
    both = [subprocess.Popen([*command, database.name], cwd=ROOT) for _ in range(2)]
    for process in both:
        before = head_of(database).position

        def went_on(position: int = before + 70) -> None:
            assert head_of(database).position >= position

        eventually(went_on, 60)
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert head_of(database).position < count, "the last one was killed while it had work"

    def chained_to_the_end() -> None:
        # What a killed one had in hand is locked until the server ends its transaction.
        with suppress(PyMongoError):
            chain_all(database)
        assert head_of(database).position == count

    eventually(chained_to_the_end, 60)
    assert verified(database) == count
    assert len(trail(database).distinct("_id")) == count
    assert database.collection(WAITING).count_documents({}) == 0


def test_a_changed_or_removed_row_is_found_where_it_is(database: MongoDatabase) -> None:
    database.collection(WAITING).insert_many(rows(20))
    chain_all(database)
    kept = list(trail(database).find(sort=[("position", 1)]))

    def broken() -> str:
        with pytest.raises(BrokenError) as caught:
            verified(database)
        return str(caught.value)

    trail(database).update_one({"position": 7}, {"$set": {"actor": "somebody else"}})
    assert broken().startswith("position 7: the content does not match")
    trail(database).replace_one({"position": 7}, kept[6])
    trail(database).delete_one({"position": 12})
    assert broken() == "position 12: the row is missing; the next one is 13"
    trail(database).insert_one(kept[11])
    trail(database).delete_one({"position": 20})
    assert broken() == "position 20: the chain ends here, and its head is at 20"
    trail(database).insert_one(kept[19])
    assert verified(database) == 20


def test_rows_removed_at_the_end_together_with_the_head_are_found_by_the_anchor(
    database: MongoDatabase, tmp_path: Path
) -> None:
    yesterday = utc_now() - timedelta(days=1)
    database.collection(WAITING).insert_many(rows(5, at=yesterday))
    chain_all(database, yesterday)
    sent: list[EmailMessage] = []
    anchors = Anchors(database, settings(), sent.append)
    for _ in range(3):
        anchors.turn(utc_now())
    assert len(sent) == 1, "each day is told once"
    (anchor,) = trail_database(database)[ANCHORS].find()
    assert (anchor["position"], anchor["hash"]) == (5, head_of(database).hash)
    (tmp_path / "1.eml").write_bytes(sent[0].as_bytes())
    told = mailed(tmp_path)
    assert told == [("findings", Anchor(anchor["_id"], 5, anchor["hash"]))]
    fourth = trail(database).find_one({"position": 4})
    assert fourth is not None
    trail(database).delete_one({"position": 5})
    database.collection("audit_head").update_one({}, {"$set": {"position": 4, "hash": fourth["hash"]}})
    with pytest.raises(BrokenError, match="position 5: rows up to 5"):
        verified(database)
    trail_database(database)[ANCHORS].delete_many({})
    assert verified(database) == 4
    with pytest.raises(BrokenError, match="position 5: rows up to 5"):
        verified(database, (told[0][1],))


def test_an_anchor_is_mailed_when_the_mail_server_is_back(database: MongoDatabase) -> None:
    yesterday = utc_now() - timedelta(days=1)
    database.collection(WAITING).insert_many(rows(1))
    chain_all(database, yesterday)
    sent: list[EmailMessage] = []

    def away(_mail: EmailMessage) -> None:
        raise ConnectionRefusedError

    Anchors(database, settings(), away).turn(utc_now())
    Anchors(database, settings(), sent.append).turn(utc_now())
    assert [mail["To"] for mail in sent] == ["a@example.invalid, b@example.invalid"]


def test_the_list_shows_rows_before_and_after_they_have_their_place(database: MongoDatabase) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    made = [row for hour in range(9) for row in rows(1, "f-1", start + timedelta(hours=hour))]
    made += rows(4, "f-2", start)
    database.collection(WAITING).insert_many(made[:5])
    chain_all(database)
    database.collection(WAITING).insert_many(made[5:])
    asked, cursor, seen = TrailQueries(database), None, []
    while True:
        items, cursor = asked.page({"subject": "f-1"}, 2, cursor)
        seen += items
        if cursor is None:
            break
    assert [one["id"] for one in seen] == [row["_id"] for row in reversed(made[:9])]
    assert [one["position"] for one in seen] == [None] * 4 + [5, 4, 3, 2, 1]
    day = {"since": start + timedelta(hours=3), "until": start + timedelta(hours=6), "actor": "reader-1"}
    assert len(list(asked.all(day))) == 3
    assert len(list(asked.all({}))) == 13
    assert list(asked.all({"action": "finding.closed.v1"})) == []


def test_readings_at_the_same_time_are_all_kept_once(database: MongoDatabase) -> None:
    recorder, made = ReadingRecorder(database), rows(40)
    threads = [threading.Thread(target=recorder.keep, args=(row,)) for row in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    kept = {row["_id"] for row in database.collection(WAITING).find()}
    assert kept == {row["_id"] for row in made}


def test_a_service_may_add_rows_and_not_change_or_delete_them(mongo_admin_uri: str) -> None:
    service = f"t{uuid.uuid4().hex[:8]}"
    name = f"duze_{service}"
    with MongoClient[dict[str, Any]](mongo_admin_uri) as admin:
        roles = [{"role": "readWrite", "db": name}, grant(admin, service)]
        assert grant(admin, service) == roles[1], "doing it again changes nothing"
        admin[name].command("createUser", service, pwd="secret", roles=roles)
        parts = admin.address
        assert parts is not None
        uri = f"mongodb://{service}:secret@{parts[0]}:{parts[1]}/{name}?replicaSet=duze"
        try:
            with open_client(uri, "limited") as client:
                database = MongoDatabase(client, name)
                ensure_trail(database)
                database.collection(WAITING).insert_many(rows(3))
                chain_all(database)
                assert verified(database) == 3
                for forbidden in (
                    lambda: trail(database).update_one({}, {"$set": {"actor": "x"}}),
                    lambda: trail(database).delete_one({}),
                    lambda: trail(database).drop(),
                    lambda: trail(database).create_index("at", expireAfterSeconds=1),
                    lambda: trail(database).replace_one({"position": 1}, {}, upsert=True),
                ):
                    with pytest.raises(OperationFailure) as caught:
                        forbidden()
                    assert caught.value.code == 13
        finally:
            admin[name].command("dropUser", service)
            admin.admin.command("dropRole", f"{name}_audit")
            admin.drop_database(name)
            admin.drop_database(f"{name}_audit")


def test_the_command_walks_every_service_and_names_the_first_broken_link(
    mongo_admin_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in SERVICES:
        monkeypatch.setenv(f"DUZE_{service.upper()}_MONGO_URI", mongo_admin_uri)
    monkeypatch.setenv("DUZE_JWT_KEY", "k" * 32)
    with open_client(mongo_admin_uri, "audit test") as client:
        database = MongoDatabase(client, "duze_reporting")
        try:
            ensure_trail(database)
            database.collection(WAITING).insert_many(rows(3))
            chain_all(database)
            sound = CliRunner().invoke(verify_app)
            trail(database).update_one({"position": 2}, {"$set": {"actor": "x"}})
            broken = CliRunner().invoke(verify_app)
        finally:
            client.drop_database("duze_reporting")
            client.drop_database("duze_reporting_audit")
    assert sound.exit_code == 0
    assert "reporting: 3 rows, whole; 0 wait" in sound.stdout
    assert broken.exit_code == 1
    assert "findings: 0 rows, whole" in broken.stdout
    assert "reporting: BROKEN after 1 sound rows: position 2: the content" in broken.stdout.replace("\n", " ")
    assert CliRunner().invoke(verify_app, ["--mails", "no such folder"]).exit_code == 2


def settings() -> ServiceSettings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUZE_JWT_KEY", "k" * 32)
        patch.setenv("DUZE_AUDITORS_MAIL", "a@example.invalid,b@example.invalid")
        return ServiceSettings.from_env("findings")
