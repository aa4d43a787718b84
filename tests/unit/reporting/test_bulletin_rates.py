"""Rates and what was closed in the days of a bulletin: figures like others, each with the findings behind it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.domain.bulletin import DAILY, PROGRESS, Bulletin
from services.reporting.domain.bulletin_figures import values_of
from services.reporting.domain.bulletin_item import item_of
from services.reporting.domain.bulletin_snapshot import snapshot
from services.reporting.domain.fact import rebuild
from services.reporting.domain.statistics import cells_of, summarise
from tests.unit.reporting.bulletins import DRAFTED_AT, OFFICE, BulletinWorld, demo_facts
from tests.unit.reporting.world import moved

DAY = date(2026, 2, 24)
LATE = "2026-02-21T00:00:00+08:00"
CLOSED = {"reported_at": "2026-02-23T10:00:00+08:00", "closed_at": "2026-02-24T10:00:00+08:00"}


def closed(finding, **told):
    return rebuild(finding, [moved(finding, "closed", **CLOSED | told)])


FACTS = [
    closed("old", found_at="2026-01-20T10:00:00+08:00", count=3),
    closed("late", due_at=LATE),
    closed("new", found_at="2026-02-24T08:00:00+08:00"),
    rebuild("open", [moved("open", found_at="2026-02-24T09:00:00+08:00", due_at=LATE)]),
    rebuild("mending", [moved("mending", "accepted", found_at="2026-02-24T09:30:00+08:00")]),
]


def drafted(kind, facts=FACTS, since=DAY, until=DAY):
    world = BulletinWorld(facts)
    return world, world.draft(kind=kind, since=since, until=until)


def test_a_daily_tells_what_was_closed_that_day_whenever_it_was_found():
    world, draft = drafted(DAILY)
    assert draft["figures"]["total.findings"] == 3
    assert (draft["figures"]["closings.findings"], draft["figures"]["closings.problems"]) == (3, 5)
    assert world.bulletins.trace(draft["id"], "closings.findings", OFFICE)["ids"] == ["old", "late", "new"]
    assert "当日销号3条、5个（含此前发现的问题）" in draft["lead"]
    said = world.render(draft["id"], "md")
    assert "当日销号问题（3条5个）" in said
    assert "old号" in said


def test_a_day_without_findings_tells_what_was_closed_all_the_same():
    _, draft = drafted(DAILY, [FACTS[0]])
    assert "未发现问题。当日销号1条、3个" in draft["lead"]


def test_days_and_closings_of_other_days_are_not_in_it():
    _, draft = drafted(DAILY, since=DAY + timedelta(1), until=DAY + timedelta(2))
    assert draft["figures"]["closings.findings"] == 0
    assert "期间销号0条" in draft["lead"]


def test_what_was_closed_is_left_out_like_anything_else():
    world, draft = drafted(DAILY)
    edited = world.edit(draft["id"], left_out=[{"id": "old", "reason": "另行通报"}])
    assert edited["figures"]["closings.findings"] == 2
    assert "old号" not in world.render(draft["id"], "md")


@pytest.mark.parametrize("kind", [DAILY, PROGRESS])
def test_rates_are_those_of_the_statistics_and_are_traced_to_both_their_figures(kind):
    world, draft = drafted(kind, demo_facts(), date(2026, 1, 1), date(2026, 12, 31))
    shown = [fact for fact in demo_facts() if (fact.state or {})["status"] != "withdrawn"]
    total = summarise(cell for fact in shown for cell in cells_of(fact, "status", DRAFTED_AT))
    for name in ("rate_closed", "rate_on_time"):
        assert draft["rates"][name] == total[name]
        traced = world.bulletins.trace(draft["id"], name, OFFICE)
        part, whole = (world.bulletins.trace(draft["id"], path, OFFICE) for path in traced["of"])
        assert traced["value"] == round(part["value"] / whole["value"], 4)
        assert set(part["ids"]) <= set(whole["ids"]) == set(traced["ids"])
    assert f"销号率{total['rate_closed']:.1%}，按期整改率{total['rate_on_time']:.1%}" in draft["lead"]


def test_each_township_has_its_rates_in_the_table_of_a_progress_bulletin():
    world, draft = drafted(PROGRESS)
    assert draft["rates"]["rate_closed_in.990100001"] == 0.3333
    assert draft["rates"]["rate_on_time_in.990100001"] == 0.5
    assert "| 城关街道 | 3 | 1 | 2 | 1 | 33.3% | 50.0% |" in world.render(draft["id"], "md")
    assert 'data-figure="rate_on_time_in.990100001">50.0%<' in world.render(draft["id"], "html")


def test_with_nothing_to_divide_by_there_is_no_rate():
    world, draft = drafted(PROGRESS, [FACTS[4]])
    assert draft["rates"]["rate_on_time"] is None
    assert world.bulletins.trace(draft["id"], "rate_on_time", OFFICE)["ids"] == []
    assert "按期整改率—" in draft["lead"]
    world.approve(draft["id"])
    published = world.publish(draft["id"])
    assert published["rates"]["rate_on_time"] is None
    assert world.bulletins.faults(draft["id"]) == []


def test_what_was_published_before_there_were_these_figures_is_still_whole():
    items = tuple(item_of(fact, DRAFTED_AT) for fact in FACTS[3:])
    told: dict[str, Any] = dict.fromkeys(("id", "area", "title", "names", "group_by", "author"), "")
    bulletin = Bulletin(
        **told, kind="problems", since=DAY, until=DAY, team=None, drafted_at=DRAFTED_AT, updated_at=DRAFTED_AT,
        items=items[1:], values={},
    )  # fmt: skip
    assert all(name not in snapshot(bulletin).decode() for name in ("closings", "past", "on_time"))
    world, draft = drafted("problems")
    world.approve(draft["id"])
    world.publish(draft["id"])
    found = world.store.whole(draft["id"])
    assert found is not None
    early = {path: value for path, value in values_of(found).items() if not path.startswith("rate")}
    rows = world.database.collections["bulletins"]
    rows[draft["id"]] = rows[draft["id"]] | {"values": [list(pair) for pair in early.items()]}
    assert "its figures" not in world.bulletins.faults(draft["id"])
    rows[draft["id"]] = rows[draft["id"]] | {"values": [["total.findings", 99]]}
    assert "its figures" in world.bulletins.faults(draft["id"])
