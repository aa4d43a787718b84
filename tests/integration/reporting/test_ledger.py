"""The ledger through the api: its rows, every filter, pages, past days, and whose findings it shows to whom."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from services.reporting.adapters.reads import MongoLedgerStore
from services.reporting.domain.calendar import day_of, end_of, start_of
from services.reporting.domain.fact import rebuild
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.view import view
from shared.persistence.ids import utc_now
from tests.integration.reporting.scene import NOW, findings, name
from tests.unit.reporting.world import AREAS, COUNTY, TOWNSHIP, VILLAGE, assigned, moved, noticed

pytestmark = pytest.mark.needs_mongo
COUNT = 60
EVENTS = findings(COUNT)
POSTED = [NOW - timedelta(days=COUNT - n) for n in range(COUNT)]
MIDDLE = day_of(POSTED[30])


@pytest.fixture(scope="module", autouse=True)
def ledger(worker):
    """The scene, a finding of whom only others have spoken, and one whose events come in the wrong order."""
    worker.deliver(*EVENTS, assigned("stub", ("C001", "direct")))


def ids(rows):
    return [row["id"] for row in rows]


def ids_of(facts):
    return [fact.id for fact in facts]


def expected(worker, now=None, **filters):
    """What the domain says that the filters mean."""
    asked = Filters(**{"reach": COUNTY} | filters)
    now = now or utc_now()
    return [fact.id for fact in worker.facts() if matches(asked, fact, view(fact), now)]


def numbered(asked):
    """Names of tests that say nothing of the time at which they were collected."""
    return [f"{n}-{one.partition('=')[0]}" for n, one in enumerate(asked)]


FILTERS: dict[str, dict[str, Any]] = {
    "area=990100001": {"area": "990100001"},
    f"area={VILLAGE}": {"area": VILLAGE},
    "status=closed": {"status": "closed"},
    "status=blocked": {"status": "blocked"},
    "category=isolation": {"category": "isolation"},
    "severity=serious": {"severity": "serious"},
    "team=T09": {"team": "T09"},
    "method=unannounced": {"method": "unannounced"},
    "overdue=true": {"overdue": True},
    "overdue=false": {"overdue": False},
    "responsible=C001": {"responsible": "C001"},
    "group=B3": {"group": "B3"},
    "campaign=c-2": {"campaign": "c-2"},
    "source_ref=B-07": {"source_ref": "B-07"},
    f"number={quote('督〔2026〕f-033号')}": {"number": "督〔2026〕f-033号"},
    "unit=990100001": {"unit": "990100001"},
    f"due_before={quote(POSTED[30].isoformat())}": {"due_before": POSTED[30]},
    f"due_before={MIDDLE}": {"due_before": start_of(MIDDLE)},
    f"q={quote('门无人')}": {"q": "门无人"},
    "q=missing": {"q": "missing"},
    f"q={quote('(甲)*')}": {"q": "(甲)*"},
    "q=B-1": {"q": "B-1"},
    f"from={MIDDLE}": {"since": MIDDLE},
    f"to={MIDDLE}": {"until": MIDDLE},
    f"from={MIDDLE}&to={MIDDLE}&date=posted": {"since": MIDDLE, "until": MIDDLE, "date": "posted"},
    f"from={MIDDLE}&date=closed": {"since": MIDDLE, "date": "closed"},
    f"updated_since={quote(POSTED[40].isoformat())}": {"updated_since": POSTED[40]},
    "area=990100001&team=T05&severity=serious": {"area": "990100001", "team": "T05", "severity": "serious"},
}


@pytest.mark.parametrize("asked", FILTERS, ids=numbered(FILTERS))
def test_a_filter_shows_what_it_means_and_nothing_else(api, worker, asked):
    wanted = expected(worker, **FILTERS[asked])
    assert 0 < len(wanted) < COUNT
    assert ids(api.all(f"/ledger?{asked}")) == wanted


@pytest.mark.parametrize("asked", FILTERS, ids=numbered(FILTERS))
def test_pages_that_look_at_few_facts_lead_to_all_that_a_filter_means(app, worker, asked):
    store, filters = MongoLedgerStore(app.database, most=3), Filters(reach=COUNTY, **FILTERS[asked])
    found, cursor = store.find(filters, utc_now(), 50, None)
    shown = ids_of(found)
    while cursor is not None:
        found, cursor = store.find(filters, utc_now(), 50, cursor)
        assert len(found) <= 3
        shown += ids_of(found)
    assert shown == expected(worker, **FILTERS[asked])


def test_everything_is_there_once_newest_first_without_stubs(api):
    assert ids(api.all("/ledger")) == [name(n) for n in reversed(range(COUNT))]


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_pages_together_are_the_whole(api, limit):
    assert ids(api.all("/ledger?team=T05", limit=limit)) == [name(n) for n in reversed(range(0, COUNT, 2))]


def test_a_cursor_of_somebody_elses_making_is_refused(api):
    assert api.ask("GET", "/ledger?cursor=made-up").status_code == 400


def test_a_row_has_the_finding_and_when_its_people_were_told(api, worker):
    begin = POSTED[6]
    (row,) = api.all(f"/ledger?number={quote('督〔2026〕f-006号')}")
    assert (row["id"], row["status"], row["team"], row["count"]) == ("f-006", "closed", "T05", 3)
    assert (row["area"], row["area_name"]) == ("990100001002", AREAS.name("990100001002"))
    assert row["responsible"] == [{"cadre": "C006", "role": "direct"}]
    assert datetime.fromisoformat(row["assigned_at"]) == begin + timedelta(hours=1)
    assert datetime.fromisoformat(row["notified_at"]).isoformat().startswith("2026-02-20T11:00:05")
    assert row["signed_at"] is None
    assert row["posted_at"].endswith("+08:00")
    assert {
        "evidence",
        "extensions",
        "returned_count",
        "similar",
        "version",
        "created_at",
        "updated_at",
    } <= set(row)


def test_a_signature_shows_in_the_row(api, worker):
    rows = {row["id"]: row for row in api.all("/ledger")}
    assert datetime.fromisoformat(rows["f-000"]["signed_at"]) == POSTED[0] + timedelta(hours=4)


def test_overdue_is_told_as_of_now(api, worker):
    overdue = set(expected(worker, overdue=True))
    assert {row["id"] for row in api.all("/ledger") if row["flags"]["overdue"]} == overdue


@pytest.mark.parametrize(
    "role", ["supervisor", "unit", "commission", "approver", "office", "auditor", "admin"]
)
def test_everyone_but_a_cadre_reads_it(api, role):
    assert api.ask("GET", "/ledger", role).status_code == 200


def test_a_cadre_does_not(api):
    assert api.ask("GET", "/ledger", "cadre", cadre="C001").status_code == 403
    assert api.ask("GET", "/statistics?by=area", "cadre", cadre="C001").status_code == 403


@pytest.mark.parametrize("role", ["commission", "approver", "auditor"])
def test_that_a_case_exists_is_told_to_those_who_may_know(api, role):
    referred = {row["id"] for row in api.all("/ledger", role) if row["flags"]["referred"]}
    assert referred == {"f-005", "f-006"}


@pytest.mark.parametrize("role", ["supervisor", "unit", "office", "admin"])
def test_that_a_case_exists_is_told_to_nobody_else(api, role):
    assert not any(row["flags"]["referred"] for row in api.all("/ledger", role))


def test_a_caller_sees_the_own_area_only(api, worker):
    wanted = expected(worker, reach=TOWNSHIP)
    assert 0 < len(wanted) < COUNT
    assert ids(api.all("/ledger", area=TOWNSHIP)) == wanted
    assert ids(api.all(f"/ledger?area={COUNTY}", area=TOWNSHIP)) == wanted


def test_an_area_outside_of_the_own_is_refused(api):
    answer = api.ask("GET", "/ledger?area=990100002", area=TOWNSHIP)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_unit_sees_what_it_has_to_mend_elsewhere_too(api, worker):
    wanted = expected(worker, reach="990100002", by_unit=True)
    assert set(expected(worker, reach="990100002")) < set(wanted)
    assert ids(api.all("/ledger", "unit", area="990100002")) == wanted
    elsewhere = expected(worker, reach="990100002", by_unit=True, area="990100001")
    assert elsewhere
    assert ids(api.all("/ledger?area=990100001", "unit", area="990100002")) == elsewhere


@pytest.mark.parametrize(
    "asked",
    [
        "area=990199",
        "status=done",
        "limit=201",
        "from=yesterday",
        "overdue=perhaps",
        "as_of=2026-02-30",
        "no=thing",
    ],
)
def test_what_cannot_be_is_refused(api, asked):
    assert api.ask("GET", f"/ledger?{asked}").status_code in (400, 422)


# Past days


def past(worker, day, **filters):
    """Facts of what had been told by the end of that day."""
    told = [event for event in EVENTS if event.time < end_of(day)]
    asked = Filters(**{"reach": COUNTY} | filters)
    facts = [rebuild(name(n), told) for n in reversed(range(COUNT))]
    return [fact for fact in facts if matches(asked, fact, view(fact), end_of(day))]


PAST_FILTERS: dict[str, dict[str, Any]] = {
    "": {},
    "&status=issued": {"status": "issued"},
    "&overdue=true": {"overdue": True},
    "&team=T09": {"team": "T09"},
    "&source_ref=B-07": {"source_ref": "B-07"},
    f"&from={MIDDLE - timedelta(days=9)}&to={MIDDLE - timedelta(days=3)}": {
        "since": MIDDLE - timedelta(days=9), "until": MIDDLE - timedelta(days=3),
    },
    f"&date=closed&to={MIDDLE - timedelta(days=5)}": {"date": "closed", "until": MIDDLE - timedelta(days=5)},
}  # fmt: skip


@pytest.mark.parametrize(("asked", "filters"), PAST_FILTERS.items(), ids=numbered(PAST_FILTERS))
def test_a_past_day_shows_what_was_known_at_its_end(api, worker, asked, filters):
    wanted = [(fact.id, fact.state["status"]) for fact in past(worker, MIDDLE, **filters)]
    rows = api.all(f"/ledger?as_of={MIDDLE}{asked}")
    assert wanted
    assert [(row["id"], row["status"]) for row in rows] == wanted


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_of_a_past_day_together_are_the_whole(api, worker, limit):
    wanted = [fact.id for fact in past(worker, MIDDLE, team="T09")]
    assert ids(api.all(f"/ledger?as_of={MIDDLE}&team=T09", limit=limit)) == wanted


def test_a_finding_that_moved_stands_in_its_old_area_on_a_past_day(api, worker):
    before, after = NOW - timedelta(days=200), NOW - timedelta(days=190)
    told = {"posted_at": before.isoformat(), "due_at": NOW.isoformat()}
    worker.deliver(
        moved("a-moved", "posted", 1, before, area="990100301", **told),
        moved("a-moved", "amended", 2, after, area="990100002001", **told),
        noticed("a-moved", "C001", at=after),
    )
    asked = f"/ledger?as_of={day_of(before)}"
    assert ids(api.all(f"{asked}&area=990100301")) == ["a-moved"]
    assert ids(api.all(asked, area="990100301")) == ["a-moved"]
    assert ids(api.all(f"{asked}&area=990100002001")) == []
    assert api.all(asked)[0]["notified_at"] is None
    assert api.all(f"/ledger?as_of={day_of(after)}")[0]["notified_at"] is not None


def test_today_as_of_is_today(api):
    assert ids(api.all(f"/ledger?as_of={day_of(utc_now())}&status=closed")) == ids(
        api.all("/ledger?status=closed")
    )


def test_the_future_is_not_known(api):
    answer = api.ask("GET", f"/ledger?as_of={day_of(utc_now()) + timedelta(days=2)}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["as_of"])
