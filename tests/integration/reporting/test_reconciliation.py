"""Whether all services tell the same: asked of the api, with the three others faked, and of `make reconcile`."""

import threading
import time

import jwt
import pytest

from services.reporting import reconcile
from services.reporting.adapters.mongo import BALANCES
from services.reporting.adapters.searching import FACTS
from tests.integration.reporting import peers as fakes
from tests.support.service import KEY
from tests.unit.reporting.world import COUNTY, NOW, TOWNSHIP, VILLAGE, assigned, case, moved, noticed

pytestmark = pytest.mark.needs_mongo
OTHERS = ("findings", "accountability", "notifications")
ELSEWHERE = "990100002001"


@pytest.fixture(scope="module", autouse=True)
def ledger(worker):
    """Three findings, two assigned and told; one of an old ledger; two in a case that went on without one."""
    worker.deliver(
        moved("f-1"),
        moved("f-2", area=ELSEWHERE, units=["990100002"]),
        moved("f-3"),
        moved("old", historical=True),
        assigned("f-1", ("C001", "direct")),
        assigned("f-2", ("C006", "direct")),
        assigned("f-3"),
        noticed("f-1", "C001"),
        noticed("f-2", "C006"),
        case("case-1", ["f-1", "f-2"]),
    )
    worker.deliver(moved("f-2", "accepted", 2, area=ELSEWHERE), case("case-1", ["f-2"], 2, "verifying"))


@pytest.fixture(autouse=True)
def agreeing(peers):
    """The others tell the same before each test."""
    peers["findings"].document = {
        "outbox_pending": 0,
        "findings": [
            {"area": VILLAGE, "status": "issued", "count": 2},
            {"area": ELSEWHERE, "status": "rectifying", "count": 1},
        ],
        "historical": [{"area": VILLAGE, "status": "issued", "count": 1}],
    }
    peers["accountability"].document = {
        "outbox_pending": 0,
        "assigned": 2,
        "unresolved": 1,
        "unresolved_direct": 0,
    }
    peers["notifications"].document = {"outbox_pending": 0, "noticed": 2}
    for peer in peers.values():
        peer.answer = None
        peer.asked.clear()


@pytest.fixture
def unreachable(peers):
    """All of them hang."""
    for peer in peers.values():
        peer.answer = peer.hang


def test_when_all_tell_the_same_it_is_balanced(api):
    answer = api.get("/reconciliation")
    assert answer["balanced"] is True
    assert answer["differences"] == []
    assert answer["in_flight"] == 0
    assert answer["services"] == dict.fromkeys((*OTHERS, "reporting"), True)


def test_what_differs_is_named_by_area_and_status(api, peers):
    peers["findings"].document["findings"][0]["count"] = 3
    answer = api.get("/reconciliation")
    assert answer["balanced"] is False
    assert answer["differences"] == [{"area": VILLAGE, "status": "issued", "ledger": 3, "findings": 4}]


@pytest.mark.parametrize(
    ("service", "changed"),
    [
        ("accountability", {"assigned": 1}),
        ("accountability", {"unresolved": 0}),
        ("notifications", {"noticed": 3}),
    ],
)
def test_who_is_assigned_and_told_must_agree(api, peers, service, changed):
    peers[service].document |= changed
    assert api.get("/reconciliation")["balanced"] is False


@pytest.mark.parametrize("service", OTHERS)
def test_events_under_way_are_counted_and_make_it_unbalanced(api, peers, service):
    peers[service].document["outbox_pending"] = 7
    answer = api.get("/reconciliation")
    assert (answer["balanced"], answer["in_flight"]) == (False, 7)


@pytest.mark.parametrize("service", OTHERS)
def test_a_service_that_hangs_makes_it_unbalanced_within_its_two_seconds(api, peers, service):
    peers[service].answer = peers[service].hang
    began = time.monotonic()
    answer = api.get("/reconciliation")
    assert time.monotonic() - began < 3
    assert answer["balanced"] is False
    assert answer["services"] == dict.fromkeys((*OTHERS, "reporting"), True) | {service: False}


def test_three_that_hang_are_waited_for_side_by_side(api, unreachable):
    began = time.monotonic()
    answer = api.get("/reconciliation")
    assert time.monotonic() - began < 3
    assert [name for name, reachable in answer["services"].items() if reachable] == ["reporting"]


def test_while_one_hangs_the_api_answers_others(api, unreachable):
    asking = threading.Thread(target=api.get, args=("/reconciliation",))
    asking.start()
    began = time.monotonic()
    assert api.get("/counts")["posted"] == 3
    assert time.monotonic() - began < 1
    asking.join(10)


def test_an_answer_without_an_end_is_given_up(api, peers):
    peers["notifications"].answer = peers["notifications"].drip
    began = time.monotonic()
    assert api.get("/reconciliation")["services"]["notifications"] is False
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("answer", [fakes.broken, fakes.garbage, fakes.other_figures, fakes.elsewhere])
def test_a_service_that_answers_otherwise_counts_as_one_that_does_not(api, peers, answer):
    peers["accountability"].answer = answer
    told = api.get("/reconciliation")
    assert (told["balanced"], told["services"]["accountability"]) == (False, False)


def test_the_others_are_asked_with_a_token_of_the_service_for_the_callers_area(api, peers):
    api.get("/reconciliation", area=TOWNSHIP)
    for peer in peers.values():
        (asked,) = peer.asked
        claims = jwt.decode(asked["Authorization"].removeprefix("Bearer "), KEY, ["HS256"], audience="duze")
        assert (asked["path"], claims["role"], claims["area"]) == ("/counts", "admin", TOWNSHIP)
        assert claims["exp"] - claims["iat"] <= 60


def test_a_township_is_compared_by_itself(api, peers):
    peers["findings"].document["findings"].pop()
    peers["accountability"].document["assigned"] = 1
    peers["notifications"].document["noticed"] = 1
    assert api.get("/reconciliation", area=TOWNSHIP)["balanced"] is True
    assert api.get("/reconciliation")["balanced"] is False


def test_it_may_be_polled_each_second(api):
    began = time.monotonic()
    for _ in range(20):
        api.get("/reconciliation")
    assert (time.monotonic() - began) / 20 < 0.2


@pytest.mark.parametrize("path", ["/reconciliation", "/counts"])
@pytest.mark.parametrize(
    ("role", "status"),
    [("office", 200), ("admin", 200), ("auditor", 200), ("supervisor", 403), ("unit", 403), ("cadre", 403),
     ("commission", 403), ("approver", 403)],
)  # fmt: skip
def test_office_admin_and_auditor_may_ask(api, path, role, status):
    assert api.ask("GET", path, role, cadre="C001").status_code == status


def test_the_own_figures_leave_old_ledgers_out(api):
    assert api.get("/counts") == {"outbox_pending": 0, "posted": 3, "assigned": 2, "noticed": 2}


# make reconcile


def test_a_recount_that_agrees_ends_with_0(app, capsys):
    assert reconcile.main(app) == 0
    out = capsys.readouterr().out
    assert "4 facts recounted" in out
    assert "NO" not in out


def test_a_service_that_does_not_answer_ends_it_with_1(app, peers, capsys):
    peers["findings"].answer = fakes.broken
    assert reconcile.main(app) == 1
    assert "findings answers" in capsys.readouterr().out


def test_a_ledger_that_has_heard_nothing_is_not_balanced(app, peers, capsys):
    peers["findings"].document["findings"].append({"area": "990100301", "status": "closed", "count": 1})
    peers["accountability"].document["unresolved"] = 2
    assert reconcile.main(app) == 1
    assert "990100301, closed" in capsys.readouterr().out


@pytest.fixture
def mended(app):
    """What a test breaks is as it was afterwards."""
    kept = {name: list(app.database.collection(name).find()) for name in (FACTS, BALANCES)}
    yield
    for name, documents in kept.items():
        app.database.collection(name).delete_many({})
        app.database.collection(name).insert_many(documents)


@pytest.mark.parametrize(
    ("collection", "which", "change", "told"),
    [
        (FACTS, {"_id": "f-1"}, {"$set": {"state.status": "closed"}}, "fact f-1"),
        (FACTS, {"_id": "f-3"}, {"$set": {"changed_at": NOW.replace(year=2001)}}, "fact f-3"),
        (BALANCES, {"_id": VILLAGE}, {"$set": {"counts": [["issued", 9]]}}, f"counters of {VILLAGE}"),
    ],
)
def test_whatever_was_spoilt_in_the_ledger_is_found(app, mended, capsys, collection, which, change, told):
    assert app.database.collection(collection).update_one(which, change).modified_count == 1
    assert reconcile.main(app) == 1
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("collection", [FACTS, BALANCES])
def test_whatever_is_missing_in_the_ledger_is_found(app, mended, collection):
    app.database.collection(collection).delete_many({"_id": {"$in": ["f-1", VILLAGE]}})
    assert reconcile.main(app) == 1


def test_the_county_is_that_of_the_areas_file(app):
    assert list(reconcile.balances(app)) == [COUNTY]
