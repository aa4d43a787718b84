"""Builders of cases on their way, over the in-memory twin and the county's own law."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import IO, Any

from services.accountability.adapters.case_files import kind_of
from services.accountability.adapters.county_talks import load_talks
from services.accountability.application import case_commands as commands
from services.accountability.application.appeals import AppealUseCases
from services.accountability.application.case_handling import CaseHandling
from services.accountability.application.case_papers import CasePapers
from services.accountability.application.deciding import Deciding
from services.accountability.application.effect_periods import TableOfPeriods
from services.accountability.application.execution_commands import (
    DecideAppeal,
    FollowUpTalk,
    JudgeSubmission,
    LighterMeasure,
    LodgeAppeal,
    RecordTalk,
    ReplaceVaried,
    ScheduleTalk,
    Submit,
)
from services.accountability.application.measures import MeasureUseCases
from services.accountability.application.submissions import SubmissionUseCases
from services.accountability.application.talks import TalkUseCases
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.assignment import Resolution, Responsible
from services.accountability.domain.case import Case
from services.accountability.domain.case_moves import DocumentFile
from services.accountability.domain.disposition import Elsewhere, PlannedMeasure
from services.accountability.domain.measure import Measure
from services.accountability.domain.submission import Submission
from services.accountability.domain.talk import Talk
from services.accountability.domain.warning import Paper
from shared.contracts.claims import Claims
from tests.unit.accountability.world import COMMISSION, COUNTY, LEGALITY, ROOT, TOWNSHIP, World, posted

APPROVER = Claims("approver-1", "approver", COUNTY)
TALKS = load_talks(ROOT / "deploy/county")
DECIDED_ON = date(2026, 2, 22)
TALK_AT = datetime(2026, 2, 24, 7, 0, tzinfo=UTC)
SERVED_AT = datetime(2026, 2, 24, 2, 0, tzinfo=UTC)


def planned(kind: str = "reminder_talk", **terms: Any) -> PlannedMeasure:
    """A measure of the county's discipline commission."""
    terms = {"deciding_body": "county_discipline_commission", "decided_on": DECIDED_ON, **terms}
    return PlannedMeasure(kind, **terms)


class MemoryCaseFiles:
    """The bytes of files in a dictionary; `claimed` are those that a document names."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.claimed: list[str] = []

    def put(self, file_id: str, file: IO[bytes], size: int) -> DocumentFile:
        content_type = kind_of(file, size)
        file.seek(0)
        content = self.kept[file_id] = file.read()
        return DocumentFile(file_id, content_type, size, hashlib.sha256(content).hexdigest())

    def claim(self, file_id: str) -> None:
        self.claimed.append(file_id)

    def pieces(self, file: DocumentFile) -> Iterator[bytes]:
        yield self.kept[file.id]


class CaseWorld(World):
    """A case of one finding with C1 (direct) and C2 (a leader) in its chain."""

    def __init__(self) -> None:
        super().__init__()
        periods = TableOfPeriods(LEGALITY)
        deciding = Deciding(LEGALITY, LEGALITY.kinds, periods, self._id)
        self.cases = CaseHandling(deciding, lambda: self.now)
        self.files = MemoryCaseFiles()
        self.papers = CasePapers(self.files, lambda: self.now, self._id)
        self.measures = MeasureUseCases(
            lambda: self.now, self.clocks.last_day_of_appeal, periods, TALKS.submission_days
        )
        self.talks = TalkUseCases(TALKS.follow_up_days, lambda: self.now, self._id)
        self.submissions = SubmissionUseCases(TALKS.submission_days, lambda: self.now)
        self.appeals = AppealUseCases(deciding, periods, str, lambda: self.now, self._id)

    def a_case(self, finding: str = "f-1", **told: Any) -> str:
        """Its id."""
        if not self.all("cadres"):
            self.person("C1")
            self.person("C2", TOWNSHIP, "line_leader")
        # Another category for every further one: the same would join the case of the first.
        category = {"f-1": "access_control", "f-2": "market"}.get(finding, "hygiene")
        self.deliver(posted(finding, **{"severity": "critical", "category": category, **told}))
        return next(str(row["_id"]) for row in self.all("cases") if finding in row["findings"])

    def move(
        self, move: str, command: type, case: str, by: Claims = COMMISSION, version: Any = None, **told: Any
    ) -> Case:
        """One move of a case in a transaction of its own; it fails when the case is not of `version`."""

        def seen(actual: int) -> None:
            assert version in (None, actual)

        made = command(id=case, by=by, seen=seen, **told)
        of = self.papers if move == "add" else self.cases
        answer: Case = self.work(lambda work: getattr(of, move)(work, made))
        return answer

    def verify(self, case: str, **told: Any) -> Case:
        return self.move("verify", commands.VerifyCase, case, **{"facts": "卡口无人值守", **told})

    def dispose(self, case: str, cadre: str, *measures: PlannedMeasure, **told: Any) -> Case:
        """Measures as given, with the defence waived; else no action."""
        if measures:
            told = {"measures": measures, "defence_waived": "本人书面放弃陈述申辩", **told}
        elif "elsewhere" not in told:
            told = {"no_action": "已尽职责", **told}
        told = {"responsibility": "direct", **told}
        return self.move("write_disposition", commands.WriteDisposition, case, cadre=cadre, **told)

    def propose(self, case: str, by: Claims = COMMISSION) -> Case:
        return self.move("propose", commands.OfCase, case, by)

    def send_back(self, case: str, by: Claims = APPROVER) -> Case:
        return self.move("send_back", commands.ReasonedMove, case, by, reason="事实不清")

    def approve(self, case: str, by: Claims = APPROVER) -> Case:
        return self.move("approve", commands.OfCase, case, by)

    def close(self, case: str, by: Claims = COMMISSION) -> Case:
        return self.move("close", commands.OfCase, case, by)

    def approved(self, *measures: PlannedMeasure, finding: str = "f-1") -> str:
        """An approved case with these measures for C1 and none for C2."""
        case = self.a_case(finding)
        self.verify(case)
        self.dispose(case, "C1", *measures)
        self.dispose(case, "C2")
        self.propose(case)
        self.approve(case)
        return case

    def serve(self, measure: str, by: Claims = COMMISSION, **told: Any) -> Measure:
        told = {"method": "in_person", "at": SERVED_AT, "receipt": "送达回证", **told}
        command = commands.ServeMeasure(id=measure, by=by, seen=lambda version: None, **told)
        answer: Measure = self.work(lambda work: self.measures.serve(work, command))
        return answer

    def revoke(self, measure: str, by: Claims = APPROVER) -> Measure:
        command = commands.RevokeMeasure(
            id=measure, by=by, seen=lambda version: None, body="县纪委", reason="事实认定有误"
        )
        answer: Measure = self.work(lambda work: self.measures.revoke(work, command))
        return answer

    def execute(self, act: Any, command: type, measure: str, by: Claims, **told: Any) -> Any:
        """One step of carrying a measure out, in a transaction of its own."""
        made = command(id=measure, by=by, seen=lambda version: None, **told)
        return self.work(lambda work: act(work, made))

    def schedule(self, measure: str, by: Claims = COMMISSION, **told: Any) -> Talk:
        told = {"at": TALK_AT, "place": "县纪委谈话室", **told}
        answer: Talk = self.execute(self.talks.schedule, ScheduleTalk, measure, by, **told)
        return answer

    def talk(self, measure: str, by: Claims = COMMISSION, **told: Any) -> Talk:
        told = {
            "held_at": TALK_AT, "place": "县纪委谈话室", "talkers": ("张某某", "王某某"), "recorder": "赵某某",
            "points": "指出问题,提出要求", "statement": "认识错误,立即整改", "refusal": None, **told,
        }  # fmt: skip
        answer: Talk = self.execute(self.talks.record, RecordTalk, measure, by, **told)
        return answer

    def follow_up(self, measure: str, **told: Any) -> Talk:
        told = {"held_at": self.now, "note": "整改到位", **told}
        answer: Talk = self.execute(self.talks.follow_up, FollowUpTalk, measure, COMMISSION, **told)
        return answer

    def submit(self, measure: str, by: Claims, **told: Any) -> Submission:
        told = {"text": "我的检查", "submitted_at": self.now, "paper": None, **told}
        answer: Submission = self.execute(self.submissions.submit, Submit, measure, by, **told)[0]
        return answer

    def judge(self, measure: str, result: str, by: Claims = APPROVER) -> Submission:
        told = {"result": result, "note": "认识不深刻"}
        answer: Submission = self.execute(self.submissions.decide, JudgeSubmission, measure, by, **told)[0]
        return answer

    def appeal(self, measure: str, by: Claims, paper: Paper | None = None) -> Appeal:
        told = {"grounds": "当日已按要求值守", "paper": paper}
        answer: Appeal = self.execute(self.appeals.lodge, LodgeAppeal, measure, by, **told)
        return answer

    def decide_appeal(self, appeal: str, result: str, by: Claims, **told: Any) -> Appeal:
        command = DecideAppeal(
            appeal=appeal, result=result, reason="经复核", by=by, seen=lambda version: None, **told
        )
        answer: Appeal = self.work(lambda work: self.appeals.decide(work, command))
        return answer

    def replace_varied(self, appeal: str, measure: LighterMeasure, by: Claims) -> Appeal:
        command = ReplaceVaried(appeal=appeal, measure=measure, by=by, seen=lambda version: None)
        answer: Appeal = self.work(lambda work: self.appeals.replace(work, command))
        return answer

    def grow_chain(self, case: str, finding: str, cadre: str) -> None:
        """Somebody else answers for the finding, too."""

        def act(work: Any) -> None:
            assignment, found = work.assignments.get(finding), work.cases.get(case)
            known = assignment.resolution
            more = (*known.responsible, Responsible(cadre, "王某", "line_leader", None))
            assignment.resolution = Resolution(known.as_of, more)
            found.follow(assignment, self.now)
            work.assignments.save(assignment)
            work.cases.save(found)

        self.work(act)

    def stored(self, case: str) -> Case:
        """The case as it is."""
        found: Case = self.work(lambda work: work.cases.get(case))
        return found

    def measures_of(self, case: str) -> list[Measure]:
        return list(self.work(lambda work: work.measures.of_case(case)))


def elsewhere() -> Elsewhere:
    return Elsewhere("主管单位", date(2026, 3, 14))
