"""Contacts through the api: entered by the office, listed for it, and no address anywhere else."""

import pytest

from tests.unit.notifications.events import registered
from tests.unit.notifications.world import DEMO

pytestmark = pytest.mark.needs_mongo
HEADER = "cadre,kind,address"
MAIL = {"channels": [{"kind": "email", "address": "a@demo.invalid", "verified": True}]}


def put(api, who, body=MAIL, **rest):
    return api.ask("PUT", f"/contacts/{who}", json=body, **rest)


def test_the_demo_countys_file_is_imported_and_a_second_time_changes_nothing(api):
    content = (DEMO / "contacts.csv").read_bytes()
    first, second = api.bring_in(content), api.bring_in(b"\xef\xbb\xbf" + content)
    assert (first.status_code, first.json()["created"], first.json()["rejected"]) == (200, 31, 0)
    assert (second.json()["unchanged"], len(second.json()["results"])) == (31, 31)
    assert api.get("/contacts/C001")["channels"] == [
        {"kind": "email", "address": "c001@demo.invalid", "verified": True}
    ]


def test_an_import_longer_than_one_transaction_is_taken_whole(api):
    rows = "\n".join(f"X{number},email,x{number}@demo.invalid" for number in range(450))
    answer = api.bring_in(f"{HEADER}\n{rows}\n")
    assert answer.json()["created"] == 450
    assert [one["line"] for one in answer.json()["results"]] == list(range(2, 452))


def test_bad_rows_are_explained_and_good_ones_kept(api):
    answer = api.bring_in(f"{HEADER}\nB1,email,b1@demo.invalid\nB2,email,nobody\n")
    assert (answer.status_code, answer.json()["created"], answer.json()["rejected"]) == (200, 1, 1)
    assert api.ask("GET", "/contacts/B2").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("name\nx\n", "text/csv", 422),
        (f"{HEADER}\n", "application/json", 415),
        (b"\x00\xff", "text/csv", 422),
    ],
)
def test_what_is_no_such_file_is_refused(api, body, kind, status):
    assert api.bring_in(body, headers={"Content-Type": kind}).status_code == status


def test_a_contact_is_made_replaced_and_found(api):
    made = put(api, "D1")
    assert (made.status_code, made.headers["Location"]) == (201, "/contacts/D1")
    body = MAIL | {"quiet_hours": {"from": "22:00", "to": "07:00"}, "digest": True}
    changed = put(api, "D1", body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["quiet_hours"] == {"from": "22:00", "to": "07:00"}
    assert put(api, "D1", headers={"If-Match": '"1"'}).status_code == 412
    assert api.get("/contacts/D1") == changed.json()


def test_a_unit_can_have_an_address_too(api):
    assert put(api, "unit:990100001").status_code == 201
    assert api.get("/contacts/unit:990100001")["reachable"] is True


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "channels"),
        ({"channels": [{"kind": "pigeon"}]}, "channels"),
        ({"channels": [{"kind": "email", "address": "nobody"}]}, "channels.0.address"),
        (MAIL | {"quiet_hours": {"from": "25:00", "to": "07:00"}}, "quiet_hours"),
        (MAIL | {"name": "x"}, "name"),
    ],
)
def test_what_cannot_be_right_is_refused_and_named(api, body, where):
    answer = put(api, "E1", body)
    assert answer.status_code == 422
    assert any(path.startswith(where) for path in answer.json()["errors"])
    assert api.ask("GET", "/contacts/E1").status_code == 404


def test_those_with_the_inbox_alone_are_listed_as_unreachable(api, worker):
    worker.deliver(registered("U1", area="990100105201"), registered("U2", area="990100105201"))
    assert put(api, "U2").status_code == 200
    area = {"area": "990100105"}
    assert [one["cadre"] for one in api.items("/contacts?unreachable=true", **area)] == ["U1"]
    assert [one["cadre"] for one in api.items("/contacts?unreachable=false", **area)] == ["U2"]
    assert len(api.items("/contacts", **area)) == 2
    worker.deliver(registered("U1", area="990100105201", sequence=2))
    assert [one["kind"] for one in api.get("/contacts/U2")["channels"]] == ["inbox", "email"]


def test_an_office_sees_and_enters_contacts_of_its_area_only(api, worker):
    worker.deliver(registered("V1", area="990100106201"))
    elsewhere = {"area": "990100001"}
    assert put(api, "V1", **elsewhere).status_code == 403
    assert api.ask("GET", "/contacts/V1", **elsewhere).status_code == 404
    assert "V1" not in [one["id"] for one in api.items("/contacts?limit=200", **elsewhere)]


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "commission", "approver", "admin"])
def test_contacts_are_closed_to_everybody_else(api, role):
    assert api.ask("GET", "/contacts", role).status_code == 403
    assert api.ask("GET", "/contacts/C001", role).status_code == 403
    assert put(api, "C001", role=role).status_code == 403
    assert api.bring_in(f"{HEADER}\n", role=role).status_code == 403


def test_the_auditor_reads_contacts_and_enters_none(api):
    assert api.ask("GET", "/contacts", "auditor").status_code == 200
    assert put(api, "C001", role="auditor").status_code == 403


def test_no_address_is_told_to_the_world(worker):
    assert not any("demo.invalid" in str(one.data) for one in worker.told())


def test_no_document_of_the_database_holds_an_address(api, app):
    assert put(api, "W1").status_code == 201
    assert api.get("/contacts/W1")["channels"][0]["address"] == "a@demo.invalid"
    held = [
        name
        for name in app.database.collection("contacts").database.list_collection_names()
        for one in app.database.collection(name).find()
        if "demo.invalid" in str(one)
    ]
    assert held == []
