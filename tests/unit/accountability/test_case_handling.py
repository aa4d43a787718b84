"""A case through its stages: who may do what when, and what stops it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.accountability.adapters import indexes
from services.accountability.application import case_commands as commands
from services.accountability.domain.disposition import Conduct
from services.accountability.domain.errors import (
    ChainIncompleteError,
    DefenceMissingError,
    InvalidError,
    InvalidTransitionError,
    MeasureRefusedError,
    RecusedError,
    SamePersonError,
    UnfinishedError,
    UnknownError,
)
from tests.unit.accountability.case_world import APPROVER, CaseWorld, elsewhere, planned
from tests.unit.accountability.world import COMMISSION, posted


@pytest.fixture
def world():
    return CaseWorld()


@pytest.fixture
def verifying(world):
    case = world.a_case()
    world.verify(case)
    return case


def test_a_case_goes_from_one_stage_to_the_next(world, verifying):
    world.dispose(verifying, "C1", planned("party_warning"))
    world.dispose(verifying, "C2", elsewhere=elsewhere())
    assert world.propose(verifying).status == "proposed"
    assert world.measures_of(verifying) == [], "nothing is decided before the approval"
    assert world.approve(verifying).status == "approved"
    (measure,) = world.measures_of(verifying)
    world.serve(measure.id)
    assert world.stored(verifying).status == "serving"
    assert world.close(verifying).status == "closed"
    moves = [row["move"] for row in world.all(indexes.CASE_HISTORY)]
    assert moves == ["opened", "verified", "disposition_written", "disposition_written", "proposed", "approved",
                     "served", "closed"]  # fmt: skip


def test_facts_title_and_time_of_conduct_are_kept(world):
    case = world.a_case()
    conduct = Conduct(date(2026, 2, 1), date(2026, 2, 20))
    world.verify(case, title="凤栖社区卡口失守", conduct=conduct)
    kept = world.stored(case)
    assert (kept.facts, kept.title, kept.conduct) == ("卡口无人值守", "凤栖社区卡口失守", conduct)


@pytest.mark.parametrize(
    "conduct",
    [Conduct(date(2026, 2, 20), date(2026, 2, 1)), Conduct(date(2026, 2, 20), date(2026, 2, 26))],
    ids=["ends before it begins", "is not over"],
)
def test_a_time_of_conduct_that_cannot_be_is_refused(world, conduct):
    with pytest.raises(InvalidError) as refused:
        world.verify(world.a_case(), conduct=conduct)
    assert list(refused.value.errors) == ["conduct.to"]


@pytest.mark.parametrize("move", ["propose", "approve", "send_back", "close"])
def test_a_move_out_of_turn_is_refused_with_those_that_are_open(world, move):
    case = world.a_case()
    with pytest.raises(InvalidTransitionError) as refused:
        getattr(world, move)(case)
    by_commission = ["verify", "merge", "dismiss"]
    open_moves = by_commission if move in ("propose", "close") else []
    assert refused.value.extra == {"current_status": "opened", "allowed_moves": open_moves}


def test_a_disposition_is_written_while_verifying_only(world):
    with pytest.raises(InvalidTransitionError):
        world.dispose(world.a_case(), "C1", planned())


def test_a_disposition_is_for_a_person_of_the_chain(world, verifying):
    world.person("C9")
    with pytest.raises(InvalidError) as refused:
        world.dispose(verifying, "C9", planned())
    assert list(refused.value.errors) == ["cadre"]


@pytest.mark.parametrize(
    ("told", "path"),
    [({"decided_on": date(2026, 2, 19)}, "decided_on"), ({"decided_on": date(2026, 2, 26)}, "decided_on"),
     ({"form": "written"}, "form")],
    ids=["before the finding", "in the future", "a form that the kind does not have"],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused_by_field(world, verifying, told, path):
    with pytest.raises(InvalidError) as refused:
        world.dispose(verifying, "C1", planned(**told))
    assert list(refused.value.errors) == [f"outcome.measures.0.{path}"]


def test_the_same_kind_twice_for_one_person_is_refused(world, verifying):
    with pytest.raises(InvalidError):
        world.dispose(verifying, "C1", planned(), planned())


def test_nothing_is_proposed_while_somebody_has_no_disposition(world, verifying):
    world.dispose(verifying, "C1", planned())
    with pytest.raises(ChainIncompleteError) as refused:
        world.propose(verifying)
    assert refused.value.extra == {"cadres": ["C2"]}


def test_somebody_who_joined_after_the_proposal_stops_the_approval(world, verifying):
    world.dispose(verifying, "C1")
    world.dispose(verifying, "C2")
    world.propose(verifying)
    world.grow_chain(verifying, "f-1", "C9")
    with pytest.raises(ChainIncompleteError):
        world.approve(verifying)
    assert world.send_back(verifying).status == "verifying"


def test_what_the_law_refuses_is_refused_at_the_proposal_with_its_article(world):
    world.cadre("C1", identity=("village_org",))
    world.duty("C1-1", "C1")
    case = world.a_case()
    world.verify(case)
    world.dispose(case, "C1", planned("party_warning"))
    with pytest.raises(MeasureRefusedError) as refused:
        world.propose(case)
    (one,) = refused.value.extra["refused"]
    assert (one["cadre"], one["kind"]) == ("C1", "party_warning")
    assert one["reasons"][0]["article"]
    assert world.stored(case).status == "verifying"


def test_what_the_law_came_to_refuse_since_the_proposal_is_refused_at_the_approval(world, verifying):
    world.dispose(verifying, "C1", planned("party_warning"))
    world.dispose(verifying, "C2")
    world.propose(verifying)
    world.cadre("C1", identity=("contract",))
    with pytest.raises(MeasureRefusedError):
        world.approve(verifying)
    assert world.measures_of(verifying) == []


def test_nobody_is_punished_unheard(world, verifying):
    world.dispose(verifying, "C1", planned(), defence_waived=None)
    world.dispose(verifying, "C2")
    world.propose(verifying)
    with pytest.raises(DefenceMissingError) as refused:
        world.approve(verifying)
    assert refused.value.extra == {"cadres": ["C1"]}
    world.send_back(verifying)
    world.dispose(verifying, "C1", planned(), defence_waived=None, defence="当日因公外出")
    world.propose(verifying)
    assert world.approve(verifying).status == "approved"


@pytest.mark.parametrize("move", ["approve", "send_back"])
def test_who_proposed_does_not_decide_on_it(world, verifying, move):
    world.dispose(verifying, "C1")
    world.dispose(verifying, "C2")
    world.propose(verifying, replace(COMMISSION, sub="both"))
    with pytest.raises(SamePersonError):
        getattr(world, move)(verifying, replace(APPROVER, sub="both"))


def test_who_wrote_a_disposition_does_not_approve_it(world, verifying):
    world.dispose(verifying, "C1", by=replace(COMMISSION, sub="both"))
    world.dispose(verifying, "C2")
    world.propose(verifying)
    with pytest.raises(SamePersonError):
        world.approve(verifying, replace(APPROVER, sub="both"))


def test_the_recused_does_nothing_more(world, verifying):
    world.dispose(verifying, "C1")
    world.dispose(verifying, "C2")
    world.move("recuse", commands.Recuse, verifying, sub="approver-1", reason="近亲属")
    world.propose(verifying)
    with pytest.raises(RecusedError):
        world.approve(verifying)
    assert world.approve(verifying, replace(APPROVER, sub="approver-2")).approved_by == "approver-2"


def grown(world):
    """A case with a served warning for C1, into the chain of which C9 came after the approval; and that measure."""
    case = world.approved(planned("party_warning"))
    (measure,) = world.measures_of(case)
    world.serve(measure.id)
    world.cadre("C9")
    world.grow_chain(case, "f-1", "C9")
    return case, measure.id


def supplement(world, case):
    return world.move("supplement", commands.ReasonedMove, case, reason="增派后新增责任人")


def test_who_joins_a_decided_case_hinders_its_close_and_gets_nothing_without_approval(world):
    case, _ = grown(world)
    with pytest.raises(UnfinishedError) as refused:
        world.close(case)
    assert refused.value.extra["cadres"] == ["C9"]
    for told in ({"no_action": "到任前发生"}, {"elsewhere": elsewhere()}):
        with pytest.raises(InvalidTransitionError) as wrong:
            world.dispose(case, "C9", **told)
        assert wrong.value.extra["allowed_moves"] == ["supplement", "close"]


def test_a_supplemented_case_is_approved_once_more_for_who_joined_alone(world):
    case, first = grown(world)
    assert supplement(world, case).status == "verifying"
    with pytest.raises(InvalidTransitionError):
        world.dispose(case, "C1", planned("party_serious_warning"))
    with pytest.raises(ChainIncompleteError):
        world.propose(case)
    world.dispose(case, "C9", planned("reminder_talk"))
    world.propose(case)
    with pytest.raises(SamePersonError):
        world.approve(case, replace(APPROVER, sub=COMMISSION.sub))
    assert world.approve(case).status == "serving"
    assert [(one.person.cadre, one.terms.kind) for one in world.measures_of(case)] == [
        ("C1", "party_warning"), ("C9", "reminder_talk"),
    ]  # fmt: skip
    second = world.measures_of(case)[1].id
    world.serve(second)
    world.talk(second)
    assert world.close(case).status == "closed"
    assert world.work(lambda work: work.measures.get(first)).status == "served"


def test_what_is_only_written_in_a_supplement_is_told_to_nobody(world):
    case, _ = grown(world)
    supplement(world, case)
    world.dispose(case, "C9", planned("reminder_talk"))

    def told():
        return [one["cadre"] for one in world.told("case.advanced.v1")[-1].data["dispositions"]]

    assert told() == ["C1", "C2"]
    world.propose(case)
    assert told() == ["C1", "C2"]
    world.approve(case)
    assert told() == ["C1", "C2", "C9"]


def test_a_case_is_supplemented_for_who_joined_only_and_not_given_up_then(world):
    case = world.approved(planned("party_warning"))
    with pytest.raises(InvalidTransitionError) as refused:
        supplement(world, case)
    assert refused.value.extra["allowed_moves"] == ["close"]
    world.grow_chain(case, "f-1", "C9")
    supplement(world, case)
    other = world.a_case("f-2")
    with pytest.raises(InvalidTransitionError):
        world.move("dismiss", commands.ReasonedMove, case, reason="查否")
    for one, into in ((case, other), (other, case)):
        with pytest.raises(InvalidTransitionError):
            world.move("merge", commands.MergeCase, one, into=into, reason="同一问题")


def test_a_case_approved_before_it_could_be_supplemented_stands_as_approved(world):
    case = world.approved(planned("party_warning"))
    for one in world.one(indexes.CASES)["dispositions"]:
        del one["approved_at"]
    assert world.stored(case).unsettled == []


def report(world, case, cadre="C2", **told):
    told = {"result": "主管单位已给予批评教育", "reported_on": date(2026, 2, 25), **told}
    return world.move("report_elsewhere", commands.ReportElsewhere, case, cadre=cadre, **told)


def test_what_is_handled_elsewhere_is_asked_after_until_its_result_is_known(world, verifying):
    world.dispose(verifying, "C1")
    world.dispose(verifying, "C2", elsewhere=elsewhere())
    assert world.one(indexes.CASES)["elsewhere_due"] == [], "nothing was approved yet"
    with pytest.raises(InvalidError):
        report(world, verifying)
    world.propose(verifying)
    world.approve(verifying)
    assert world.one(indexes.CASES)["elsewhere_due"] == ["2026-03-14"]
    world.close(verifying)
    report(world, verifying)
    assert world.one(indexes.CASES)["elsewhere_due"] == []
    assert world.stored(verifying).dispositions["C2"].elsewhere.result == "主管单位已给予批评教育"


@pytest.mark.parametrize(
    "told", [{"cadre": "C1"}, {"cadre": "C9"}, {"reported_on": date(2026, 2, 26)}],
    ids=["not elsewhere", "not in the case", "in the future"],
)  # fmt: skip
def test_a_result_from_elsewhere_that_cannot_be_is_refused(world, verifying, told):
    world.dispose(verifying, "C1")
    world.dispose(verifying, "C2", elsewhere=elsewhere())
    world.propose(verifying)
    world.approve(verifying)
    with pytest.raises(InvalidError):
        report(world, verifying, **told)


def test_a_case_is_dismissed_with_a_reason_before_anything_is_proposed(world, verifying):
    ended = world.move("dismiss", commands.ReasonedMove, verifying, reason="查否")
    assert (ended.status, ended.dismissed_reason) == ("dismissed", "查否")
    assert world.told("case")[-1].type == "case.dismissed.v1"
    world.deliver(posted("f-2", severity="critical"))
    assert world.open_case("f-1").status == "opened", "its finding may come into another case"


def test_merged_cases_are_one_with_the_findings_of_both(world):
    first, second = world.a_case("f-1"), world.a_case("f-2")
    world.verify(first)
    world.dispose(first, "C1", planned())
    into = world.move("merge", commands.MergeCase, first, into=second, reason="同一责任人")
    assert (into.id, into.findings) == (second, ["f-2", "f-1"])
    assert list(into.dispositions) == ["C1"]
    gone = world.stored(first)
    assert (gone.status, gone.merged_into) == ("dismissed", second)
    claims = {(row["case"], row["finding"]) for row in world.all(indexes.CASE_FINDINGS) if row["unfinished"]}
    assert claims == {(second, "f-1"), (second, "f-2")}
    assert {row["case"] for row in world.all(indexes.ASSIGNMENTS)} == {second}


def test_a_case_is_not_merged_into_itself_or_into_what_nobody_knows(world, verifying):
    for into in (verifying, "ghost"):
        with pytest.raises(InvalidError):
            world.move("merge", commands.MergeCase, verifying, into=into, reason="重复")


def test_a_paper_is_put_to_the_case(world, verifying):
    case = world.move("add", commands.AddDocument, verifying, title="谈话笔录", dated=date(2026, 2, 23))
    (paper,) = world.stored(verifying).documents
    assert (paper.title, paper.added_by, case.documents) == ("谈话笔录", "commission-1", [paper])
    with pytest.raises(InvalidError):
        world.move("add", commands.AddDocument, verifying, title="批复", dated=date(2027, 1, 1))


def test_outside_of_ones_area_a_case_does_not_exist(world, verifying):
    with pytest.raises(UnknownError):
        world.propose(verifying, replace(COMMISSION, area="990100002"))


def test_a_restricted_case_is_moved_by_its_handlers_only(world, verifying):
    world.move("limit_access", commands.LimitAccess, verifying, restricted=True, handlers=("commission-7",))
    with pytest.raises(UnknownError):
        world.dispose(verifying, "C1")
    world.dispose(verifying, "C1", by=replace(COMMISSION, sub="commission-7"))
    assert list(world.stored(verifying).dispositions) == ["C1"]


def test_the_measures_of_a_case_that_is_restricted_later_are_restricted_with_it(world):
    case = world.approved(planned())
    world.move("limit_access", commands.LimitAccess, case, restricted=True, handlers=("commission-7",))
    (measure,) = world.measures_of(case)
    assert (measure.grounds.restricted, measure.grounds.handlers) == (True, ("commission-7",))
    told = world.told("measure")[-1]
    assert (told.type, told.data["restricted"], told.data["change"]["move"]) == (
        "measure.decided.v1", True, "access_changed",
    )  # fmt: skip
    with pytest.raises(UnknownError):
        world.serve(measure.id)


def test_facts_and_outcome_are_told_once_a_decision_was_served(world):
    case = world.approved(planned())
    assert all(one.data["facts"] is None and one.data["dispositions"] == [] for one in world.told("case"))
    world.serve(world.measures_of(case)[0].id)
    told = world.told("case")[-1].data
    assert (told["facts"], told["status"]) == ("卡口无人值守", "serving")
    assert [(one["cadre"], one["outcome"], one["measures"]) for one in told["dispositions"]] == [
        ("C1", "measures", ["reminder_talk"]), ("C2", "no_action", []),
    ]  # fmt: skip


def test_of_a_restricted_case_they_are_never_told(world):
    case = world.approved(planned())
    handler = replace(COMMISSION, sub="commission-7")
    world.move("limit_access", commands.LimitAccess, case, restricted=True, handlers=("commission-7",))
    world.serve(world.measures_of(case)[0].id, by=handler)
    told = world.told("case")[-1].data
    assert (told["restricted"], told["handlers"], told["facts"], told["dispositions"]) == (
        True, ["commission-7"], None, [],
    )  # fmt: skip


def test_what_is_left_to_do_is_named_when_a_case_cannot_be_closed(world):
    case = world.approved(planned("admonition_talk"), planned("written_self_criticism"))
    talk, criticism = world.measures_of(case)
    with pytest.raises(UnfinishedError) as refused:
        world.close(case)
    left: Any = refused.value.extra["measures"]
    missing = {one["kind"]: one["missing"] for one in left}
    assert missing == {
        "admonition_talk": ["serve", "talk"],
        "written_self_criticism": ["serve", "submission"],
    }
    assert left[0]["measure"] == talk.id
    for measure in (talk, criticism):
        world.serve(measure.id)

    def carry_out(work):
        held = datetime(2026, 2, 24, 3, tzinfo=UTC)
        for found in work.measures.of_case(case):
            note = found.note_talk if found.id == talk.id else found.note_submission
            note(held, world.now)
            work.measures.save(found)

    world.work(carry_out)
    assert world.close(case).status == "closed"


def test_a_written_admonition_needs_no_talk(world):
    case = world.approved(planned("admonition_talk", form="written"))
    world.serve(world.measures_of(case)[0].id)
    assert world.close(case).status == "closed"
