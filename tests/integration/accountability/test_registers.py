"""The office keeps its registers through the api: cadres, duties, imports, the chain of duty."""

import pytest
import requests

from tests.unit.accountability.world import DEMO, TOWNSHIP

pytestmark = pytest.mark.needs_mongo
CADRE = {
    "name": "李建国", "position": "网格员", "unit": "凤栖社区", "area": "990100001001", "identity": ["contract"],
}  # fmt: skip
DUTY = {
    "cadre": "P1",
    "area": "990100001001",
    "role": "direct",
    "place_kinds": ["shop"],
    "from": "2026-02-01",
}
HEADER = "id,name,position,unit,area,identity,duty,duty_area,duty_place_kind"


@pytest.fixture(scope="module", autouse=True)
def demo(api):
    """The demo county's file, imported once."""
    answer = api.bring_in((DEMO / "cadres.csv").read_bytes())
    assert answer.status_code == 200
    return answer.json()


def test_the_demo_countys_file_is_entered_when_answered(api, demo):
    counts = {name: demo[name] for name in ("created", "updated", "unchanged", "rejected")}
    assert counts == {"created": 31, "updated": 0, "unchanged": 0, "rejected": 0}
    assert demo["results"][0] == {"line": 2, "id": "C001", "status": 201, "result": "created"}
    assert len(api.items("/cadres?limit=200&area=990100")) >= 31


def test_importing_again_changes_and_tells_nothing(api, worker):
    told = len(worker.told("cadre"))
    answer = api.bring_in((DEMO / "cadres.csv").read_bytes()).json()
    assert answer["unchanged"] == 31
    assert len(worker.told("cadre")) == told


def test_bad_lines_are_explained_and_good_ones_kept(api):
    good = "X1,王芳,会计,村委会,990100001001,contract,direct,990100001001,shop"
    answer = api.bring_in(f"{HEADER}\n{good}\nX2,,会计,村委会,990199,king,,,\n").json()
    assert (answer["created"], answer["rejected"]) == (1, 1)
    assert answer["results"][1] == {
        "line": 3, "id": "X2", "status": 422, "result": "rejected",
        "errors": {
            "name": ["is missing"], "area": ["unknown area"],
            "identity": ["'king' is neither a code nor a label of identity"],
        },
    }  # fmt: skip
    assert api.get("/cadres/X1")["name"] == "王芳"
    assert api.ask("GET", "/cadres/X2").status_code == 404


def test_a_file_with_a_byte_order_mark_is_read(api):
    answer = api.bring_in(b"\xef\xbb\xbf" + f"{HEADER}\nX3,王芳,会计,村委会,990100001001,,,,\n".encode())
    assert answer.json()["created"] == 1


@pytest.mark.parametrize("body", ["", "id,name\n1,2\n", "PK\x00\x00"])
def test_a_file_that_cannot_be_read_is_refused_whole(api, body):
    answer = api.bring_in(body)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_an_import_in_json_is_refused_by_its_content_type(api):
    assert api.ask("POST", "/cadres/import", json=[CADRE]).status_code == 415


def test_an_import_repeated_under_its_key_answers_as_the_first_time(api):
    text = f"{HEADER}\nX4,王芳,会计,村委会,990100001001,contract,,,\n"
    first, second = (api.bring_in(text, headers={"Idempotency-Key": "import-1"}) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


def test_a_township_office_enters_its_own_cadres_only(api):
    lines = [
        f"{one},王芳,会计,村委会,{area},contract,,," for one, area in (("X5", TOWNSHIP), ("X6", "990100002"))
    ]
    answer = api.bring_in("\n".join([HEADER, *lines]), area=TOWNSHIP).json()
    assert [(row["id"], row["status"]) for row in answer["results"]] == [("X5", 201), ("X6", 403)]


def test_a_cadre_is_entered_read_and_changed_under_the_countys_id(api):
    made = api.ask("PUT", "/cadres/P1", json=CADRE)
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, "/cadres/P1", '"1"')
    assert made.json() | CADRE == made.json()
    same = api.ask("PUT", "/cadres/P1", json=CADRE)
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    changed = api.ask("PUT", "/cadres/P1", json=CADRE | {"position": "主任"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    late = api.ask("PUT", "/cadres/P1", json=CADRE, headers={"If-Match": '"1"'})
    assert late.status_code == 412


@pytest.mark.parametrize(
    ("change", "field"),
    [({"area": "990199"}, "area"), ({"identity": ["king"]}, "identity.0"), ({"salary": 1}, "salary"),
     ({"name": ""}, "name"), ({"active": "yes"}, "active")],
)  # fmt: skip
def test_a_wrong_field_of_a_cadre_is_named(api, change, field):
    answer = api.ask("PUT", "/cadres/P2", json=CADRE | change)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("cadre", ["office", "a%20b", "a%7Cb"])
def test_an_id_that_would_be_taken_for_something_else_is_refused(api, cadre):
    answer = api.ask("PUT", f"/cadres/{cadre}", json=CADRE)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["id"])


def test_a_duty_is_entered_and_stands_in_the_chain_on_its_days(api):
    api.ask("PUT", "/cadres/P1", json=CADRE)
    made = api.ask("PUT", "/duties/P1-1", json=DUTY)
    assert made.status_code == 201
    assert made.json()["to"] is None
    path = "/duties/chain?area=990100001001&place_kind=shop&category=hygiene&on="
    assert "P1" in [link["cadre"] for link in api.items(f"{path}2026-02-01")]
    assert "P1" not in [link["cadre"] for link in api.items(f"{path}2026-01-31")]
    assert [duty["id"] for duty in api.items("/duties?cadre=P1")] == ["P1-1"]


def test_the_chain_of_a_village_is_direct_then_leaders_nearest_first(api):
    assert api.items("/duties/chain?area=990100106201&place_kind=clinic&category=hygiene&on=2026-02-20") == [
        {"cadre": "C021", "role": "direct", "area": "990100106201", "duty": "C021-1"},
        {"cadre": "C023", "role": "line_leader", "area": "990100106201", "duty": "C023-1"},
        {"cadre": "C022", "role": "line_leader", "area": "990100106", "duty": "C022-1"},
        {"cadre": "C024", "role": "line_leader", "area": "990100106", "duty": "C024-1"},
    ]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [({"cadre": "ghost"}, 422, "cadre"), ({"role": "boss"}, 422, "role"), ({"to": "2026-01-01"}, 422, "to"),
     ({"from": "soon"}, 422, "from")],
)  # fmt: skip
def test_a_wrong_field_of_a_duty_is_named(api, change, status, field):
    answer = api.ask("PUT", "/duties/P1-9", json=DUTY | change)
    assert answer.status_code == status
    assert any(name.startswith(field) for name in answer.json()["errors"])


def test_lists_come_in_pages_newest_first(api):
    seen, path = [], "/cadres?limit=10"
    while path:
        page = api.get(path)
        seen += [cadre["id"] for cadre in page["items"]]
        path = page["next"] and f"/cadres?limit=10&cursor={page['next']}"
    assert len(seen) == len(set(seen)) >= 31
    times = [api.get(f"/cadres/{one}")["created_at"] for one in (seen[0], seen[-1])]
    assert times[0] >= times[1]


@pytest.mark.parametrize("path", ["/cadres?cursor=nonsense", "/cadres?colour=red", "/cadres?limit=0"])
def test_a_query_that_cannot_be_answered_is_refused(api, path):
    assert api.ask("GET", path).status_code in (400, 422)


@pytest.mark.parametrize("role", ["supervisor", "unit", "cadre", "admin"])
@pytest.mark.parametrize("path", ["/cadres", "/cadres/C001", "/duties", "/duties/chain?area=990100", "/unassigned",
                                  "/assignments"])  # fmt: skip
def test_the_registers_are_closed_to_whom_they_do_not_concern(api, role, path):
    assert api.ask("GET", path, role).status_code == 403


@pytest.mark.parametrize("role", ["commission", "approver", "auditor"])
def test_whoever_may_read_the_registers_may_not_write_them(api, role):
    assert api.items("/cadres?limit=1", role)
    assert api.ask("PUT", "/cadres/P3", role, json=CADRE).status_code == 403
    assert api.ask("PUT", "/duties/P3-1", role, json=DUTY).status_code == 403
    assert api.bring_in(HEADER, role=role).status_code == 403


def test_an_area_outside_of_ones_own_is_refused_and_a_wider_one_is_narrowed(api):
    assert api.ask("GET", "/cadres?area=990100002", area=TOWNSHIP).status_code == 403
    assert api.ask("GET", "/duties/chain?area=990100002", area=TOWNSHIP).status_code == 403
    assert api.ask("GET", "/cadres/C006", area=TOWNSHIP).status_code == 403
    areas = {cadre["area"] for cadre in api.items("/cadres?area=990100&limit=200", area=TOWNSHIP)}
    assert areas
    assert all(area.startswith(TOWNSHIP) for area in areas)


def test_without_a_token_nothing_is_answered(api):
    assert requests.get(f"http://127.0.0.1:{api.port}/cadres", timeout=5).status_code == 401
