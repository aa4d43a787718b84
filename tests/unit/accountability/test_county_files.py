"""The county's rules as a file: checked at start, every fault named with file and line."""

import pytest

from services.accountability.adapters.county import load_rules
from shared.contracts.errors import DataFileError
from tests.unit.accountability.world import RULES, VOCABULARY

RULE = """
version: 1
rules:
  - id: serious
    version: 1
    title: 严重问题
    on: finding
    when: {severity: [serious]}
    then: {warning: {to: [direct]}}
    source: county
    valid_from: "2020-01-01"
    verified: false
"""


def faults(tmp_path, text):
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_rules(tmp_path, VOCABULARY)
    return str(refused.value)


def test_the_demo_county_has_its_seven_rules():
    assert [rule.id for rule in RULES.rules] == [
        "critical_or_integrity", "serious", "repeat_same_category", "failed_revisit", "overdue_1", "overdue_2",
        "overdue_3",
    ]  # fmt: skip


def test_no_rule_of_the_demo_county_decides_on_a_sanction():
    assert all(rule.then.case != bool(rule.then.warn) for rule in RULES.rules)


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("severity: [grave]", "severity: [serious]", "'grave' is not a code of severity"),
        ("to: [boss]", "to: [direct]", "'boss' is not a code of duty_role"),
        ("{}", "{severity: [serious]}", "asks for nothing"),
        ("{level: [1]}", "{severity: [serious]}", "is asked on overdue only"),
        ("sanction", "warning", "Unknown field"),
        ("2020-13-01", "2020-01-01", "Not a valid date"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_line(tmp_path, wrong, right, told):
    message = faults(tmp_path, RULE.replace(right, wrong))
    assert told in message
    assert "rules.yaml, line " in message


def test_the_line_is_that_of_the_fault(tmp_path):
    assert "line 8: rules.0.when.severity.0" in faults(tmp_path, RULE.replace("[serious]", "[grave]"))


def test_every_fault_is_told_at_once(tmp_path):
    message = faults(tmp_path, RULE.replace("[serious]", "[grave]").replace("[direct]", "[boss]"))
    assert "grave" in message
    assert "boss" in message


def test_one_version_of_a_rule_stands_once(tmp_path):
    twice = RULE + RULE.partition("rules:\n")[2]
    assert "stands twice with this id" in faults(tmp_path, twice)


def test_a_rule_both_warns_and_opens_a_case_is_refused(tmp_path):
    both = RULE.replace("{warning: {to: [direct]}}", "{warning: {to: [direct]}, case: {suggest: []}}")
    assert "must have either warning or case" in faults(tmp_path, both)


def test_a_repetition_of_anything_but_category_and_cadre_is_refused(tmp_path):
    repeat = "{repeat: {same: [category, area], days_with_findings: 3, within_days: 90}}"
    assert "must be category and cadre" in faults(tmp_path, RULE.replace("{severity: [serious]}", repeat))


def test_what_is_no_yaml_is_told_with_its_place(tmp_path):
    assert "cannot be read" in faults(tmp_path, "rules: [")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataFileError, match=r"rules\.yaml: cannot be read"):
        load_rules(tmp_path, VOCABULARY)


def test_on_stays_a_word_in_yaml(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULE, encoding="utf-8")
    assert load_rules(tmp_path, VOCABULARY).rules[0].on == "finding"
