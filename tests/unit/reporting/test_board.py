"""The board of cases: every stage, what stands in it, and to whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.reporting.application.board import Board
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event
from tests.unit.reporting.world import AREAS, COUNTY, NOW, VOCABULARY, case

COMMISSION = Claims("commission-1", "commission", COUNTY)
AUDITOR = Claims("auditor-1", "auditor", COUNTY)


class Cases:
    """The store: what was told last of each case."""

    def __init__(self, *told: Event) -> None:
        self.told = told

    def newest_of_cases(self, finished: int) -> Sequence[Event]:
        return self.told

    def numbers(self, findings: Sequence[str]) -> dict[str, str]:
        return {one: f"督〔2026〕{one}号" for one in findings if one != "unknown"}


def board(*told: Event, by: Claims = COMMISSION):
    found = Board(Cases(*told), VOCABULARY, AREAS, lambda: NOW).get(by)
    return {stage["status"]: stage["cases"] for stage in found["stages"]}


def test_every_stage_is_there_in_its_order_also_an_empty_one():
    stages = board(case("case-1", ["f-1"], status="proposed"))
    assert list(stages) == list(VOCABULARY.raw["case_status"])
    assert [len(cases) for cases in stages.values()] == [0, 0, 1, 0, 0, 0, 0]


def test_a_case_tells_its_findings_by_number_and_how_long_it_waits():
    waiting = case("case-1", ["f-1", "unknown"], at=NOW - timedelta(days=5))
    told = board(waiting, case("case-2", ["f-2"]))["opened"]
    assert [one["id"] for one in told] == ["case-1", "case-2"]
    assert [one["number"] for one in told[0]["findings"]] == ["督〔2026〕f-1号", "unknown"]
    assert (told[0]["days"], told[0]["persons"], told[0]["areas"]) == (5, 1, ["凤栖社区"])


def test_a_restricted_one_is_for_its_handlers_and_the_auditor():
    hidden = case("case-1", ["f-1"], restricted=True)
    assert board(hidden)["opened"] == []
    assert len(board(hidden, by=AUDITOR)["opened"]) == 1
    handled = replace(hidden, data={**hidden.data, "handlers": [COMMISSION.sub]})
    assert len(board(handled)["opened"]) == 1


def test_what_lies_outside_of_the_callers_area_is_not_on_it():
    assert board(case("case-1", ["f-1"]), by=replace(COMMISSION, area="990100002"))["opened"] == []
