"""Notices through the api and on the real database: who sees which, reading, signing, counting; once each."""

import threading
from itertools import chain
from typing import Any

import pytest

from tests.unit.notifications.events import DIRECT, LINE, UNIT, assigned, registered, unresolved, warned

pytestmark = pytest.mark.needs_mongo
OTHER = {"cadre": "C006", "name": "吴某某", "role": "direct", "area": "990100002001"}
ELSEWHERE: dict[str, Any] = {"area": "990100002001", "area_name": "施营社区", "units": ["990100002"]}


@pytest.fixture(scope="module", autouse=True)
def told(worker):
    worker.deliver(
        registered("C001", "赵测试"), assigned("a-1", [DIRECT, LINE]), assigned("a-2", [OTHER], **ELSEWHERE),
        warned("a-1"), unresolved("a-3", area="990100301", area_name="某乡", units=["990100301"]),
    )  # fmt: skip


def recipients(items):
    return sorted({one["recipient"] for one in items})


def of(api, recipient, finding="a-1", event="responsibility.assigned.v1"):
    (found,) = api.items(f"/notices?recipient={recipient}&finding={finding}&event_type={event}")
    return found


def test_a_notice_is_shown_whole(api):
    listed = of(api, "C001")
    shown = api.get(f"/notices/{listed['id']}", "cadre", cadre="C001")
    assert shown == listed
    assert shown["subject"] == "[严重]督查问题 督〔2026〕1号:卡口与出入管控"
    assert shown["body"].startswith("赵测试同志:")
    assert (shown["finding"], shown["case"], shown["warning"], shown["status"]) == (
        "a-1",
        None,
        None,
        "queued",
    )
    assert [(one["channel"], one["status"]) for one in shown["deliveries"]] == [("inbox", "sent")]
    assert shown["created_at"].endswith("+08:00")


def test_the_document_has_an_etag_of_its_version(api):
    notice = of(api, "C001")
    answer = api.ask("GET", f"/notices/{notice['id']}")
    assert answer.headers["ETag"] == f'"{notice["version"]}"'


@pytest.mark.parametrize(
    ("role", "claims", "seen"),
    [
        ("cadre", {"cadre": "C001"}, ["C001"]),
        ("cadre", {"cadre": "C999"}, []),
        ("cadre", {"cadre": UNIT}, []),
        ("cadre", {}, []),
        ("unit", {"area": "990100001"}, [UNIT]),
        ("unit", {"area": "990100"}, ["unit:990100001", "unit:990100002"]),
        ("unit", {"area": "990100001001"}, []),
        ("supervisor", {"team": "T05"}, []),
        ("office", {}, ["C001", "C006", "office", "unit:990100001", "unit:990100002"]),
        ("office", {"area": "990100002"}, ["C006", "unit:990100002"]),
        ("commission", {"area": "990100001"}, ["C001", "unit:990100001"]),
        ("approver", {"area": "990100301"}, ["office"]),
        ("auditor", {}, ["C001", "C006", "office", "unit:990100001", "unit:990100002"]),
    ],
)
def test_everyone_sees_what_he_may(api, role, claims, seen):
    findings = [api.items(f"/notices?limit=200&finding=a-{number}", role, **claims) for number in (1, 2, 3)]
    assert recipients(chain.from_iterable(findings)) == seen


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("recipient=C006&area=990100002", ["C006"]),
        ("event_type=warning.issued.v1&finding=a-1", ["C001"]),
        ("finding=a-3", ["office"]),
        ("status=signed&finding=a-2", []),
        ("status=queued&finding=a-2", ["C006", "unit:990100002"]),
        ("case=c-1", []),
        ("area=990100001&finding=a-2", []),
    ],
)
def test_notices_are_found_by_what_they_are_about(api, query, seen):
    assert recipients(api.items(f"/notices?{query}")) == seen


@pytest.mark.parametrize(
    ("query", "status"),
    [("nothing=1", 400), ("status=lost", 422), ("limit=0", 422), ("cursor=x", 400), ("area=abc", 422)],
)
def test_a_question_that_cannot_be_meant_is_refused(api, query, status):
    assert api.ask("GET", f"/notices?{query}").status_code == status


def test_the_list_is_newest_first_in_pages(api, worker):
    worker.deliver(*(assigned(f"p-{number}", [DIRECT | {"cadre": "P1"}], units=[]) for number in range(5)))
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/notices?recipient=P1&limit=2{cursor and '&cursor=' + cursor}")
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next"]
    assert [one["finding"] for one in seen] == [f"p-{number}" for number in (4, 3, 2, 1, 0)]


def test_nobody_learns_of_a_notice_that_is_not_his(api):
    notice = of(api, "C001")["id"]
    for role, claims in (
        ("cadre", {"cadre": "C006"}), ("unit", {"area": "990100001"}), ("supervisor", {"team": "T05"}),
        ("office", {"area": "990100002"}),
    ):  # fmt: skip
        assert api.ask("GET", f"/notices/{notice}", role, **claims).status_code == 404
    assert api.ask("GET", "/notices/ghost").status_code == 404
    assert api.ask("GET", "/notices", "admin").status_code == 403


@pytest.mark.parametrize("move", ["read", "sign"])
def test_only_the_recipient_reads_and_signs(api, move):
    path = f"/notices/{of(api, 'C001')['id']}/{move}"
    assert api.ask("POST", path, "cadre", cadre="C006", json={}).status_code == 404
    assert api.ask("POST", path, "office", json={}).status_code == 404
    for role in ("commission", "approver", "auditor", "admin"):
        assert api.ask("POST", path, role, json={}).status_code == 403
    assert of(api, "C001")["status"] == "queued"


def test_a_notice_is_read_then_signed_and_the_world_is_told_once(api, worker):
    worker.deliver(assigned("s-1"))
    notice = of(api, "C001", "s-1")["id"]
    me = {"cadre": "C001", "sub": "zhao"}
    read = api.ask("POST", f"/notices/{notice}/read", "cadre", json={}, **me)
    assert (read.status_code, read.json()["status"]) == (200, "read")
    key = {"Idempotency-Key": "sign-s-1"}
    first = api.ask("POST", f"/notices/{notice}/sign", "cadre", json={}, headers=key, **me)
    again = api.ask("POST", f"/notices/{notice}/sign", "cadre", json={}, headers=key, **me)
    anew = api.ask("POST", f"/notices/{notice}/sign", "cadre", json={}, **me)
    assert first.json() == again.json() == anew.json()
    assert (first.json()["status"], first.json()["signed_by"]) == ("signed", "zhao")
    assert again.headers["Idempotency-Replayed"] == "true"
    told = [one for one in worker.told("notice.") if one.subject == notice]
    assert [(one.type, one.sequence) for one in told] == [
        ("notice.queued.v1", 1), ("notice.read.v1", 2), ("notice.signed.v1", 3),
    ]  # fmt: skip


def test_looking_at_a_notice_neither_reads_nor_signs_it(api, worker):
    worker.deliver(assigned("s-2"))
    notice = of(api, "C001", "s-2")
    for _ in range(2):
        assert api.get(f"/notices/{notice['id']}", "cadre", cadre="C001")["status"] == "queued"


def test_a_version_that_is_not_the_newest_is_refused(api, worker):
    worker.deliver(assigned("s-3"))
    path = f"/notices/{of(api, 'C001', 's-3')['id']}/sign"
    stale = api.ask("POST", path, "cadre", cadre="C001", json={}, headers={"If-Match": '"9"'})
    right = api.ask("POST", path, "cadre", cadre="C001", json={}, headers={"If-Match": '"1"'})
    assert (stale.status_code, right.status_code) == (412, 200)


def test_a_unit_signs_for_its_area(api, worker):
    worker.deliver(assigned("s-4"))
    path = f"/notices/{of(api, UNIT, 's-4')['id']}/sign"
    assert api.ask("POST", path, "unit", area="990100002", json={}).status_code == 404
    assert api.ask("POST", path, "unit", area="990100001", json={}).json()["status"] == "signed"


def test_a_batch_of_a_hundred_is_told_once_though_it_comes_twice(worker, app):
    batch = [assigned(f"b-{number}") for number in range(100)]
    assert worker.deliver(*batch) == ["applied"] * 100
    assert worker.deliver(*batch) == ["duplicate"] * 100
    assert app.database.collection("notices").count_documents({"finding": {"$regex": "^b-"}}) == 200


def test_two_workers_that_get_the_same_batch_at_once_have_one_effect(worker, app):
    batch = [assigned(f"c-{number}") for number in range(20)]
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(worker.deliver(*batch))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(chain.from_iterable(outcomes)) == ["applied"] * 20 + ["duplicate"] * 20
    assert app.database.collection("notices").count_documents({"finding": {"$regex": "^c-"}}) == 40


def test_an_older_assignment_that_comes_late_is_stale(api, worker):
    worker.deliver(assigned("l-1", [OTHER], sequence=2, **ELSEWHERE))
    assert worker.deliver(assigned("l-1", [DIRECT], sequence=1, **ELSEWHERE)) == ["stale"]
    assert recipients(api.items("/notices?finding=l-1")) == ["C006", "unit:990100002"]


def test_a_warning_that_falls_is_corrected_to_the_warned(api, worker):
    worker.deliver(warned("w-1"))
    worker.deliver(warned("w-1", revoked=True))
    assert [one["event_type"] for one in api.items("/notices?recipient=C001&finding=w-1")] == [
        "warning.revoked.v1", "warning.issued.v1",
    ]  # fmt: skip


def test_the_countys_table_is_open_to_every_role(api):
    for role in ("supervisor", "unit", "cadre", "commission", "approver", "office", "auditor", "admin"):
        rows = api.items("/policies?limit=200", role)
        assert [(one["event"], one["recipients"]) for one in rows][:2] == [
            ("responsibility.assigned.v1", ["direct", "unit"]), ("responsibility.unresolved.v1", ["office"]),
        ]  # fmt: skip
    first = api.get("/policies?limit=1")
    assert api.get(f"/policies?limit=1&cursor={first['next']}")["items"][0]["id"] == "unresolved"
    for foreign in ("x", "-1", "9" * 50):
        assert api.ask("GET", f"/policies?cursor={foreign}").status_code == 400


def test_every_list_is_served_by_an_index(app):
    notices = app.database.collection("notices")
    for where in (
        {"recipient": "C001"}, {"recipient": {"$gte": "unit:9901", "$lt": "unit:9901:"}}, {"finding": "a-1"},
        {"carried": "d"}, {"warning": "w"},
    ):  # fmt: skip
        plan = str(notices.find(where).sort("_id", -1).explain()["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan
        assert "COLLSCAN" not in plan
