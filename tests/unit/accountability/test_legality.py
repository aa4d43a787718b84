"""Each refusal of the legality table, one by one; and that what the demo county decided stands."""

import csv
import itertools
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.accountability.world import DEMO, LEGALITY, VOCABULARY

LAW: Any = LEGALITY
ON = date(2026, 2, 10)
MEMBER, CIVIL, VILLAGE, CONTRACT = "party_member", "civil_servant", "village_org", "contract"
KINDS = sorted(VOCABULARY.codes("measure"))
PARTY = sorted(kind for kind in KINDS if kind.startswith("party_"))
ADMIN = sorted(kind for kind in KINDS if kind.startswith("admin_"))
LIGHTER = ["admin_warning", "admin_demerit", "admin_serious_demerit"]
BODIES = sorted(VOCABULARY.codes("deciding_body"))
PARTY_BODIES = [
    "county_discipline_commission", "county_party_committee", "township_discipline_commission",
    "township_party_committee",
]  # fmt: skip


def judge(kind, *identity, by):
    return LAW.judge(identity=identity, kind=kind, deciding_body=by, on=ON)


def refused(kind, *identity, by):
    """The articles that refuse it."""
    verdict = judge(kind, *identity, by=by)
    return [reason.article for reason in verdict.reasons] if verdict.refused else []


@pytest.mark.parametrize("kind", PARTY)
@pytest.mark.parametrize("identity", [(CIVIL,), (VILLAGE,), (CONTRACT,), ("public_institution", CONTRACT)])
def test_no_party_discipline_against_someone_who_is_no_member(kind, identity):
    assert refused(kind, *identity, by="county_discipline_commission") == ["《中国共产党纪律处分条例》第八条"]


@pytest.mark.parametrize("kind", PARTY)
def test_a_member_of_any_other_identity_may_be_disciplined(kind):
    assert judge(kind, MEMBER, VILLAGE, by="county_discipline_commission").verdict == "allow"


@pytest.mark.parametrize("kind", PARTY)
@pytest.mark.parametrize(
    "body", ["county_government", "township_government", "county_supervisory_commission", "employer"]
)
def test_party_discipline_is_decided_by_party_bodies(kind, body):
    assert refused(kind, MEMBER, by=body) == ["《中国共产党纪律处分条例》第八条"]


@pytest.mark.parametrize("kind", ADMIN)
@pytest.mark.parametrize("body", PARTY_BODIES)
def test_no_party_body_decides_an_administrative_sanction(kind, body):
    assert refused(kind, CIVIL, by=body) == ["《公职人员政务处分法》第十六条"]


@pytest.mark.parametrize("kind", sorted(set(ADMIN) - set(LIGHTER)))
def test_village_managers_get_only_the_three_lighter_sanctions(kind):
    for identity in ((VILLAGE,), (MEMBER, VILLAGE)):
        assert refused(kind, *identity, by="county_supervisory_commission") == [
            "《公职人员政务处分法》第二十二条"
        ]
    assert judge(kind, CIVIL, VILLAGE, by="county_supervisory_commission").verdict == "allow"


@pytest.mark.parametrize("kind", LIGHTER)
def test_the_three_lighter_ones_are_open_to_them(kind):
    assert judge(kind, VILLAGE, by="county_supervisory_commission").verdict == "allow"


@pytest.mark.parametrize("kind", sorted(set(ADMIN) - set(LIGHTER)))
def test_contract_staff_gets_no_heavier_sanction_either(kind):
    assert refused(kind, CONTRACT, by="county_supervisory_commission") == ["《公职人员政务处分法》第二十三条"]


@pytest.mark.parametrize("body", sorted(set(BODIES) - {"employer"}))
def test_only_the_employer_ends_a_contract(body):
    assert refused("contract_termination", CONTRACT, by=body) == ["《公职人员政务处分法》第二十三条"]
    assert judge("contract_termination", CONTRACT, by="employer").verdict == "allow"


def test_a_civil_servant_has_no_contract_to_end():
    assert refused("contract_termination", CIVIL, by="employer") == ["《公职人员政务处分法》第二十三条"]
    assert judge("contract_termination", CIVIL, CONTRACT, by="employer").verdict == "allow"


def test_someone_who_is_nothing_but_contract_staff_is_not_admonished():
    (article,) = refused("admonition_talk", CONTRACT, by="county_discipline_commission")
    assert "第十二条" in article
    assert judge("admonition_talk", CONTRACT, MEMBER, by="county_discipline_commission").verdict == "allow"


def test_a_removal_by_whom_the_table_does_not_name_is_left_to_people_with_a_warning():
    verdict = judge("removal", MEMBER, CIVIL, by="county_discipline_commission")
    assert verdict.verdict == "warn"
    assert "县纪委" in verdict.reasons[0].text
    assert judge("removal", MEMBER, CIVIL, by="county_party_committee").verdict == "allow"


def test_an_identity_that_the_table_does_not_name_is_a_warning_that_names_it():
    verdict = judge("admin_warning", "public_institution", by="county_supervisory_commission")
    assert verdict.verdict == "warn"
    assert "事业单位工作人员" in verdict.reasons[0].text


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_of_no_known_identity_is_left_to_people(kind):
    (body,) = LAW.kinds.kind(kind).deciding_bodies[:1]
    verdict = judge(kind, by=body)
    assert verdict.verdict == "warn"
    assert "身份" in verdict.reasons[0].text


def test_a_decision_from_before_the_rule_held_says_so():
    verdict = LAW.judge(
        identity=(CIVIL,), kind="admin_warning", deciding_body="employer", on=date(2019, 1, 1)
    )
    assert verdict.verdict == "allow"
    assert "2020-07-01" in verdict.reasons[1].text


def test_what_rests_on_an_unchecked_row_says_so():
    unchecked = judge("admonition_talk", MEMBER, by="county_discipline_commission")
    checked = judge("party_warning", MEMBER, by="county_discipline_commission")
    assert [reason.verified for reason in unchecked.reasons] == [False, False]
    assert [reason.verified for reason in checked.reasons] == [True]


@given(
    kind=st.sampled_from(KINDS),
    identity=st.sets(st.sampled_from(sorted(VOCABULARY.codes("identity"))), min_size=1),
    body=st.sampled_from(BODIES),
)
def test_every_verdict_cites_an_article_and_allows_only_what_is_listed(kind, identity, body):
    row = LAW.kinds.kind(kind)
    verdict = judge(kind, *sorted(identity), by=body)
    assert verdict.reasons
    assert all("第" in reason.article for reason in verdict.reasons)
    listed = bool(identity & set(row.recipients)) and body in row.deciding_bodies
    assert (verdict.verdict == "allow") <= listed
    assert verdict.verdict != "warn" or not listed


def test_two_sanctions_of_one_family_do_not_stand_in_one_decision():
    verdict = LAW.combination(["party_warning", "party_serious_warning"])
    assert verdict.refused
    assert "党内严重警告" in verdict.reasons[0].text
    assert LAW.combination(["contract_termination", "removal"]).refused


@pytest.mark.parametrize(
    "kinds",
    [
        ["party_serious_warning", "removal"],
        ["admonition_talk", "county_wide_notice"],
        ["party_warning", "admin_warning"],
        ["party_warning"],
    ],
)
def test_what_may_stand_together_is_not_refused(kinds):
    assert LAW.combination(kinds) is None


def test_nothing_gets_heavier_after_a_defence():
    for before, after in (
        (["party_warning"], ["party_serious_warning"]),
        (["reminder_talk"], ["admonition_talk"]),
        (["party_warning"], ["party_warning", "county_wide_notice"]),
        ([], ["warning_notice"]),
    ):
        verdict = LAW.after_defence(before, after)
        assert verdict.refused
        assert "第四十三条" in verdict.reasons[0].article
        assert before == after or LAW.after_defence(after, before) is None, "lighter is open"
    assert LAW.after_defence(["party_warning"], ["party_warning"]) is None


def test_the_order_of_the_lighter_ones_is_that_of_the_source():
    order = [
        "reminder_talk", "criticism_education", "written_self_criticism", "county_wide_notice",
        "admonition_talk",
    ]  # fmt: skip
    for lighter, heavier in itertools.pairwise(order):
        assert LAW.kinds.heavier([lighter], [heavier])
        assert not LAW.kinds.heavier([heavier], [lighter])


@pytest.mark.parametrize("names", [[], ["李某某"], ["李某某", " 李某某 "]])
def test_at_least_two_different_people_investigate(names):
    verdict = LAW.investigation(names)
    assert verdict.refused
    assert "第四十二条" in verdict.reasons[0].article


def test_two_investigators_are_enough():
    assert LAW.investigation(["李某某", "王某某"]) is None


def test_the_typical_cases_of_the_demo_county_are_never_refused():
    with (DEMO / "cadres.csv").open(encoding="utf-8") as file:
        identities = {row["id"]: row["identity"].split("|") for row in csv.DictReader(file)}
    cases = yaml.safe_load((DEMO / "typical_cases.yaml").read_text(encoding="utf-8"))
    judged = 0
    for case in cases:
        for one in case["dispositions"]:
            measures = one.get("measures", [])
            assert LAW.combination([measure["kind"] for measure in measures]) is None
            for measure in measures:
                verdict = LAW.judge(
                    identity=identities[one["cadre"]],
                    kind=measure["kind"],
                    deciding_body=measure["deciding_body"],
                    on=measure["decided_on"],
                )
                assert verdict.verdict == "allow", (one["cadre"], measure, verdict)
                judged += 1
    assert judged == 15
