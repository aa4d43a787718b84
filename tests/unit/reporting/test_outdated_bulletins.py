"""Between draft and publishing: what may not be told any more does not go out, and a person mends the draft."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.domain.bulletin_changes import HIDDEN, LIFTED, UNTOLD, WITHDRAWN
from services.reporting.domain.errors import ForbiddenError, InvalidError, NotDraftError, OutdatedError
from services.reporting.domain.fact import rebuild
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import APPROVER, OFFICE, BulletinWorld
from tests.unit.reporting.case_events import direct, served_case
from tests.unit.reporting.world import COUNTY, moved

COMMISSION = Claims("commission-1", "commission", COUNTY)
CONDUCT = [direct("C001"), direct("C002")]


def of_findings(**later: str) -> tuple[BulletinWorld, str]:
    """Two findings, approved; then each named one makes a move."""
    first = {one: moved(one) for one in ("f-1", "f-2")}
    world = BulletinWorld([rebuild(one, [event]) for one, event in first.items()])
    bulletin = world.draft()["id"]
    world.approve(bulletin)
    happened(world, **later)
    return world, bulletin


def happened(world: BulletinWorld, **later: str) -> None:
    moves = {one.replace("_", "-"): move for one, move in later.items()}
    world.facts_now(
        [
            rebuild(one, [moved(one)] + ([moved(one, moves[one], 2)] if one in moves else []))
            for one in ("f-1", "f-2")
        ]
    )


def refused(world: BulletinWorld, bulletin: str, by: Claims = OFFICE) -> list[dict[str, Any]]:
    with pytest.raises(OutdatedError) as told:
        world.publish(bulletin, by)
    return list(told.value.extra["changes"])


def test_a_finding_that_was_withdrawn_meanwhile_is_named_and_nothing_is_published():
    world, bulletin = of_findings(f_2="withdrawn")
    assert refused(world, bulletin) == [{"id": "f-2", "number": "督〔2026〕f-2号", "what": WITHDRAWN}]
    assert world.bulletins.get(bulletin, OFFICE)["status"] == "approved"
    assert world.told() == []


def test_what_else_became_of_it_is_told_as_of_the_draft():
    world, bulletin = of_findings(f_2="accepted")
    assert world.publish(bulletin)["figures"]["status.issued.findings"] == 2


def test_returned_and_refreshed_it_is_of_what_is_known_now_and_keeps_its_own_texts():
    world, bulletin = of_findings(f_1="accepted", f_2="withdrawn")
    with pytest.raises(NotDraftError):
        world.refresh(bulletin)
    world.send_back(bulletin, "有变化")
    world.edit(bulletin, lead="本室自拟。", left_out=[{"id": "f-2", "reason": "已撤销"}])
    world.now = world.now.replace(hour=world.now.hour + 1)
    fresh = world.refresh(bulletin)
    assert (fresh["lead"], fresh["exclude"]) == ("本室自拟。", [])
    assert fresh["figures"]["total.findings"] == fresh["figures"]["status.rectifying.findings"] == 1
    assert (fresh["drafted_at"], fresh["returned"]) == (world.now, "有变化")
    assert "f-2号" not in world.render(bulletin, "md")
    world.approve(bulletin)
    assert world.publish(bulletin)["status"] == "published"


def test_what_changed_may_be_excluded_instead():
    world, bulletin = of_findings(f_2="withdrawn")
    world.send_back(bulletin, "有变化")
    world.edit(bulletin, left_out=[{"id": "f-2", "reason": "已撤销"}])
    world.approve(bulletin)
    assert world.publish(bulletin)["figures"]["total.findings"] == 1


def test_what_is_excluded_is_not_asked_after():
    world, bulletin = of_findings()
    world.send_back(bulletin, "只留一条")
    world.edit(bulletin, left_out=[{"id": "f-2", "reason": "另行通报"}])
    world.approve(bulletin)
    happened(world, f_2="withdrawn")
    assert world.publish(bulletin)["status"] == "published"


def test_only_its_author_refreshes_a_draft_of_the_version_that_was_seen():
    world, bulletin = of_findings()
    world.send_back(bulletin, "再核")
    with pytest.raises(ForbiddenError):
        world.refresh(bulletin, replace(APPROVER, role="commission"))
    assert world.refresh(bulletin)["version"] == world.bulletins.get(bulletin, OFFICE)["version"] == 4


def of_case(*later: Any, names: str | None = None, **told: Any) -> tuple[BulletinWorld, str]:
    world = BulletinWorld([], served_case("case-1", CONDUCT, **told))
    bulletin = world.draft(COMMISSION, kind="cases", names=names)["id"]
    world.approve(bulletin)
    world.told_later(*later)
    return world, bulletin


def later_word(status: str, cadre: str = "C002", **told: Any) -> Any:
    """What is told last of the measure of one of the two."""
    event = next(
        one
        for one in served_case("case-1", CONDUCT, **told)
        if one.type.startswith("measure.") and one.data["cadre"] == cadre
    )
    return replace(event, sequence=9, id=f"later-{cadre}", data={**event.data, "status": status})


@pytest.mark.parametrize("status", ["revoked", "varied"])
def test_a_measure_that_was_lifted_meanwhile_stops_it(status):
    world, bulletin = of_case(later_word(status))
    assert refused(world, bulletin, COMMISSION) == [{"id": "case-1", "number": None, "what": LIFTED}]
    world.send_back(bulletin, "处理决定已撤销")
    assert world.refresh(bulletin, COMMISSION)["figures"]["persons.total"] == 1
    world.approve(bulletin)
    assert world.publish(bulletin, COMMISSION)["status"] == "published"


def test_one_that_ran_out_is_told_as_before():
    world, bulletin = of_case(later_word("expired"))
    assert world.publish(bulletin, COMMISSION)["figures"]["persons.total"] == 2


@pytest.mark.parametrize("told", [{"restricted": True}, {"areas": ["990200001001"]}])
def test_a_case_of_which_nothing_may_be_told_any_more_stops_it(told):
    word = served_case("case-1", CONDUCT)[-1]
    world, bulletin = of_case(replace(word, sequence=9, id="later", data={**word.data, **told}))
    assert refused(world, bulletin, COMMISSION) == [{"id": "case-1", "number": None, "what": UNTOLD}]
    world.send_back(bulletin, "不得公开")
    assert world.refresh(bulletin, COMMISSION)["figures"]["cases.total"] == 0


def test_a_full_name_that_no_decision_opens_any_more_stops_it():
    opened = [direct(one, publish=True) for one in ("C001", "C002")]
    names = {"C001": "张建国", "C002": "李四海"}
    world = BulletinWorld([], served_case("case-1", opened, names=names))
    bulletin = world.draft(COMMISSION, kind="cases", names="full")["id"]
    world.approve(bulletin)
    event = next(one for one in world.store.told if one.type.startswith("measure."))
    world.told_later(replace(event, sequence=9, id="later", data={**event.data, "publish": False}))
    assert refused(world, bulletin, COMMISSION) == [{"id": "case-1", "number": None, "what": HIDDEN}]
    world.send_back(bulletin, "姓名不得公开")
    with pytest.raises(InvalidError):
        world.refresh(bulletin, COMMISSION)
