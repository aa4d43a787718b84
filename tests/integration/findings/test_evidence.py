"""Evidence through the api on a real database: nothing left behind, nothing shown to whom it is not for."""

import hashlib
import json
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.integration.findings.conftest import Api
from tests.integration.findings.evidence import TEN_MIB, big_pdf, held, kept, upload
from tests.support import pictures
from tests.support.county import a_finding

pytestmark = pytest.mark.needs_mongo


def test_an_upload_is_answered_and_served_without_its_place_to_whoever_reads_its_finding(api: Api) -> None:
    data = pictures.jpeg(place=True, orientation=6)
    answer = upload(api, data)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["sha256"], told["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (told["content_type"], answer.headers["Location"]) == ("image/jpeg", f"/attachments/{told['id']}")
    path = f"/attachments/{told['id']}"
    assert api.ask("GET", path, "office").status_code == 404
    finding = api.post(a_finding(attachments=[told["id"]])).json()
    assert finding["evidence"] == [told["id"]]
    served = api.ask("GET", path, "office")
    assert served.status_code == 200
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7%8E%B0")
    assert served.headers["ETag"] == f'"{hashlib.sha256(served.content).hexdigest()}"'
    assert int(served.headers["Content-Length"]) == len(served.content)
    assert b"31.8759N" not in served.content
    again = api.ask("GET", path, "office", headers={"If-None-Match": served.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.ask("GET", path, "office", area="990200").status_code == 403
    assert api.ask("GET", path, "cadre").status_code == 403


def test_the_original_is_read_by_the_auditor_and_every_reading_is_on_record(api: Api) -> None:
    data = pictures.jpeg(place=True)
    photo = kept(api, data)
    api.post(a_finding(attachments=[photo]))
    path = f"/attachments/{photo}/original"
    assert api.ask("GET", path, "office").status_code == 403
    assert api.ask("GET", path, "auditor", sub="auditor-7").content == data
    rows = list(api.database["audit"].find({"subject": photo, "actor": "auditor-7"}))
    assert [row["action"] for row in rows] == ["attachment.original.read"]


def test_ten_mebibytes_are_taken_and_a_byte_more_is_not(api: Api) -> None:
    data = big_pdf(TEN_MIB)
    photo = kept(api, data, role="unit")
    assert api.ask("GET", f"/attachments/{photo}", "unit").content == data
    before = held(api)
    for size in (TEN_MIB + 1, TEN_MIB + 200_000):
        answer = upload(api, big_pdf(size))
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert held(api) == before


def test_a_web_page_named_jpg_is_refused_and_leaves_nothing(api: Api) -> None:
    before = held(api)
    answer = upload(api, b"<html><script>alert(1)</script></html>", "photo.jpg")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])
    assert held(api) == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"files": {"file": ("a.jpg", b"")}}, 422),
        ({"files": {"file": ("a.jpg", pictures.jpeg()), "other": ("b.jpg", pictures.jpeg())}}, 422),
        ({"files": {"file": ("a.jpg", pictures.jpeg())}, "data": {"note": "x"}}, 422),
        ({"json": {}}, 415),
        ({"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"data": b"no parts", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
        ({}, 415),
    ],
)
def test_what_is_no_upload_of_one_file_is_refused(api: Api, sent: dict[str, Any], status: int) -> None:
    before = held(api)
    answer = api.ask("POST", "/attachments", **sent)
    assert answer.status_code == status, answer.text
    assert held(api) == before


def test_those_who_report_nothing_upload_nothing(api: Api) -> None:
    for role in ("office", "approver", "commission", "cadre", "auditor", "admin"):
        assert upload(api, pictures.jpeg(), role=role).status_code == 403


def test_a_repeat_with_the_same_key_is_the_same_upload_whatever_its_boundary(api: Api) -> None:
    headers, data = {"Idempotency-Key": uuid.uuid4().hex}, pictures.jpeg("green")
    first, again = (upload(api, data, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = upload(api, pictures.jpeg("blue"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize("sent", [0.0, 0.5, 0.999])
def test_an_upload_that_is_cut_leaves_nothing_behind(api: Api, sent: float) -> None:
    before, data = held(api), big_pdf(3 * 1024 * 1024)
    prepared = requests.Request("POST", "http://x/attachments", files={"file": ("a.pdf", data)}).prepare()
    assert isinstance(prepared.body, bytes)
    token = api.ask("GET", "/findings?limit=1").request.headers["Authorization"]
    head = (
        f"POST /attachments HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        f"Content-Type: {prepared.headers['Content-Type']}\r\nContent-Length: {len(prepared.body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as wire:
        wire.sendall(head.encode() + prepared.body[: int(len(prepared.body) * sent)])
    assert kept(api)
    after = held(api)
    assert after["attachments"] == before["attachments"] + 1
    assert after["attachments_left_over"] == before["attachments_left_over"]
    assert after["evidence.files"] == before["evidence.files"] + 2
    assert after["evidence.chunks"] == before["evidence.chunks"] + 2


def test_one_upload_that_two_findings_want_at_once_goes_to_one(api: Api) -> None:
    photo = kept(api)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post(a_finding(attachments=[photo])), range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [422] * 7
    holder = next(one.json()["id"] for one in answers if one.status_code == 201)
    assert api.database["attachments"].find_one({"_id": photo})["finding"] == holder  # type: ignore[index]
    assert api.database["findings"].count_documents({"evidence": photo}) == 1


def test_somebody_elses_upload_is_refused_by_field(api: Api) -> None:
    photo = kept(api, sub="supervisor-2")
    answer = api.post(a_finding(attachments=[photo, "none"]))
    assert (answer.status_code, sorted(answer.json()["errors"])) == (422, ["attachments.0", "attachments.1"])


def test_a_repeated_source_ref_compares_evidence_by_its_bytes(api: Api) -> None:
    body = a_finding()
    first = api.post({**body, "attachments": [kept(api)]})
    again = api.post({**body, "attachments": [kept(api)]})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = api.post({**body, "attachments": [kept(api, pictures.png())]})
    assert (other.status_code, other.json()["code"]) == (409, "source_ref_conflict")


def test_a_batch_takes_evidence_and_explains_the_line_that_cannot(api: Api) -> None:
    photo = kept(api)
    lines = [json.dumps(a_finding(attachments=[photo])) for _ in range(2)]
    told = api.batch("\n".join(lines).encode())
    assert [row["status"] for row in told["results"]] == [201, 422]
    assert list(told["results"][1]["errors"]) == ["attachments.0"]
