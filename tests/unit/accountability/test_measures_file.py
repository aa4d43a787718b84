"""measures.yaml: every fault stops the start and is named with its line."""

from datetime import date

import pytest

from services.accountability.adapters.county_measures import load_legality
from shared.contracts.errors import DataFileError
from tests.unit.accountability.world import LEGALITY, ROOT, VOCABULARY

TEXT = (ROOT / "deploy/county/measures.yaml").read_text(encoding="utf-8")


def loaded(folder, text):
    (folder / "measures.yaml").write_text(text, encoding="utf-8")
    return load_legality(folder, VOCABULARY)


def test_every_measure_of_the_vocabulary_has_its_row():
    assert {row.kind for row in LEGALITY.kinds.rows} == VOCABULARY.codes("measure")


def test_a_measure_without_a_row_is_told(tmp_path):
    text = TEXT.partition("  - kind: judicial_transfer")[0]
    with pytest.raises(DataFileError, match="kinds: lacks judicial_transfer"):
        loaded(tmp_path, text)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("tier: 4", "tier: 5", "tier"),
        ("effect_months: 60", "effect_months: 0", "effect_months"),
        ("family: judicial\n", "family: church\n", "church: no such family"),
        ("recipients: [contract]", "recipients: [king]", "'king' is not a code of identity"),
        ("deciding_bodies: [employer]", "deciding_bodies: [court]", "'court' is not a code of deciding_body"),
        ("families: [party_discipline]\n    lacks", "families: [x]\n    lacks", "x: no such family"),
        ("    bodies: [county_government, ", "    bodies: [nobody, ", "'nobody' is not a code"),
        ("rule: rest_plus_new", "rule: sum", "combining.rule"),
        ("cap_months: 48", "cap_months: -1", "cap_months"),
        ("fewest: 2", "fewest: 0", "fewest"),
        ("kind: party_removal", "kind: party_serious_warning", "stands twice"),
        ("“{body}”", "“{nobody}”", "only body can stand in braces"),
        ('valid_from: "2016-01-01"', 'valid_from: "2016-13-01"', "Not a valid date"),
        ("id: members_only", "id: sanctions_by_state_bodies", "stands twice"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_line(tmp_path, right, wrong, told):
    assert right in TEXT
    with pytest.raises(DataFileError, match=r"measures\.yaml, line \d+: ") as refused:
        loaded(tmp_path, TEXT.replace(right, wrong, 1))
    assert told in str(refused.value)


def test_a_prohibition_that_would_forbid_to_everybody_is_refused(tmp_path):
    with pytest.raises(DataFileError, match="would forbid the kinds to everybody"):
        loaded(tmp_path, TEXT.replace("    lacks: [party_member]\n", "", 1))


def test_a_changed_rule_is_a_further_row_that_counts_from_its_day(tmp_path):
    row = TEXT[TEXT.index("  - kind: admonition_talk") : TEXT.index("  - kind: suspension")]
    later = row.replace("effect_months: 6", "effect_months: 9").replace("2019-09-01", "2026-06-01")
    kinds = loaded(tmp_path, TEXT + later.replace("&with_powers ", "")).kinds
    assert kinds.kind("admonition_talk", date(2026, 5, 31)).effect_months == 6
    assert kinds.kind("admonition_talk", date(2026, 6, 1)).effect_months == 9
    assert kinds.kind("admonition_talk").effect_months == 9
