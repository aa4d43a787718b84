"""The whole line of one finding: every hop in order, and case parts for those alone who may know of cases."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from services.reporting.application.chains import Chains
from services.reporting.application.ports import LedgerStore
from services.reporting.domain.chain_words import Words, told
from services.reporting.domain.errors import ForbiddenError, UnknownFindingError
from services.reporting.domain.fact import Fact, findings_of, rebuild
from shared.contracts import registry
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from tests.unit.reporting.world import (
    AREAS,
    COUNTY,
    NOW,
    TOWNSHIP,
    UNRESOLVED,
    VOCABULARY,
    assigned,
    case,
    finding_state,
    life,
    moved,
    noticed,
    warned,
)

KNOWS_CASES = ("commission", "approver", "auditor")
OTHERS = ("supervisor", "unit", "office")


class _Archive:
    """As much of the ledger's store as a chain asks."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events

    def fact(self, finding: str) -> Fact | None:
        fact = rebuild(finding, self._events)
        return None if fact == Fact(finding) else fact

    def told_of(self, finding: str) -> Sequence[Event]:
        cases = {
            e.subject for e in self._events if e.type.startswith("case.") and finding in findings_of(e.data)
        }
        return [e for e in self._events if finding in findings_of(e.data) or e.subject in cases]


def chain(events: Sequence[Event], role: str = "auditor", area: str = COUNTY, finding: str = "f-1") -> Any:
    chains = Chains(cast(LedgerStore, _Archive(events)), VOCABULARY, AREAS)
    return chains.get(finding, Claims(f"{role}-1", role, area))


def steps(answer: Any) -> list[str]:
    return [hop["step"] for hop in answer["items"]]


def test_every_hop_says_when_where_who_and_what_and_comes_in_order() -> None:
    answer = chain(list(reversed(life("f-1"))))
    assert steps(answer) == [
        "posted", "assigned", "notice_queued", "notice_queued", "notice_signed", "accepted", "reported", "closed",
    ]  # fmt: skip
    assert [hop["at"] for hop in answer["items"]] == sorted(hop["at"] for hop in answer["items"])
    assert (answer["number"], answer["status"]) == ("督〔2026〕f-1号", "closed")
    shown = [(hop["service"], hop["event_type"], hop["what"], hop["who"]) for hop in answer["items"][:5]]
    assert shown == [
        ("findings", "finding.posted.v1", "发现问题", "第五督导组"),
        ("accountability", "responsibility.assigned.v1", "明确责任人", "C001某、C004某"),
        ("notifications", "notice.queued.v1", "通知", "C001某"),
        ("notifications", "notice.queued.v1", "通知", "城关街道"),
        ("notifications", "notice.signed.v1", "签收", "C001某"),
    ]
    assert all(hop["event"] for hop in answer["items"])
    assert "第五督导组督导检查在凤栖社区 凤栖小区发现问题" in answer["items"][0]["summary"]


def test_events_of_the_same_moment_come_as_they_were_made_and_each_once() -> None:
    events = [moved("f-1"), assigned("f-1", ("C001", "direct")), warned("f-1", "C001")]
    assert steps(chain([events[2], events[0], events[1]])) == ["posted", "assigned", "warning_issued"]


def test_who_is_missing_is_told() -> None:
    answer = chain([moved("f-1"), assigned("f-1", at=NOW + timedelta(hours=1), type=UNRESOLVED)])
    assert answer["items"][1]["summary"] == "未找到责任人,转督查室处理"
    assert answer["items"][1]["who"] is None


@pytest.mark.parametrize("role", OTHERS)
def test_case_parts_are_hidden_from_everybody_else(role: str) -> None:
    events = [
        *life("f-1"),
        case("case-1", ["f-1"], at=NOW + timedelta(days=1)),
        case("case-1", ["f-1"], 2, "verifying", at=NOW + timedelta(days=2)),
        noticed("f-1", "office", about="case.opened.v1", case="case-1", at=NOW + timedelta(days=1)),
        moved("f-1", "closed", 9, at=NOW + timedelta(days=3)),
    ]
    answer = chain(events, role)
    assert not {step for step in steps(answer) if step.startswith("case")}
    assert "case" not in json.dumps(answer, default=str)


@pytest.mark.parametrize("role", KNOWS_CASES)
def test_case_parts_are_shown_to_commission_approver_and_auditor(role: str) -> None:
    events = [*life("f-1"), case("case-1", ["f-1"], at=NOW + timedelta(days=1))]
    answer = chain(events, role)
    assert steps(answer)[-1] == "case_opened"
    assert answer["items"][-1]["who"] == "C001某"
    assert answer["items"][-1]["refs"]["case"] == "case-1"


def test_a_restricted_case_is_shown_to_the_auditor_alone_also_what_was_told_before_it_was_restricted() -> (
    None
):
    events = [
        *life("f-1"),
        case("case-1", ["f-1"], at=NOW + timedelta(days=1)),
        case("case-1", ["f-1"], 2, "verifying", restricted=True, at=NOW + timedelta(days=2)),
    ]
    assert "case_opened" not in steps(chain(events, "commission"))
    assert "case_advanced" not in steps(chain(events, "approver"))
    assert {"case_opened", "case_advanced"} <= set(steps(chain(events, "auditor")))


def test_a_case_that_goes_on_without_the_finding_is_told_as_long_as_it_was_about_it() -> None:
    events = [
        moved("f-1"),
        case("case-1", ["f-1", "f-2"], at=NOW + timedelta(days=1)),
        case("case-1", ["f-2"], 2, "verifying", restricted=True, at=NOW + timedelta(days=2)),
    ]
    assert steps(chain(events, "auditor")) == ["posted", "case_opened"]
    assert steps(chain(events, "commission")) == ["posted"]


def test_no_full_name_nor_id_stands_for_a_person_who_is_not_known() -> None:
    answer = chain([moved("f-1"), case("case-1", ["f-1"], at=NOW + timedelta(days=1))])
    assert answer["items"][-1]["who"] is None


def test_a_finding_of_another_area_is_refused_one_of_the_own_unit_is_not() -> None:
    events = [moved("f-1", units=["990100002"])]
    with pytest.raises(ForbiddenError):
        chain(events, "office", "990100003")
    with pytest.raises(ForbiddenError):
        chain(events, "office", "990100002")
    assert steps(chain(events, "unit", "990100002")) == ["posted"]
    assert steps(chain(events, "unit", TOWNSHIP)) == ["posted"]


def test_an_overdue_level_and_a_clock_stand_in_it_and_take_nobodys_name_away() -> None:
    people = {"responsible": [{"cadre": "C001", "role": "direct"}]}
    clock = {"clock": {"rule": "unverified", "stage": "finding", "due_at": NOW.isoformat()}}
    late, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    waits = moved("f-1", "reported", sequence=9, at=later, **people, **clock)
    answer = chain(
        [
            moved("f-1"),
            assigned("f-1", ("C001", "direct")),
            moved("f-1", "overdue", sequence=2, at=late, level=2, **people),
            replace(waits, type="clock.due.v1", subject="clock-f-1"),
        ]
    )
    assert steps(answer) == ["posted", "assigned", "overdue", "clock_due"]
    assert answer["items"][1]["who"] == "C001某"
    assert [hop["summary"] for hop in answer["items"][2:]] == ["整改逾期,第2级", "报告整改后超期未验收"]


@pytest.mark.parametrize("events", [[], [warned("f-1", "C001")]], ids=["unknown", "not come yet"])
def test_a_finding_that_is_not_known_has_no_chain(events: list[Event]) -> None:
    with pytest.raises(UnknownFindingError):
        chain(events)


@pytest.mark.parametrize(
    ("type_", "move", "more", "said"),
    [
        ("extended", "extend", {}, "责任单位申请延期:缺料"),
        ("extended", "extend/decide", {"deadline": "2026-03-20"}, "延期申请已决定,整改时限2026-03-20:缺料"),
        ("amended", "supervise", {}, "挂牌督办:缺料"),
        ("amended", "handover", {}, "移交其他督导组:缺料"),
        ("amended", "amend", {}, "修改问题内容:缺料"),
        ("revisited", "revisit", {"revisit": {"result": "fail"}}, "回头看:问题反弹:缺料"),
        ("revisited", "revisit", {"revisit": {"result": "pass"}}, "回头看:合格:缺料"),
        ("transferred", "transfer", {}, "转办至凤栖社区:缺料"),
    ],
)
def test_a_type_that_tells_several_moves_names_the_one(
    type_: str, move: str, more: dict[str, Any], said: str
) -> None:
    change = {"move": move, "at": NOW.isoformat(), "by": "office", "note": "缺料"}
    data = finding_state("f-1", change=change, **more)
    found = told(f"finding.{type_}", data, {}, Words(VOCABULARY.label, AREAS.name))
    assert found is not None
    assert found[1] == said


def test_every_type_that_speaks_of_a_finding_has_words() -> None:
    """`cadre.registered.v1` and bulletins speak of none."""
    state = moved("f-1").data | assigned("f-1").data | warned("f-1", "C001").data | case("c", ["f-1"]).data
    state |= noticed("f-1", "C001").data | {"clock": {"rule": "due_soon"}, "kind": "admonition_talk"}
    words = Words(VOCABULARY.label, AREAS.name)
    for type_ in registry.TYPES:
        kind = type_.removesuffix(".v1")
        if kind.startswith(("cadre.", "bulletin.")):
            continue
        status = "opened" if kind.startswith("case.") else "issued"
        found = told(kind, state | {"status": status}, {}, words)
        assert found is not None, type_
        assert all(found), type_
