"""Whatever people do with findings, in whatever order: nothing is lost, nothing is closed unseen, and the moves that
are offered are exactly those that work."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.findings.adapters.collections import FINDINGS
from services.findings.application import commands
from services.findings.application.merging import Merging
from services.findings.domain.calendar import day_of
from services.findings.domain.errors import InvalidTransitionError, SamePersonError
from services.findings.domain.moves import TABLE, Move
from shared.contracts.claims import Claims
from shared.persistence.counts import COUNTS, fold
from shared.persistence.derived import CHANGES
from tests.unit.findings import world as county
from tests.unit.findings.moving import EXAMPLES

PEOPLE = [
    Claims(f"{role}-{n}", role, county.COUNTY, team="T05" if role == "supervisor" else None)
    for role in ("supervisor", "unit", "office", "approver")
    for n in (1, 2)
]
OTHER_PEOPLE = [
    *(Claims(f"{role}-1", role, county.COUNTY) for role in ("commission", "auditor")),
    Claims("s-6", "supervisor", county.COUNTY, team="T06"),
    Claims("unit-9", "unit", "990100005"),
]
MOST = 4
LONG_RUN = 10_000


@dataclass(frozen=True)
class Body:
    """The command of a move, the use case's name, and a body that is right for it."""

    command: type
    method: str
    told: Callable[["FindingLife"], dict[str, Any]]


def _day(life: "FindingLife") -> date:
    return day_of(life.world.now)


def _area(life: "FindingLife") -> dict[str, Any]:
    here = life.shown()["area"]
    there = county.ELSEWHERE if here == county.VILLAGE else county.VILLAGE
    return {"area": there, "unit": there[:9], "reason": "属地有误"}


BODIES: dict[Move, Body] = {
    Move.ACCEPT: Body(commands.Accept, "accept", lambda _: {}),
    Move.PLAN: Body(
        commands.Plan, "plan", lambda life: {"measures": "值守", "person": "李某某", "due": _day(life)}
    ),
    Move.PROGRESS: Body(commands.Progress, "progress", lambda _: {"done": 1, "note": "完成"}),
    Move.REPORT: Body(
        commands.Report, "report", lambda life: {"measures": "已整改", "completed_on": _day(life)}
    ),
    Move.VERIFY: Body(commands.Verify, "verify", lambda life: {"result": life.either("pass", "fail")}),
    Move.DISPUTE: Body(commands.Dispute, "dispute", lambda _: {"grounds": "不属实"}),
    Move.DECIDE: Body(commands.Decide, "decide", lambda life: {"result": life.either("upheld", "withdrawn")}),
    Move.BLOCK: Body(
        commands.Block, "block", lambda life: {"reason": "缺", "needs": "物资", "review_on": _day(life)}
    ),
    Move.BLOCK_DECIDE: Body(
        commands.DecideBlock, "decide_block", lambda life: {"result": life.either("granted", "refused")}
    ),
    Move.RESUME: Body(commands.Resume, "resume", lambda _: {}),
    Move.WITHDRAW: Body(commands.Withdraw, "withdraw", lambda _: {"reason": "有误"}),
    Move.AMEND: Body(commands.Amend, "amend", lambda _: {"description": "北门没有人值守"}),
    Move.EXTEND: Body(
        commands.Extend,
        "extend",
        lambda life: {"until": life.shown()["deadline"] + timedelta(days=400), "reason": "等"},
    ),
    Move.EXTEND_DECIDE: Body(
        commands.DecideExtension,
        "decide_extension",
        lambda life: {"result": life.either("granted", "refused")},
    ),
    Move.REFER: Body(commands.Refer, "refer", lambda _: {"reason": "拒不整改"}),
    Move.REFER_DECIDE: Body(
        commands.DecideReferral,
        "decide_referral",
        lambda life: {"result": life.either("granted", "refused"), "reason": "属实"},
    ),
    Move.SUPERVISE: Body(commands.Supervise, "supervise", lambda _: {"reason": "反映强烈"}),
    Move.TRANSFER: Body(commands.Transfer, "transfer", _area),
    Move.REVISIT: Body(commands.Revisit, "revisit", lambda life: {"result": life.either("pass", "fail")}),
    Move.MERGE: Body(commands.Merge, "merge", lambda life: {"into": life.target(), "reason": "同一问题"}),
    Move.UNMERGE: Body(commands.Unmerge, "unmerge", lambda _: {"reason": "不同"}),
}
"""Every move but later evidence, which needs an upload (test_evidence.py)."""


@cache
def _world() -> county.World:
    return county.World()


def _emptied() -> county.World:
    """The county's files are read once, not for each of ten thousand lives."""
    world = _world()
    world.now = county.NOW
    world.database.collections.clear()
    world._series.taken.clear()
    return world


class FindingLife(RuleBasedStateMachine):
    """A few findings, and people who do what comes to their mind."""

    def __init__(self) -> None:
        super().__init__()
        self.world = _emptied()
        self.merging = Merging(self.world._answers, lambda: self.world.now)
        self.finding = ""
        self.pick: Callable[[int], int] = lambda _most: 0
        self.seen: dict[str, tuple[int, int]] = {}

    def either(self, *values: str) -> str:
        return values[self.pick(len(values))]

    def documents(self) -> dict[str, dict[str, Any]]:
        return self.world.database.collections.get(FINDINGS, {})

    def kept(self, collection: str) -> list[dict[str, Any]]:
        return list(self.world.database.collections.get(collection, {}).values())

    def shown(self, by: Claims = county.OFFICE) -> dict[str, Any]:
        return dict(self.world.ask.finding(self.finding, by))

    def target(self) -> str:
        """Another one that a finding may be merged into, or none."""
        possible = (one for one, kept in self.documents().items() if one != self.finding)
        return next((one for one in possible if self.documents()[one]["status"] != "withdrawn"), "")

    def make(self, move: Move, by: Claims) -> dict[str, Any]:
        body = BODIES[move]
        command = body.command(finding=self.finding, by=by, **body.told(self))
        cases = self.merging if move in (Move.MERGE, Move.UNMERGE) else self.world.do
        return dict(self.world.work(lambda work: getattr(cases, body.method)(work, command)))

    @initialize()
    def begin(self) -> None:
        self.post()

    @precondition(lambda self: len(self.documents()) < MOST)
    @rule()
    def post(self) -> None:
        self.world.post(by=PEOPLE[0])

    @rule(hours=st.integers(1, 240))
    def time_goes_by(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @rule(data=st.data(), by=st.sampled_from(PEOPLE))
    def somebody_makes_a_move_that_is_offered(self, data: st.DataObject, by: Claims) -> None:
        self.choose(data)
        offered = [Move(one) for one in self.shown(by)["allowed_moves"] if Move(one) in BODIES]
        offered = [one for one in offered if one is not Move.MERGE or self.target()]
        if offered:
            move = data.draw(st.sampled_from(offered), label="move")
            answer = self.make(move, by)
            assert answer["status"] in TABLE[move].targets

    @rule(data=st.data(), by=st.sampled_from(PEOPLE + OTHER_PEOPLE[:2]))
    def somebody_tries_what_is_not_offered(self, data: st.DataObject, by: Claims) -> None:
        self.choose(data)
        offered = self.shown(by)["allowed_moves"]
        closed = [
            one for one in BODIES if one.value not in offered and (one is not Move.MERGE or self.target())
        ]
        move, before = data.draw(st.sampled_from(closed), label="move"), deepcopy(self.documents())
        with pytest.raises((InvalidTransitionError, SamePersonError)) as refused:
            self.make(move, by)
        if isinstance(refused.value, InvalidTransitionError):
            assert refused.value.extra["allowed_moves"] == offered
        assert self.documents() == before

    def choose(self, data: st.DataObject) -> None:
        self.finding = data.draw(st.sampled_from(sorted(self.documents())), label="finding")
        self.pick = lambda most: data.draw(st.integers(0, most - 1), label="choice")

    @invariant()
    def what_was_posted_is_the_sum_of_the_statuses(self) -> None:
        counts = self.world.ask.counts(county.OFFICE)["findings"]
        kept = Counter(one["status"] for one in self.documents().values())
        assert sum(one["count"] for one in counts) == len(self.documents()) == sum(kept.values())
        numbers = sorted(one["n"] for one in self.documents().values())
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def what_is_kept_to_count_by_is_what_there_is(self) -> None:
        kept = Counter[tuple[str, str]]()
        for row in (*self.kept(COUNTS), *(cell for one in self.kept(CHANGES) for cell in one["cells"])):
            area, status, _historical = row["kind"]
            kept[area, status] += row["n"]
        found = Counter((one["area"], one["status"]) for one in self.documents().values())
        assert {cell: n for cell, n in kept.items() if n} == found

    @rule()
    def the_worker_folds_what_has_changed(self) -> None:
        fold(self.world.database)
        assert not self.kept(CHANGES)

    @invariant()
    def versions_and_sequences_grow_one_by_one(self) -> None:
        for id, kept in self.documents().items():
            history = self.world.history(id)
            assert [row["version"] for row in history] == list(range(kept["version"], 0, -1))
            assert kept["version"] >= self.seen.get(id, (0, 0))[0]
            self.seen[id] = (kept["version"], kept["sequence"])
            told = [event.sequence for event in self.world.told(id)]
            assert told == list(range(1, kept["sequence"] + 1))

    @invariant()
    def none_is_closed_without_a_report_and_a_pass_of_somebody_else(self) -> None:
        for id, kept in self.documents().items():
            if kept["status"] != "closed":
                continue
            history = self.world.history(id)
            passed = next(row for row in history if row["move"] == "verify")
            reported = next(row for row in history if row["move"] == "report")
            assert (passed["result"], passed["from"], passed["to"]) == ("pass", "reported", "closed")
            assert reported["version"] < passed["version"]
            assert reported["by"] != passed["by"]
            assert passed["role"] == "supervisor"


def _live(examples: int) -> None:
    few = settings(
        max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(FindingLife, settings=few)


@pytest.mark.timeout(600)
def test_no_path_through_a_findings_life_loses_it_or_closes_it_unseen() -> None:
    _live(EXAMPLES)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_nor_does_any_of_ten_thousand_paths() -> None:
    _live(LONG_RUN)
