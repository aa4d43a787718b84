"""The trial of a rules file: it draws what the service would, and takes as long as there are findings."""

import sys
from collections import Counter
from datetime import date, timedelta

import pytest

from services.accountability.adapters import documents
from services.accountability.domain.rules import ON_WARNING, Repeated, Rule, RuleBook, Suggestion, Then, When
from services.accountability.rules_dryrun import tried
from tests.unit.accountability.world import LEGALITY, RULES, World, a_finding, posted

ESCALATION = Rule(
    id="warned_often",
    version=1,
    title="多次预警",
    on=ON_WARNING,
    when=When(warnings=Repeated(3, 30)),
    then=Then(case=True, suggest=(Suggestion("reminder_talk"),)),
    source="test",
    valid_from=date(2020, 1, 1),
    verified=False,
)
BOOK = RuleBook([*RULES.rules, ESCALATION])
SEVERITIES = ("serious", "moderate", "minor", "serious", "critical")


@pytest.fixture
def world():
    world = World(BOOK)
    for number in range(3):
        world.person(f"C{number}", area=f"99010000100{number + 1}")
    return world


def told(number):
    """What the findings service tells of the finding with this number: three places, several days, all severities."""
    day = date(2026, 1, 1) + timedelta(days=number * 7 % 50)
    return {
        "area": f"99010000100{number % 3 + 1}",
        "severity": SEVERITIES[number % len(SEVERITIES)],
        "category": ("access_control", "records")[number % 2],
        "group": f"G{number % 4}" if number % 3 else None,
        "found_at": f"{day}T10:00:00+08:00",
        "status": "withdrawn" if number % 11 == 10 else "issued",
    }


def trial(world, history, book=BOOK):
    registers = world.work(lambda work: work.registers())
    return tried({"now": book}, LEGALITY, registers, history)["now"]


def test_it_draws_what_the_service_draws(world):
    numbers = range(120)
    drawn = trial(world, [a_finding(f"f-{number:03}", **told(number)) for number in numbers])
    for number in numbers:
        world.deliver(posted(f"f-{number:03}", **told(number)))
    stored: Counter[tuple[str, str, str]] = Counter()
    for warning in map(documents.to_warning, world.all("warnings")):
        stored["warning", warning.because[0].rule, warning.cadre] += 1
    for case in map(documents.to_case, world.all("cases")):
        for because in case.because:
            for cadre in because.facts.get("cadres") or [because.facts["cadre"]]:
                stored["case", because.rule, cadre] += 1
    assert drawn == stored
    assert {rule for _, rule, _ in drawn} == {
        "critical_or_integrity", "serious", "repeat_same_category", "warned_often",
    }  # fmt: skip


def test_several_sets_of_rules_do_not_meet(world):
    history = [a_finding(f"f-{number:03}", **told(number)) for number in range(40)]
    registers = world.work(lambda work: work.registers())
    drawn = tried({"now": BOOK, "then": BOOK, "none": RuleBook([])}, LEGALITY, registers, iter(history))
    assert drawn["now"] == drawn["then"] == trial(world, history)
    assert not drawn["none"]


def test_the_last_findings_take_no_more_work_than_those_before_them(world):
    """Counted in calls, since time says little on a busy machine. All of them are one person's, so that the rules may
    ask for any of the others; from 300 on there are more than they ever look at."""
    made, marks = 0, []

    def count(_frame, event, _argument):
        nonlocal made
        made += event in ("call", "c_call")

    def history():
        for number in range(901):
            if number in (300, 600, 900):
                marks.append(made)
            day = f"2026-02-{number % 9 + 1:02}T10:00:00+08:00"
            yield a_finding(f"f-{number:05}", severity="serious", found_at=day)

    sys.setprofile(count)
    try:
        drawn = trial(world, history())
    finally:
        sys.setprofile(None)
    assert drawn["warning", "serious", "C0"] == 901
    second, third = marks[1] - marks[0], marks[2] - marks[1]
    assert third < 1.2 * second
