"""clocks.yaml: every fault stops the start and is named with its line."""

from datetime import date

import pytest

from services.accountability.adapters.county_clocks import load_clock_rules
from shared.contracts.errors import DataFileError
from shared.contracts.working_days import load_calendar
from tests.unit.accountability.world import ROOT, VOCABULARY

TEXT = (ROOT / "deploy/county/clocks.yaml").read_text(encoding="utf-8")


def loaded(folder, text):
    (folder / "clocks.yaml").write_text(text, encoding="utf-8")
    return load_clock_rules(folder, VOCABULARY)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("unit: month", "unit: moon", "unit"),
        ("count: 3", "count: 0", "count"),
        ("trigger: case.opened.v1", "trigger: finding.posted.v1", "trigger"),
        ("case.closed.v1, case", "case.lost.v1, case", "case.lost.v1: no event"),
        ("stage: before_service", "stage: anywhere", "stage"),
        ("ends: lapse", "ends: never", "ends"),
        ("bodies: [county_sup", "bodies: [king, county_sup", "'king' is not a code of deciding_body"),
        ("id: clue_opinion", "id: case_finish", "stands twice"),
        ("    verified: true", "    verified: perhaps", "verified"),
        ("    article: 《公务员法》第九十五条\n", "", "article"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_line(tmp_path, right, wrong, told):
    assert right in TEXT
    with pytest.raises(DataFileError, match=r"clocks\.yaml, line \d+: ") as refused:
        loaded(tmp_path, TEXT.replace(right, wrong, 1))
    assert told in str(refused.value)


def test_a_changed_period_counts_from_its_day(tmp_path):
    row = TEXT[TEXT.index("  - id: appeal_decision") :].rstrip() + "\n"
    rules = loaded(tmp_path, TEXT + row.replace("count: 1", "count: 2").replace("2019-09-01", "2026-06-01"))
    assert rules.rule("appeal_decision", date(2026, 5, 31)).count == 1
    assert rules.rule("appeal_decision", date(2026, 6, 1)).count == 2
    assert len(rules.ids) == len(set(rules.ids)) == TEXT.count("  - id: ")


def test_the_countys_own_days_are_laid_over_the_national_ones(tmp_path):
    day = '{date: "2026-02-11", kind: holiday, source: notice, valid_from: "2026-01-01"}'
    (tmp_path / "calendar.yaml").write_text(f"version: 1\ndays: [{day}]\n", encoding="utf-8")
    calendar = load_calendar(tmp_path)
    assert not calendar.is_working(date(2026, 2, 11))
    assert calendar.is_working(date(2026, 2, 12))
