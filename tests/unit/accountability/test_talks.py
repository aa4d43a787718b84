"""Talks: announced, held and recorded, followed up; a case waits for them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.accountability.domain.errors import (
    InvalidError,
    InvalidTransitionError,
    RecusedError,
    UnfinishedError,
    UnknownError,
)
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import TALK_AT, TALKS, CaseWorld, planned
from tests.unit.accountability.world import COMMISSION, COUNTY

C1 = Claims("sub-c1", "cadre", COUNTY, cadre="C1")


@pytest.fixture
def world():
    return CaseWorld()


def approved(world, *kinds, **terms):
    """The id of the only measure of an approved case, and the case's."""
    case = world.approved(*(planned(kind, **terms) for kind in kinds or ("admonition_talk",)))
    (measure,) = world.measures_of(case)
    return measure.id, case


def stored(world, measure):
    return world.work(lambda work: work.measures.get(measure))


def test_with_the_schedule_the_person_is_told_and_the_case_is_in_execution(world):
    measure, case = approved(world)
    assert not stored(world, measure).known
    talk = world.schedule(measure)
    assert (talk.status, stored(world, measure).known, world.stored(case).status) == (
        "scheduled", True, "serving",
    )  # fmt: skip
    (told,) = world.told("talk.")
    assert (told.type, told.subject, told.data["measure"], told.data["cadre"]) == (
        "talk.scheduled.v1", talk.id, measure, "C1",
    )  # fmt: skip
    assert (told.data["at"], told.data["place"]) == (TALK_AT.isoformat(), "县纪委谈话室")


def test_another_time_takes_the_place_of_the_one_before_and_is_told_anew(world):
    measure, _ = approved(world)
    world.schedule(measure)
    world.schedule(measure, at=TALK_AT + timedelta(days=1))
    assert [one.sequence for one in world.told("talk.")] == [1, 2]
    assert len(world.all("talks")) == 1


def test_a_talk_that_was_never_scheduled_is_recorded_too(world):
    measure, case = approved(world)
    talk = world.talk(measure)
    assert (talk.status, world.stored(case).status, stored(world, measure).talked_at) == (
        "recorded", "serving", TALK_AT,
    )  # fmt: skip
    assert talk.follow_up_on == date(2026, 2, 24) + timedelta(days=TALKS.follow_up_days)


def test_what_was_said_stays_in_the_house(world):
    measure, _ = approved(world)
    world.talk(measure)
    (told,) = world.told("talk.recorded")
    assert "认识错误" not in str(told.data)
    assert told.data["held_at"] == TALK_AT.isoformat()


def test_a_case_is_not_closed_without_its_talk(world):
    measure, case = approved(world)
    world.serve(measure)
    with pytest.raises(UnfinishedError) as refused:
        world.close(case)
    assert [(one["measure"], one["missing"]) for one in refused.value.extra["measures"]] == [
        (measure, ["talk"])
    ]
    world.talk(measure)
    assert world.close(case).status == "closed"


def test_a_talk_does_not_stand_for_the_service(world):
    measure, case = approved(world)
    world.talk(measure)
    with pytest.raises(UnfinishedError) as refused:
        world.close(case)
    assert refused.value.extra["measures"][0]["missing"] == ["serve"]
    world.serve(measure)
    assert world.close(case).status == "closed"


@pytest.mark.parametrize(
    ("told", "field"),
    [({"held_at": datetime(2026, 2, 19, 15, 59, tzinfo=UTC)}, "held_at"),
     ({"held_at": datetime(2026, 2, 25, 1, 1, tzinfo=UTC)}, "held_at"),
     ({"recorder": " 李建国"}, "recorder"), ({"talkers": ("张某某", "李建国")}, "talkers")],
    ids=["before the day of the finding", "in the future", "kept by the person", "held by the person"],
)  # fmt: skip
def test_a_record_that_cannot_be_is_refused_by_field(world, told, field):
    measure, _ = approved(world)
    with pytest.raises(InvalidError) as refused:
        world.talk(measure, **told)
    assert list(refused.value.errors) == [field]
    assert world.all("talks") == []


def test_it_may_have_been_held_before_the_approval_on_the_day_of_the_finding(world):
    measure, _ = approved(world)
    held_at = datetime(2026, 2, 19, 16, 0, tzinfo=UTC)
    assert world.talk(measure, held_at=held_at).record.held_at == held_at


def test_it_is_not_scheduled_before_the_finding(world):
    measure, _ = approved(world)
    with pytest.raises(InvalidError) as refused:
        world.schedule(measure, at=datetime(2026, 2, 19, 15, 59, tzinfo=UTC))
    assert list(refused.value.errors) == ["at"]


def test_a_recorded_talk_is_neither_scheduled_nor_recorded_again(world):
    measure, _ = approved(world)
    world.talk(measure)
    for again in (world.talk, world.schedule):
        with pytest.raises(InvalidTransitionError):
            again(measure)


@pytest.mark.parametrize(("kind", "terms"), [("party_warning", {}), ("admonition_talk", {"form": "written"})])
def test_what_is_carried_out_without_a_talk_has_none(world, kind, terms):
    measure, _ = approved(world, kind, **terms)
    with pytest.raises(InvalidTransitionError):
        world.talk(measure)


def test_a_written_admonition_hinders_no_closing(world):
    measure, case = approved(world, "admonition_talk", form="written")
    world.serve(measure)
    assert world.close(case).status == "closed"


def test_a_revoked_measure_has_no_talk_any_more(world):
    measure, _ = approved(world)
    world.revoke(measure)
    with pytest.raises(InvalidTransitionError):
        world.schedule(measure)


def test_a_refusal_to_sign_is_kept(world):
    measure, _ = approved(world)
    assert world.talk(measure, refusal="本人不认可第二条").record.refusal == "本人不认可第二条"
    assert world.work(lambda work: work.talks.of_measure(measure)).record.refusal == "本人不认可第二条"


def test_the_person_is_visited_again_after_the_talk(world):
    measure, _ = approved(world)
    world.schedule(measure)
    with pytest.raises(InvalidTransitionError):
        world.follow_up(measure)
    world.talk(measure)
    assert world.one("talks")["follow_up_waits"] == world.one("talks")["follow_up_on"]
    for held_at in (TALK_AT - timedelta(hours=1), world.now + timedelta(hours=1)):
        with pytest.raises(InvalidError):
            world.follow_up(measure, held_at=held_at)
    assert [one.note for one in world.follow_up(measure).follow_ups] == ["整改到位"]
    assert world.one("talks")["follow_up_waits"] is None


def test_those_who_may_not_know_of_the_case_find_no_measure(world):
    measure, _ = approved(world)
    elsewhere = Claims("commission-2", "commission", "990100003")
    with pytest.raises(UnknownError):
        world.talk(measure, by=elsewhere)


def test_the_recused_hold_no_talk(world):
    measure, case = approved(world)

    def recuse(work):
        found = work.cases.get(case)
        found.recused = {COMMISSION.sub: "近亲属"}
        work.cases.save(found)

    world.work(recuse)
    with pytest.raises(RecusedError):
        world.talk(measure)


def test_each_caller_must_know_the_talk_as_it_is(world):
    measure, _ = approved(world)
    world.schedule(measure)
    seen: list[int] = []

    def act(work):
        made = _record(measure, seen.append)
        return world.talks.record(work, made)

    world.work(act)
    assert seen == [1]


def _record(measure, seen):
    from services.accountability.application.execution_commands import RecordTalk

    return RecordTalk(
        id=measure, by=COMMISSION, seen=seen, held_at=TALK_AT, place="室", talkers=("张某", "王某"),
        recorder="赵某", points="点", statement="无", refusal=None,
    )  # fmt: skip


def test_a_talk_follows_its_case_when_that_is_restricted(world):
    from services.accountability.application import case_commands

    measure, case = approved(world)
    world.schedule(measure)
    told = len(world.told("talk."))
    world.move("limit_access", case_commands.LimitAccess, case, restricted=True, handlers=(COMMISSION.sub,))
    talk = world.work(lambda work: work.talks.of_measure(measure))
    assert (talk.grounds.restricted, talk.grounds.handlers) == (True, (COMMISSION.sub,))
    assert len(world.told("talk.")) == told


def test_a_self_criticism_is_asked_for_with_the_service(world):
    measure, _ = approved(world, "written_self_criticism")
    world.serve(measure)
    assert stored(world, measure).submission_due == date(2026, 2, 24) + timedelta(days=TALKS.submission_days)


def test_the_service_may_say_another_day(world):
    measure, _ = approved(world, "written_self_criticism")
    with pytest.raises(InvalidError) as refused:
        world.serve(measure, submission_due=date(2026, 2, 23))
    assert list(refused.value.errors) == ["submission_due"]
    assert world.serve(measure, submission_due=date(2026, 3, 1)).submission_due == date(2026, 3, 1)


def test_no_other_measure_asks_for_one(world):
    measure, _ = approved(world, "party_warning")
    with pytest.raises(InvalidError) as refused:
        world.serve(measure, submission_due=date(2026, 3, 1))
    assert list(refused.value.errors) == ["submission_due"]
    with pytest.raises(UnknownError):
        world.submit(measure, C1)
    world.serve(measure)
    with pytest.raises(InvalidTransitionError):
        world.submit(measure, C1)


def test_a_case_waits_for_the_self_criticism(world):
    measure, case = approved(world, "written_self_criticism")
    world.serve(measure)
    with pytest.raises(UnfinishedError) as refused:
        world.close(case)
    assert refused.value.extra["measures"][0]["missing"] == ["submission"]
    assert world.submit(measure, C1).status == "submitted"
    assert world.close(case).status == "closed"


def test_a_returned_one_is_written_anew_until_another_day(world):
    measure, case = approved(world, "written_self_criticism")
    world.serve(measure)
    world.submit(measure, C1)
    with pytest.raises(InvalidTransitionError):
        world.submit(measure, C1)
    assert world.judge(measure, "returned").status == "returned"
    assert stored(world, measure).submission_due == date(2026, 2, 25) + timedelta(days=TALKS.submission_days)
    with pytest.raises(UnfinishedError):
        world.close(case)
    world.submit(measure, C1, text="更深刻的检查")
    done = world.judge(measure, "accepted")
    assert (done.status, [one.text for one in done.handed_in]) == ("accepted", ["我的检查", "更深刻的检查"])
    with pytest.raises(InvalidTransitionError):
        world.judge(measure, "accepted")


def test_nobody_judges_what_was_not_handed_in(world):
    measure, _ = approved(world, "written_self_criticism")
    world.serve(measure)
    with pytest.raises(UnknownError):
        world.judge(measure, "accepted")


def test_only_the_person_himself_and_the_commission_hand_it_in(world):
    measure, _ = approved(world, "written_self_criticism")
    with pytest.raises(UnknownError):
        world.submit(measure, C1)
    world.serve(measure)
    with pytest.raises(UnknownError):
        world.submit(measure, replace(C1, cadre="C2"))
    assert world.submit(measure, COMMISSION).status == "submitted"


@pytest.mark.parametrize("at", [datetime(2026, 2, 19, 15, 59, tzinfo=UTC), datetime(2026, 2, 26, tzinfo=UTC)])
def test_it_was_handed_in_between_the_finding_and_now(world, at):
    measure, _ = approved(world, "written_self_criticism")
    world.serve(measure)
    with pytest.raises(InvalidError) as refused:
        world.submit(measure, COMMISSION, submitted_at=at)
    assert list(refused.value.errors) == ["submitted_at"]
