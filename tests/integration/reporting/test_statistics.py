"""Statistics through the api: what the database adds up is what the domain says, and agrees with the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from services.reporting.adapters.rollup_reader import RollupReader
from services.reporting.adapters.rollups import NEWS, ROLLUPS
from services.reporting.domain.calendar import day_of
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.statistics import KEYS, cells_of, summarise
from services.reporting.domain.view import view
from shared.persistence.ids import utc_now
from tests.integration.reporting.scene import NOW, findings
from tests.unit.reporting.world import AREAS, COUNTY, TOWNSHIP, VILLAGE, VOCABULARY, assigned, case, measured

pytestmark = pytest.mark.needs_mongo
COUNT = 60
MIDDLE = day_of(NOW - timedelta(days=30))
SCOPES: dict[str, dict[str, Any]] = {
    "": {},
    "&area=990100001": {"area": "990100001"},
    f"&area={VILLAGE}": {"area": VILLAGE},
    f"&from={MIDDLE}": {"since": MIDDLE},
    f"&from={MIDDLE}&to={MIDDLE + timedelta(days=9)}&date=posted": {
        "since": MIDDLE, "until": MIDDLE + timedelta(days=9), "date": "posted",
    },
    f"&to={MIDDLE}&date=closed": {"until": MIDDLE, "date": "closed"},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def ledger(app, worker):
    """Some of it folded into the rollups, and some of it not yet."""
    events = findings(COUNT)
    worker.deliver(*events[:200])
    while app.do_due(utc_now()) or not app.database.collection(ROLLUPS).find_one():
        pass
    worker.deliver(*events[200:], assigned("stub", ("C001", "direct")), case("case-9", ["stub"]))


def chosen(worker, **filters):
    asked = Filters(**{"reach": COUNTY} | filters)
    return [fact for fact in worker.facts() if matches(asked, fact, view(fact), utc_now())]


def test_the_rollups_tell_what_is_asked_here(app):
    assert app.database.collection(NEWS).find_one()
    assert app.database.collection(ROLLUPS).find_one()
    for asked in SCOPES.values():
        told = RollupReader(app.database).cells(Filters(**{"reach": COUNTY} | asked), "area", utc_now())
        assert (told is None) == (asked == {"area": VILLAGE})


@pytest.mark.parametrize("by", KEYS)
@pytest.mark.parametrize("scope", SCOPES)
def test_the_database_adds_up_what_the_domain_says(api, worker, by, scope):
    facts, now = chosen(worker, **SCOPES[scope]), utc_now()
    answer = api.get(f"/statistics?by={by}{scope}")
    cells = [cell for fact in facts for cell in cells_of(fact, by, now)]
    wanted = {
        key: summarise(cell for cell in cells if cell.key == key) for key in {cell.key for cell in cells}
    }
    shown = {
        row["key"]: {name: row[name] for name in row if name not in ("key", "name")} for row in answer["rows"]
    }
    assert facts
    assert shown == wanted
    total = [cell for fact in facts for cell in cells_of(fact, "status", now)]
    assert answer["total"] == summarise(total)


@pytest.mark.parametrize("by", KEYS)
def test_the_total_is_that_of_the_ledger(api, by):
    total = api.get(f"/statistics?by={by}")["total"]
    rows = api.all("/ledger")
    assert total["posted"] == len(rows) == COUNT
    assert total["posted_items"] == sum(row["count"] for row in rows)
    assert total["overdue"] == sum(row["flags"]["overdue"] for row in rows)
    for status in ("closed", "blocked", "disputed", "withdrawn"):
        assert total[status] == sum(row["status"] == status for row in rows)


@pytest.mark.parametrize("by", ["area", "category", "severity", "team", "method", "status"])
def test_each_row_is_that_of_the_ledger(api, by):
    for row in api.get(f"/statistics?by={by}")["rows"]:
        found = [one for one in api.all("/ledger") if one[by] == row["key"]]
        assert row["posted"] == len(found)


def test_rows_have_the_names_of_their_keys(api):
    names = {row["key"]: row["name"] for row in api.get("/statistics?by=category")["rows"]}
    assert names == {key: VOCABULARY.label("category", key) for key in names}
    names = {row["key"]: row["name"] for row in api.get("/statistics?by=unit")["rows"]}
    assert names == {key: AREAS.name(key) for key in names}
    names = {row["key"]: row["name"] for row in api.get("/statistics?by=cadre")["rows"]}
    assert names == {"C001": "C001某", "C004": "C004某", "C006": "C006某", None: "(无)"}


def test_everything_is_null_or_nought_where_nothing_was_found(api):
    answer = api.get("/statistics?by=area&from=2001-01-01&to=2001-01-31")
    assert answer["rows"] == []
    assert (answer["total"]["posted"], answer["total"]["rate_closed"], answer["total"]["median_days"]) == (
        0,
        None,
        None,
    )


def test_a_caller_gets_the_figures_of_the_own_area(api, worker):
    total = api.get("/statistics?by=status", area=TOWNSHIP)["total"]
    assert total["posted"] == len(chosen(worker, reach=TOWNSHIP))
    total = api.get("/statistics?by=unit", "unit", area="990100002")["total"]
    assert total["posted"] == len(chosen(worker, reach="990100002", by_unit=True))


def test_rows_are_compared_and_ranked(api):
    asked = f"/statistics?by=unit&from={MIDDLE}&to={MIDDLE + timedelta(days=9)}&date=posted"
    answer = api.get(f"{asked}&compare=previous&sort=-posted")
    before = f"from={MIDDLE - timedelta(days=10)}&to={MIDDLE - timedelta(days=1)}&date=posted"
    total = api.get(f"/statistics?by=unit&{before}")["total"]
    assert answer["total"]["previous"] == total
    assert [row["rank"] for row in answer["rows"]] == sorted(row["rank"] for row in answer["rows"])
    assert api.ask("GET", "/statistics?by=unit&compare=previous").status_code == 422


def test_measures_are_counted_by_the_four_forms(api, worker):
    worker.deliver(
        measured("m-1", "served", 2, served=True, areas=[VILLAGE]),
        measured("m-2", tier=2, areas=["990100002001"]),
    )
    served = api.get("/statistics/measures?by=tier")
    assert [(row["key"], row["measures"]) for row in served["rows"]] == [("1", 1)]
    assert api.get("/statistics/measures?by=tier", "commission")["total"]["measures"] == 2
    assert api.get(f"/statistics/measures?by=kind&area={TOWNSHIP}", "commission")["total"]["measures"] == 1
    assert api.get("/statistics/measures?by=month&from=2026-02-25", "commission")["rows"] == []
    assert api.ask("GET", "/statistics/measures?by=tier", "cadre", cadre="C001").status_code == 403


@pytest.mark.parametrize(
    "asked", ["", "?by=weekday", "?by=area&area=990199", "?by=area&from=soon", "?by=area&x=1"]
)
def test_what_cannot_be_is_refused(api, asked):
    assert api.ask("GET", f"/statistics{asked}").status_code in (400, 422)


def test_an_area_outside_of_the_own_is_refused(api):
    assert api.ask("GET", "/statistics?by=area&area=990100002", area=TOWNSHIP).status_code == 403
