"""Files of a case's documents through the api: kept in pieces, answered to whoever may know of the case, on record."""

import io
from datetime import timedelta

import pytest

from services.accountability.adapters.case_files import BUCKET, LEFT_AFTER, PIECE
from tests.integration.accountability.moving import case_of, move
from tests.unit.accountability.world import DEMO

pytestmark = pytest.mark.needs_mongo
PDF = b"%PDF-1.7\n" + b"0" * (2 * PIECE) + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def case(api, worker):
    assert api.bring_in((DEMO / "cadres.csv").read_bytes()).status_code == 200
    return case_of(api, worker, "p-1")


def paper(api, case):
    return move(api, f"{case}/documents", body={"title": "谈话笔录"})["documents"][-1]["id"]


def send(api, path, content=PDF, role="commission", **rest):
    return api.ask("POST", path, role, files={"file": ("扫描件.pdf", io.BytesIO(content))}, **rest)


def test_a_file_is_kept_answered_and_its_reading_on_record(api, app, case):
    path = f"{case}/documents/{paper(api, case)}/file"
    assert api.ask("GET", path, "commission").status_code == 404
    sent = send(api, path)
    assert sent.status_code == 200, sent.text
    assert sent.json()["documents"][-1]["file"] == {"size": len(PDF), "content_type": "application/pdf"}
    answer = api.ask("GET", path, "approver")
    assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    same = {"If-None-Match": answer.headers["ETag"]}
    assert api.ask("GET", path, "auditor", headers=same).status_code == 304
    read = api.items("/audit?action=case.document.read", "auditor")
    assert {one["subject"] for one in read} == {case.rpartition("/")[2]}
    assert app.database.collection(f"{BUCKET}.chunks").count_documents({}) == 3
    again = send(api, path)
    assert (again.status_code, again.json()["code"]) == (409, "file_kept")


@pytest.mark.parametrize("role", ["office", "supervisor", "unit", "admin", "cadre"])
def test_it_is_closed_to_every_other_role(api, case, role):
    path = f"{case}/documents/any/file"
    assert api.ask("GET", path, role).status_code == 403
    assert send(api, path, role=role).status_code == 403


def test_what_is_no_document_is_refused_by_field(api, case):
    path = f"{case}/documents/{paper(api, case)}/file"
    answer = send(api, path, b"<html>")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])


def test_what_a_death_left_behind_goes_with_the_next_upload_and_nothing_else(api, app, case):
    files = app.papers.files
    old = app.clock() - LEFT_AFTER - timedelta(minutes=1)
    rows, chunks = (app.database.collection(f"{BUCKET}.{part}") for part in ("files", "chunks"))
    named = f"{case}/documents/{paper(api, case)}/file"
    assert send(api, named).status_code == 200
    kept = next(row["_id"] for row in rows.find().sort("_id", -1))
    # Its claim was lost on the way, and another upload never came to its end.
    rows.update_one({"_id": kept}, {"$set": {"unclaimed": True, "uploadDate": old}})
    rows.insert_one({"_id": "left", "uploadDate": old, "unclaimed": True})
    chunks.insert_one({"files_id": "left", "n": 0, "data": b"x"})
    files.put("next", io.BytesIO(PDF), len(PDF))
    assert rows.find_one({"_id": "left"}) is None
    assert chunks.find_one({"files_id": "left"}) is None
    assert "unclaimed" not in rows.find_one({"_id": kept})
    assert api.ask("GET", named, "commission").content == PDF
