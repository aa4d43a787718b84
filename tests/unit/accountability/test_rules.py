"""The county's rules: which speak about a finding, and how repetition is counted."""

from datetime import date, timedelta

import pytest

from services.accountability.domain.rules import Rule, RuleBook, Suggestion, Then, When
from services.accountability.domain.tally import Repeat, Tally, distinct_days
from tests.unit.accountability.world import RULES, a_finding

DAY = date(2026, 2, 20)
REPEAT = Repeat(needed=3, within=90, ignored=frozenset({"minor"}))


def tally(*marks):
    """Marks of `(days before DAY, group)` or `(days before DAY, group, severity)`."""
    counted = Tally(cadre="C1", category="access_control")
    for before, group, *severity in marks:
        counted.add((DAY - timedelta(days=before), severity[0] if severity else "moderate", group))
    return counted


def repeated(*marks):
    return [(DAY - day).days for day in tally(*marks).repeated(REPEAT, DAY)]


def test_three_days_within_ninety_are_a_repetition_and_two_are_not():
    assert repeated((0, None), (10, None)) == []
    assert repeated((0, None), (10, None), (89, None)) == [89, 10, 0]


def test_a_day_more_than_ninety_apart_does_not_count():
    assert repeated((0, None), (10, None), (90, None)) == []


def test_one_day_counts_once_however_much_was_found():
    assert repeated((0, None), (0, "a"), (0, "b"), (1, None)) == []


def test_one_group_counts_once_on_however_many_days():
    assert repeated((0, "a"), (1, "a"), (2, "a")) == []
    assert repeated((0, "a"), (1, "a"), (2, "b"), (3, None)) != []


def test_the_groups_are_given_to_days_so_that_as_many_as_possible_count():
    assert repeated((0, "a"), (0, "b"), (1, "a"), (2, "b"), (2, "c")) == [2, 1, 0]


def test_minor_findings_never_count():
    assert repeated((0, None), (1, None), (2, None, "minor")) == []


def test_what_comes_later_counts_too_since_events_arrive_in_any_order():
    assert repeated((0, None), (-5, None), (-10, None)) == [0, -5, -10]


def test_a_withdrawn_finding_is_taken_out_exactly():
    counted = tally((0, None), (0, None), (1, None))
    counted.remove((DAY, "moderate", None))
    assert counted.marks[(DAY, "moderate", None)] == 1
    counted.remove((DAY, "moderate", None))
    assert list(counted.marks) == [(DAY - timedelta(days=1), "moderate", None)]


def test_a_finding_without_group_is_a_group_of_its_own():
    before = [DAY - timedelta(days=number) for number in range(3)]
    days: dict[date, set[str | None]] = {before[0]: {None}, before[1]: {"a"}, before[2]: {"a", None}}
    assert distinct_days(days, 3) == sorted(days)
    assert distinct_days(days, 4) == []


def fired(finding, direct=("C1",), counted=None):
    tallies = {cadre: counted or Tally(cadre=cadre, category=finding.category) for cadre in direct}
    return {one.rule.id: one for one in RULES.of_finding(finding, direct, tallies)}


@pytest.mark.parametrize("told", [{"severity": "critical"}, {"category": "falsification"},
                                  {"category": "cadre_misconduct", "severity": "minor"}])  # fmt: skip
def test_critical_findings_and_those_of_integrity_are_brought_to_a_case_by_one_rule(told):
    one = fired(a_finding(**told))["critical_or_integrity"]
    assert one.rule.then.case
    assert one.because.facts["cadres"] == ["C1"]


def test_a_serious_finding_warns_and_a_moderate_one_does_nothing():
    assert list(fired(a_finding(severity="serious"))) == ["serious"]
    assert fired(a_finding()) == {}


def test_the_reason_names_rule_version_and_the_facts_it_saw():
    because = fired(a_finding(severity="serious"))["serious"].because
    assert (because.rule, because.version) == ("serious", 1)
    assert because.facts == {
        "finding": "f-1", "number": "督〔2026〕1号", "severity": "serious", "category": "access_control",
        "cadres": ["C1"],
    }  # fmt: skip


def test_a_repetition_speaks_of_the_one_who_repeats():
    one = fired(a_finding(), counted=tally((0, None), (3, None), (5, None)))["repeat_same_category"]
    assert one.cadres == ("C1",)
    assert one.because.facts["days"] == ["2026-02-15", "2026-02-17", "2026-02-20"]


def test_a_minor_finding_does_not_set_a_repetition_off():
    counted = tally((0, None), (3, None), (5, None))
    assert fired(a_finding(severity="minor"), counted=counted) == {}


def rule(version, valid_from, *severity):
    then = Then(case=True, suggest=(Suggestion("reminder_talk"),))
    when = When(severity=frozenset(severity))
    return Rule("r", version, "规则", "finding", when, then, "county", valid_from, False)


def test_the_version_in_force_on_the_day_of_the_finding_speaks():
    book = RuleBook([rule(1, date(2020, 1, 1), "minor"), rule(2, date(2026, 2, 20), "serious")])
    assert book.in_force(date(2019, 1, 1)) == []
    assert [one.version for one in book.in_force(date(2026, 2, 19))] == [1]
    assert [one.version for one in book.in_force(date(2026, 2, 20))] == [2]
