"""Whatever people try with a case, and in whatever order: what must never be is never."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.accountability.application import case_commands as commands
from services.accountability.domain.errors import AccountabilityError
from tests.unit.accountability.case_world import APPROVER, CaseWorld, elsewhere, planned
from tests.unit.accountability.world import COMMISSION

PEOPLE = st.sampled_from(["u1", "u2", "u3"])
CADRES = st.sampled_from(["C1", "C2", "C9"])
KINDS = st.sampled_from(["party_warning", "reminder_talk", "county_wide_notice"])


class CaseLife(RuleBasedStateMachine):
    """Three people, each with both roles, and a chain of two that may grow by a third."""

    @initialize()
    def begin(self) -> None:
        self.world = CaseWorld()
        self.case = self.world.a_case()

    def attempt(self, act: Any, *args: Any, **told: Any) -> None:
        """What is refused changes nothing."""
        before = self.world.database.collections
        try:
            act(*args, **told)
        except AccountabilityError:
            assert self.world.database.collections == before

    @rule()
    def verify(self) -> None:
        self.attempt(self.world.verify, self.case)

    @rule(cadre=CADRES, kind=KINDS, sub=PEOPLE, heard=st.booleans())
    def measure(self, cadre: str, kind: str, sub: str, heard: bool) -> None:
        waived = "已书面放弃" if heard else None
        by = replace(COMMISSION, sub=sub)
        self.attempt(self.world.dispose, self.case, cadre, planned(kind), by=by, defence_waived=waived)

    @rule(cadre=CADRES, sub=PEOPLE, away=st.booleans())
    def no_measure(self, cadre: str, sub: str, away: bool) -> None:
        told: dict[str, Any] = {"elsewhere": elsewhere()} if away else {}
        self.attempt(self.world.dispose, self.case, cadre, by=replace(COMMISSION, sub=sub), **told)

    @rule(sub=PEOPLE)
    def supplement(self, sub: str) -> None:
        by = replace(COMMISSION, sub=sub)
        self.attempt(self.world.move, "supplement", commands.ReasonedMove, self.case, by, reason="新增责任人")

    @rule(sub=PEOPLE)
    def propose(self, sub: str) -> None:
        self.attempt(self.world.propose, self.case, replace(COMMISSION, sub=sub))

    @rule(sub=PEOPLE)
    def send_back(self, sub: str) -> None:
        self.attempt(self.world.send_back, self.case, replace(APPROVER, sub=sub))

    @rule(sub=PEOPLE)
    def approve(self, sub: str) -> None:
        self.attempt(self.world.approve, self.case, replace(APPROVER, sub=sub))

    @rule(sub=PEOPLE)
    def recuse(self, sub: str) -> None:
        self.attempt(self.world.move, "recuse", commands.Recuse, self.case, sub=sub, reason="近亲属")

    @rule(index=st.integers(0, 2))
    def serve(self, index: int) -> None:
        for measure in self.world.measures_of(self.case)[index : index + 1]:
            self.attempt(self.world.serve, measure.id)

    @rule(index=st.integers(0, 2))
    def revoke(self, index: int) -> None:
        for measure in self.world.measures_of(self.case)[index : index + 1]:
            self.attempt(self.world.revoke, measure.id)

    @rule()
    def close(self) -> None:
        self.attempt(self.world.close, self.case)

    @precondition(lambda self: self.world.stored(self.case).unfinished)
    @rule()
    def grow(self) -> None:
        if "C9" not in self.world.stored(self.case).persons:
            self.world.cadre("C9")
            self.world.grow_chain(self.case, "f-1", "C9")

    @invariant()
    def never(self) -> None:
        case = self.world.stored(self.case)
        measures = self.world.measures_of(self.case)
        if case.status in ("approved", "serving", "closed"):
            assert case.approved_by != case.proposed_by
        for one in measures:
            disposition = case.dispositions[one.person.cadre]
            assert disposition.approved_at is not None
            assert disposition.heard
            assert disposition.written_by != one.approved_by
            assert [planned.kind for planned in disposition.measures].count(one.terms.kind) == 1
        if case.status == "closed":
            assert case.without_disposition == []
            assert all(not one.standing or one.served is not None for one in measures)
        for one in measures:
            if one.status == "revoked":
                days = [date(2026, 2, 22) + timedelta(days=n) for n in range(0, 900, 30)]
                assert not any(one.in_force(day) for day in days)
        # What reached somebody stays known, also while the case is supplemented.
        assert case.status != "serving" if case.served_at is None else case.status != "approved"


TestCaseLife = CaseLife.TestCase
TestCaseLife.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
