"""Evidence in the real database: kept and served by pieces, swept whole, compared, found by indexes."""

import hashlib
import json
import tracemalloc
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from gridfs import GridFSBucket
from gridfs.errors import CorruptGridFile

from services.findings import config
from services.findings.adapters.files import GridFsFileStore
from services.findings.bootstrap import FindingsApp, build
from tests.integration.findings.conftest import Api
from tests.integration.findings.evidence import TEN_MIB, big_pdf, kept
from tests.support import pictures
from tests.support.county import a_finding
from tests.support.eventually import eventually

pytestmark = pytest.mark.needs_mongo


@pytest.fixture
def app(api: Api, mongo_admin_uri: str, monkeypatch: pytest.MonkeyPatch) -> FindingsApp:
    """The service as a worker has it, on the api's database."""
    monkeypatch.setenv("DUZE_JWT_KEY", "k")
    monkeypatch.setenv("DUZE_FINDINGS_MONGO_URI", mongo_admin_uri)
    return build(replace(config.from_env(), database=api.database.name))


def test_keeping_and_serving_hold_a_piece_at_a_time(api: Api, app: FindingsApp, tmp_path: Path) -> None:
    data, files, id = big_pdf(TEN_MIB), GridFsFileStore(app.database), str(uuid.uuid4())
    path = tmp_path / "big.pdf"
    path.write_bytes(data)
    with path.open("rb") as file:
        tracemalloc.start()
        files.put_original(id, file)
        digest = hashlib.sha256()
        for piece in files.original(id):
            digest.update(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert digest.digest() == hashlib.sha256(data).digest()
    assert peak < 4 * 1024 * 1024
    bucket = GridFSBucket(api.database, "evidence")
    assert bucket.open_download_stream(f"{id}/original").read() == data, "others read it as GridFS"
    api.database["evidence.chunks"].delete_one({"files_id": f"{id}/original", "n": 7})
    with pytest.raises(CorruptGridFile):
        list(files.original(id))
    files.remove(id)
    assert api.database["evidence.chunks"].count_documents(_of(id)) == 0


def test_a_reported_photo_of_another_finding_flags_it_for_the_team_and_not_for_the_unit(api: Api) -> None:
    data, day = pictures.jpeg("purple"), (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    findings = [api.post(a_finding()).json() for _ in range(2)]
    measures = ["东门两班值守,公告已经张贴完毕,登记台账齐全", "全体网格员入户核对并补齐缺漏信息三十二条"]
    for finding, done in zip(findings, measures, strict=True):
        body = {"measures": done, "completed_on": day, "attachments": [kept(api, data, role="unit")]}
        answer = api.ask("POST", f"/findings/{finding['id']}/report", "unit", json=body)
        assert answer.status_code == 200, answer.text
        assert "review_flags" not in answer.json()
    path = f"/findings/{findings[1]['id']}"
    flags = api.ask("GET", path).json()["review_flags"]
    assert [flag["kind"] for flag in flags] == ["same_photo"]
    assert findings[0]["number"] in flags[0]["because"]
    assert "review_flags" not in api.ask("GET", path, "unit").json()
    listed = {one["id"] for one in api.all("/findings?flagged=true")}
    assert findings[1]["id"] in listed
    assert findings[0]["id"] not in listed
    assert api.ask("GET", "/findings?flagged=true", "unit").status_code == 403


def test_words_used_before_and_a_place_that_is_back_are_flagged(api: Api) -> None:
    place = {"name": f"路口{uuid.uuid4().hex}", "kind": "checkpoint"}
    day = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    body = {"measures": "街面巡查两小时一轮并全程拍照留痕,店铺逐户发放告知书", "completed_on": day}
    found_at = [a_finding()["found_at"], (datetime.now(UTC) + timedelta(minutes=5)).isoformat()]
    first, second = (api.post(a_finding(place=place, found_at=at)).json() for at in found_at)
    for finding in (first, second):
        path = f"/findings/{finding['id']}"
        assert api.ask("POST", f"{path}/report", "unit", json=body).status_code == 200
        assert api.ask("POST", f"{path}/verify", json={"result": "pass"}).status_code == 200
    flags = api.ask("GET", f"/findings/{second['id']}").json()["review_flags"]
    assert [flag["kind"] for flag in flags] == ["similar_report", "back_soon"]
    assert all(flag["findings"] == [first["id"]] for flag in flags)


def test_what_nobody_attached_and_what_a_dead_process_left_is_swept_whole(api: Api, app: FindingsApp) -> None:
    attached, lost, dead = kept(api), kept(api, big_pdf(600_000)), str(uuid.uuid4())
    api.post(a_finding(attachments=[attached]))
    longago = datetime.now(UTC) - timedelta(minutes=1)
    api.database["attachments"].update_one({"_id": lost}, {"$set": {"expires_at": longago}})
    # A process that was killed while it wrote the second chunk: no document of the file yet.
    api.database["attachments_left_over"].insert_one({"_id": dead, "at": longago})
    chunk = {"_id": ObjectId(), "files_id": f"{dead}/original", "n": 0, "data": b"x"}
    api.database["evidence.chunks"].insert_one(chunk)
    eventually(lambda: _swept(app))
    for gone in (lost, dead):
        assert api.database["evidence.chunks"].count_documents(_of(gone)) == 0
        assert api.database["evidence.files"].count_documents({"_id": {"$regex": f"^{gone}/"}}) == 0
    assert api.database["evidence.chunks"].count_documents(_of(attached)) == 2
    assert api.ask("GET", f"/attachments/{lost}").status_code == 404
    assert api.ask("GET", f"/attachments/{attached}").status_code == 200


def _of(attachment: str) -> dict[str, Any]:
    return {"files_id": {"$regex": f"^{attachment}/"}}


def _swept(app: FindingsApp) -> None:
    sweep: Callable[..., int] = app.evidence.sweep
    assert sweep(app.transact) == 0


def test_the_ways_to_evidence_are_served_by_indexes(api: Api) -> None:
    kept(api)
    queries: list[tuple[str, dict[str, Any]]] = [
        ("attachments", {"sha256": {"$in": ["x"]}, "finding": {"$ne": None}}),
        ("attachments", {"expires_at": {"$lt": datetime.now(UTC)}}),
        ("attachments_left_over", {"at": {"$lte": datetime.now(UTC)}}),
        ("findings", {"flagged": True}),
        ("evidence.chunks", {"files_id": "x"}),
    ]
    for collection, query in queries:
        plan = api.database[collection].find(query).explain()["queryPlanner"]["winningPlan"]
        assert "COLLSCAN" not in json.dumps(plan, default=str), (collection, query)
