"""Statistics as they are asked for: compared with the period before, ranked, and of measures by the four forms."""

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from services.reporting.adapters.measures import MEASURES, measure_of
from services.reporting.application.ports import LedgerStore
from services.reporting.application.statistics import Statistics
from services.reporting.domain.errors import ForbiddenError, InvalidError
from services.reporting.domain.measure import shows
from services.reporting.domain.statistics import ranked
from shared.contracts.claims import Claims
from tests.unit.reporting.world import AREAS, COUNTY, TOWNSHIP, VOCABULARY, World, measured, moved

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


class _Store:
    """Over the twin."""

    def __init__(self, world):
        self.world = world

    def cells(self, filters, by, now):
        return self.world.cells(filters, by, now), {}

    def measures(self, filters):
        rows = self.world.database.collections.get(MEASURES, {}).values()
        return [one for row in rows if shows(filters, one := measure_of(row))]


def asker(*events):
    world = World()
    world.deliver(*events)
    return Statistics(cast(LedgerStore, _Store(world)), VOCABULARY, AREAS, lambda: NOW)


def findings(of, by="unit", role="office", area=COUNTY, **asked):
    rest = {"area": None, "since": None, "until": None, "date": "found", "compare": None, "sort": None}
    return of.findings({"by": by, **rest, **asked}, Claims(sub="x", role=role, area=area))


def measures(of, by="tier", role="commission", sub="x", area=COUNTY, **asked):
    rest = {"area": None, "since": None, "until": None}
    return of.measures({"by": by, **rest, **asked}, Claims(sub=sub, role=role, area=area))


def found(finding, day, **told):
    return moved(finding, found_at=f"{day}T10:00:00+08:00", posted_at=f"{day}T11:00:00+08:00", **told)


def test_a_period_is_compared_with_the_one_just_before():
    of = asker(
        found("f-1", "2026-02-20"), found("f-2", "2026-02-19", count=3), found("f-3", "2026-02-18"),
        found("f-4", "2026-02-18", units=["990100002"]), found("f-5", "2026-02-17"),
    )  # fmt: skip
    answer = findings(of, since=date(2026, 2, 19), until=date(2026, 2, 20), compare="previous")
    (row,) = answer["rows"]
    assert (row["posted"], row["previous"]["posted"]) == (2, 2)
    assert (answer["total"]["posted_items"], answer["total"]["previous"]["posted_items"]) == (4, 3)


def test_a_key_that_is_new_is_compared_with_nothing():
    of = asker(found("f-1", "2026-02-20"))
    (row,) = findings(of, since=date(2026, 2, 20), until=date(2026, 2, 20), compare="previous")["rows"]
    assert (row["previous"]["posted"], row["previous"]["rate_closed"]) == (0, None)


@pytest.mark.parametrize(
    "asked",
    [{}, {"since": date(2026, 1, 1)}, {"since": date(2026, 1, 2), "until": date(2026, 1, 1)},
     {"since": date(1, 1, 1), "until": date(1, 1, 2)}],
)  # fmt: skip
def test_what_has_no_period_before_is_not_compared(asked):
    with pytest.raises(InvalidError):
        findings(asker(), compare="previous", **asked)


def test_units_are_ranked_and_equals_share_a_rank():
    of = asker(
        moved("f-1", units=["990100001"]), moved("f-2", units=["990100002"]), moved("f-3", units=["990100002"]),
        moved("f-4", units=["990100301"]),
    )  # fmt: skip
    rows = findings(of, sort="-posted")["rows"]
    assert [(row["key"], row["posted"], row["rank"]) for row in rows] == [
        ("990100002", 2, 1), ("990100001", 1, 2), ("990100301", 1, 2),
    ]  # fmt: skip
    assert [row["key"] for row in findings(of, sort="posted")["rows"]][-1] == "990100002"


def test_what_has_no_figure_to_sort_by_comes_last_without_a_rank():
    rows = ranked([{"key": "a", "rate": None}, {"key": "b", "rate": 0.0}, {"key": "c", "rate": 0.5}], "-rate")
    assert [(row["key"], row["rank"]) for row in rows] == [("c", 1), ("b", 2), ("a", None)]


def test_closed_at_the_first_report_is_counted_apart():
    ends: dict[str, Any] = {"reported_at": NOW.isoformat(), "closed_at": NOW.isoformat()}
    of = asker(
        moved("f-1", "closed", 3, **ends), moved("f-2", "closed", 5, returned_count=1, **ends), moved("f-3")
    )
    total = findings(of)["total"]
    assert (total["first_closed"], total["rate_first"]) == (1, 0.5)


SERVED = [
    measured("m-1", "served", 2, served=True),
    measured("m-2", "served", 2, served=True, cadre="C004", kind="party_warning", tier=2),
    measured("m-3", decided_on="2026-01-31", kind="party_warning", tier=2),
]


def test_measures_by_the_four_forms():
    answer = measures(asker(*SERVED))
    assert [(row["key"], row["name"], row["measures"], row["people"]) for row in answer["rows"]] == [
        ("1", "第一种形态", 1, 1), ("2", "第二种形态", 2, 2),
    ]  # fmt: skip
    assert answer["total"] == {"measures": 3, "people": 2, "cases": 1, "served": 2, "revoked": 0}


def test_measures_by_kind_and_month_and_period():
    of = asker(*SERVED)
    names = {row["key"]: row["name"] for row in measures(of, "kind")["rows"]}
    assert names["party_warning"] == VOCABULARY.label("measure", "party_warning") != "party_warning"
    assert [(row["key"], row["measures"]) for row in measures(of, "month")["rows"]] == [
        ("2026-01", 1),
        ("2026-02", 2),
    ]
    assert measures(of, since=date(2026, 2, 24), until=date(2026, 2, 24))["total"]["measures"] == 2
    assert measures(of, until=date(2026, 1, 31))["total"]["measures"] == 1


def test_a_measure_that_was_not_served_is_told_to_those_who_may_know():
    of = asker(*SERVED)
    assert [
        measures(of, role=role)["total"]["measures"] for role in ("commission", "approver", "auditor")
    ] == [3] * 3
    others = ("office", "unit", "supervisor", "admin")
    assert [measures(of, role=role)["total"]["measures"] for role in others] == [2] * 4


def test_a_restricted_measure_is_told_to_its_handlers_and_the_auditor():
    of = asker(measured("m-1", "served", 2, served=True, restricted=True, handlers=["jw-1"]))
    assert measures(of)["total"]["measures"] == 0
    assert measures(of, sub="jw-1")["total"]["measures"] == 1
    assert measures(of, role="auditor")["total"]["measures"] == 1


def test_a_revoked_measure_stands_no_more():
    of = asker(measured("m-1", "revoked", 3, served=True), measured("m-1", "served", 2, served=True))
    assert measures(of)["total"] == {"measures": 0, "people": 0, "cases": 0, "served": 0, "revoked": 1}


def test_measures_of_the_own_area():
    of = asker(*SERVED, measured("m-4", areas=["990100002001"]))
    assert measures(of, area="990100002")["total"]["measures"] == 1
    assert measures(of, area=COUNTY)["total"]["measures"] == 4
    with pytest.raises(ForbiddenError):
        by = Claims(sub="x", role="commission", area=TOWNSHIP)
        of.measures({"by": "tier", "area": "990100002", "since": None, "until": None}, by)
