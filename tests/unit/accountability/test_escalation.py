"""So many warnings in so many days lead to a case, by a rule of the county."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.accountability.adapters import indexes
from services.accountability.adapters.county import read_rules
from services.accountability.domain.rules import ON_WARNING, Repeated, Rule, RuleBook, Suggestion, Then, When
from shared.contracts.errors import DataFileError
from tests.unit.accountability.world import RULES, TOWNSHIP, VOCABULARY, World, posted, withdrawn

MANY = Rule(
    id="many_warnings", version=1, title="多次预警", on=ON_WARNING, when=When(warnings=Repeated(3, 30)),
    then=Then(case=True, suggest=(Suggestion("reminder_talk"),)), source="a test", valid_from=date(2020, 1, 1),
    verified=False,
)  # fmt: skip
CATEGORIES = ("access_control", "records", "hygiene", "isolation")


@pytest.fixture
def world() -> World:
    world = World(RuleBook([*RULES.rules, MANY]))
    world.person("C1")
    world.person("C2", TOWNSHIP, "line_leader")
    return world


def serious(number: int, day: str):
    return posted(
        f"f-{number}", severity="serious", category=CATEGORIES[number], found_at=f"{day}T10:00:00+08:00"
    )


def test_the_third_warning_within_the_days_proposes_a_talk_with_its_grounds(world: World) -> None:
    world.deliver(serious(0, "2026-01-20"), serious(1, "2026-02-01"))
    assert world.all(indexes.CASES) == []
    world.deliver(serious(2, "2026-02-18"))
    case = world.one(indexes.CASES)
    assert [(one["cadre"], one["kind"], one["rule"]) for one in case["suggested"]] == [
        ("C1", "reminder_talk", "many_warnings")
    ]
    (because,) = case["because"]
    assert because["facts"]["days"] == ["2026-01-20", "2026-02-01", "2026-02-18"]
    assert (because["rule"], because["version"], because["facts"]["cadre"]) == ("many_warnings", 1, "C1")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_order_in_which_they_are_heard_does_not_matter(world: World, order: tuple[int, ...]) -> None:
    days = ("2026-01-20", "2026-02-01", "2026-02-18")
    for number in order:
        world.deliver(serious(number, days[number]))
    assert len(world.all(indexes.CASES)) == 1


def test_warnings_further_apart_do_not_count_together(world: World) -> None:
    for number, day in enumerate(("2026-01-19", "2026-02-01", "2026-02-18")):
        world.deliver(serious(number, day))
    assert world.all(indexes.CASES) == []


def test_a_warning_that_fell_does_not_count(world: World) -> None:
    world.deliver(serious(0, "2026-01-20"), serious(1, "2026-02-01"))
    world.deliver(
        withdrawn("f-1", severity="serious", category=CATEGORIES[1], found_at="2026-02-01T10:00:00+08:00")
    )
    world.deliver(serious(2, "2026-02-18"))
    assert world.all(indexes.CASES) == []


def test_two_warnings_of_one_finding_count_once(world: World) -> None:
    book = RuleBook([*RULES.rules, MANY, replace(RULES.rules[1], id="serious_too")])
    world = World(book)
    world.person("C1")
    world.deliver(serious(0, "2026-02-01"), serious(1, "2026-02-02"))
    assert len(world.all(indexes.WARNINGS)) == 4
    assert world.all(indexes.CASES) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"on": "finding"}, "is asked on warning only"),
        ({"when": {"severity": ["serious"]}}, "counts them"),
        ({"then": {"warning": {"to": ["direct"]}}}, "leads to a case"),
        ({"when": {"warnings": {"count": 1, "within_days": 30}}}, "greater than or equal to 2"),
    ],
)
def test_a_rule_about_warnings_that_makes_no_sense_stops_the_start(
    tmp_path: Path, change: dict, said: str
) -> None:
    row = {
        "id": "many", "version": 1, "title": "多次预警", "on": "warning",
        "when": {"warnings": {"count": 3, "within_days": 30}},
        "then": {"case": {"suggest": [{"measure": "reminder_talk"}]}},
        "source": "a test", "valid_from": "2020-01-01", "verified": False,
    }  # fmt: skip
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "rules": [row]}), encoding="utf-8")
    assert read_rules(path, VOCABULARY).rules[0].when.warnings == Repeated(3, 30)
    path.write_text(yaml.safe_dump({"version": 1, "rules": [row | change]}), encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        read_rules(path, VOCABULARY)
