"""The demo county's data: what the demo counts on, checked without a server."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "deploy/demo"
COUNTY = ROOT / "deploy/county"
AREAS = Areas.load(DEMO / "areas.csv")
WORDS = Vocabulary.load(DEMO / "vocabulary.yaml")
FINDINGS: list[dict[str, Any]] = [
    json.loads(line) for line in (DEMO / "findings.ndjson").read_text(encoding="utf-8").splitlines()
]


def _csv(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CADRES = _csv("cadres.csv")


def test_there_are_43_findings_that_count_83_problems_41_of_them_a_total_without_details() -> None:
    assert len(FINDINGS) == 43
    assert sum(finding["count"] for finding in FINDINGS) == 83
    assert [finding["count"] for finding in FINDINGS if finding["count"] > 1] == [41]


def test_every_finding_is_known_by_its_team_and_source_ref() -> None:
    keys = Counter((finding["team"], finding["source_ref"]) for finding in FINDINGS)
    assert max(keys.values()) == 1


@pytest.mark.parametrize("field", ["team", "method", "category", "severity"])
def test_every_code_of_a_finding_is_in_the_vocabulary(field: str) -> None:
    assert {finding[field] for finding in FINDINGS} <= WORDS.codes(field)


def test_every_clock_of_a_case_has_a_label() -> None:
    rules = yaml.safe_load((COUNTY / "clocks.yaml").read_text(encoding="utf-8"))["rules"]
    assert {rule["id"] for rule in rules} <= WORDS.codes("clock")


def test_every_place_has_a_name_and_a_kind_of_the_vocabulary() -> None:
    assert {finding["place"]["kind"] for finding in FINDINGS} <= WORDS.codes("place_kind")
    assert all(finding["place"]["name"].strip() for finding in FINDINGS)


def test_every_area_named_in_the_data_exists_in_the_county() -> None:
    named = {finding["area"] for finding in FINDINGS} | {cadre["area"] for cadre in CADRES}
    named |= {cadre["duty_area"] for cadre in CADRES}
    assert [code for code in sorted(named) if code not in AREAS] == []
    assert len(list(AREAS)) == 29


def test_every_finding_was_found_at_a_time_with_an_offset() -> None:
    assert all(datetime.fromisoformat(finding["found_at"]).utcoffset() for finding in FINDINGS)


def test_every_duty_of_a_cadre_can_be_read() -> None:
    ids = [cadre["id"] for cadre in CADRES]
    assert len(set(ids)) == len(ids) == 31
    for cadre in CADRES:
        assert cadre["duty"] in WORDS.codes("duty_role"), cadre["id"]
        assert set(cadre["identity"].split("|")) <= WORDS.codes("identity"), cadre["id"]
        kinds = {kind for kind in cadre["duty_place_kind"].split("|") if kind}
        assert kinds <= WORDS.codes("place_kind"), cadre["id"]


def test_every_responsible_person_named_in_a_finding_is_registered() -> None:
    named = {code for finding in FINDINGS for code in finding.get("responsible", [])}
    assert named == {"C025", "C018", "C020", "C009", "C031", "C021"}
    assert named <= {cadre["id"] for cadre in CADRES}


def test_every_contact_is_of_a_registered_cadre_and_leads_nowhere() -> None:
    contacts = _csv("contacts.csv")
    assert {contact["cadre"] for contact in contacts} == {cadre["id"] for cadre in CADRES}
    assert all(contact["address"].endswith("@demo.invalid") for contact in contacts)


def test_the_typical_cases_name_findings_and_cadres_of_the_demo() -> None:
    cases = yaml.safe_load((DEMO / "typical_cases.yaml").read_text(encoding="utf-8"))
    refs = {finding["source_ref"] for finding in FINDINGS}
    people = {cadre["id"] for cadre in CADRES}
    dispositions = [disposition for case in cases for disposition in case["dispositions"]]
    assert [case["finding"] for case in cases] == ["E-1", "E-2", "E-3", "E-4", "E-5"]
    assert {case["finding"] for case in cases} <= refs
    assert {disposition["cadre"] for disposition in dispositions} <= people
    assert len(dispositions) == 11


def _rows(node: Any) -> Iterator[dict[str, Any]]:
    """Every row of a county file: a mapping that says from when it counts."""
    if isinstance(node, dict):
        if "valid_from" in node:
            yield node
        for value in node.values():
            yield from _rows(value)
    elif isinstance(node, list):
        for value in node:
            yield from _rows(value)


@pytest.mark.parametrize("file", sorted(COUNTY.glob("*.yaml")), ids=lambda file: str(file.name))
def test_every_row_of_the_countys_data_says_where_it_is_from_and_since_when(file: Path) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(data["version"], int)
    for row in _rows(data):
        assert row["source"], row
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["valid_from"]), row
    for rows in data.values():
        for row in rows if isinstance(rows, list) else []:
            assert "valid_from" in row, row


@pytest.mark.parametrize("file", ["deadlines.yaml", "rules.yaml"])
def test_what_might_be_taken_for_law_says_whether_it_was_checked(file: str) -> None:
    data = yaml.safe_load((COUNTY / file).read_text(encoding="utf-8"))
    rows = list(_rows(data))
    assert rows
    assert all(isinstance(row["verified"], bool) for row in rows)


def test_rules_name_codes_of_the_vocabulary_and_are_each_there_once() -> None:
    rules = yaml.safe_load((COUNTY / "rules.yaml").read_text(encoding="utf-8"))["rules"]
    assert len({(rule["id"], rule["version"]) for rule in rules}) == len(rules)
    assert {rule["id"] for rule in rules} == {
        "critical_or_integrity",
        "serious",
        "repeat_same_category",
        "failed_revisit",
        "overdue_1",
        "overdue_2",
        "overdue_3",
    }
    for rule in rules:
        for alternative in rule["when"].get("any", [rule["when"]]):
            assert set(alternative.get("severity", [])) <= WORDS.codes("severity")
            assert set(alternative.get("category", [])) <= WORDS.codes("category")
        then = rule["then"]
        assert len(then) == 1
        assert set(then.get("warning", {}).get("to", [])) <= WORDS.codes("duty_role")
        for suggestion in then.get("case", {}).get("suggest", []):
            assert set(suggestion.values()) <= WORDS.codes("measure")


def test_every_severity_has_a_deadline() -> None:
    rows = yaml.safe_load((COUNTY / "deadlines.yaml").read_text(encoding="utf-8"))["rows"]
    assert {row["severity"] for row in rows if row["category"] is None} == WORDS.codes("severity")
    assert {row["category"] for row in rows if row["category"]} <= WORDS.codes("category")


def test_nobody_is_told_of_a_case_by_the_notification_policy() -> None:
    policies = yaml.safe_load((COUNTY / "policies.yaml").read_text(encoding="utf-8"))["policies"]
    secret = re.compile(r"case\.|appeal\.lodged\.|measure\.decided\.|talk\.recorded\.")
    assert [row["id"] for row in policies if secret.match(row["event"])] == []
    assert all(row["channels"][0] == "inbox" for row in policies)
