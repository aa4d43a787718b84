"""Golden samples: one event of each type this service publishes, made by the service itself.

After a meant change of a contract: `python -m tests.contract.findings.samples` writes them anew.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.local.settings import ROOT
from services.findings.adapters.county import load_clocks
from services.findings.adapters.county_revisits import load_revisits
from services.findings.adapters.mongo import FindingRepository
from services.findings.domain import impediments, oversight, posting, rectification, requests
from services.findings.domain.deadlines import Due
from services.findings.domain.desks import Desks
from services.findings.domain.facts import Facts, Place
from services.findings.domain.finding import Finding
from services.findings.domain.moves import Actor
from services.findings.domain.numbering import Number
from services.findings.domain.parts import Stamp
from shared.contracts.areas import Areas
from shared.contracts.envelope import Event, decode
from shared.contracts.vocabulary import Vocabulary
from shared.persistence.memory import MemoryDatabase
from tests.contract.golden import fixed, write

POSTED_AT = datetime(2026, 2, 11, 6, tzinfo=UTC)
DAY = date(2026, 2, 11)
DESKS = Desks(
    load_clocks(ROOT / "deploy/county"),
    load_revisits(ROOT / "deploy/county", Vocabulary.load(ROOT / "deploy/demo/vocabulary.yaml")),
)
Step = tuple[str, Callable[[Finding, Stamp], None]]

STORIES: list[list[Step]] = [
    [
        ("unit", lambda f, by: f.accept(by)),
        ("unit", lambda f, by: rectification.plan(f, by, measures="两班值守", person="李某某", due=DAY)),
        ("unit", lambda f, by: impediments.block(f, by, reason="缺设备", needs="测温枪", review_on=DAY)),
        ("office", lambda f, by: impediments.decide_block(f, by, result="granted", note="同意")),
        ("unit", lambda f, by: impediments.resume(f, by, note="设备已到")),
        ("unit", lambda f, by: f.report(by, measures="已安排值守", completed_on=DAY)),
        ("supervisor", lambda f, by: f.verify(by, result="fail", note="夜间无人")),
        ("unit", lambda f, by: f.report(by, measures="夜间也有人值守", completed_on=DAY)),
        ("supervisor", lambda f, by: f.verify(by, result="pass", note=None)),
        ("supervisor", lambda f, by: oversight.revisit(f, by, recurrence=None, note="现场复查")),
    ],
    [
        ("unit", lambda f, by: requests.extend(f, by, until=date(2026, 2, 20), reason="等设备到货")),
        ("approver", lambda f, by: requests.decide_extension(f, by, result="granted", note="同意")),
        ("supervisor", lambda f, by: requests.refer(f, by, reason="多次提醒未改")),
        ("approver", lambda f, by: requests.decide_referral(f, by, result="granted", reason="属实")),
        (
            "office",
            lambda f, by: oversight.transfer(
                f,
                by,
                area="990100002001",
                unit="990100002",
                due=_due(20),
                reason="属另一街道",
            ),
        ),
    ],
    [
        ("unit", lambda f, by: impediments.dispute(f, by, grounds="不属于本单位")),
        ("approver", lambda f, by: impediments.decide(f, by, result="upheld", note="属地管理")),
    ],
    [
        (
            "supervisor",
            lambda f, by: posting.amend(f, by, description="东门没有人值守", suggestion=None, place=None),
        ),
        ("supervisor", lambda f, by: posting.withdraw(f, by, reason="重复")),
    ],
]


def events() -> dict[str, Event]:
    """By type, the first one of each."""
    areas = Areas.load(str(ROOT / "deploy/demo/areas.csv"))
    database = MemoryDatabase()
    for number, steps in enumerate(STORIES, 1):
        finding = _posted(number)
        _keep(database, areas, finding)
        for hours, (role, make) in enumerate(steps, 1):
            make(finding, _stamp(role, hours))
            # Saved after each move: an event tells the state at its own time.
            _keep(database, areas, finding)
    found: dict[str, Event] = {}
    for row in database.collections["outbox"].values():
        one = decode(row["body"])
        found.setdefault(one.type, fixed(one))
    return found


def _stamp(role: str, hours: int) -> Stamp:
    return Stamp(Actor(f"{role}-1", role), POSTED_AT + timedelta(hours=hours))


def _due(day: int) -> Due:
    return Due(at=POSTED_AT + timedelta(days=day - 10), day=date(2026, 2, day))


def _posted(number: int) -> Finding:
    facts = Facts(
        team="T05", method="inspection", found_at=POSTED_AT, area="990100001001",
        place=Place("东门", "checkpoint"), category="access_control", severity="moderate",
        description="东门无人值守", suggestion="立即安排专人值守", units=("990100001",),
        source_ref=f"B-{number}", group="B9",
    )  # fmt: skip
    return Finding.post(
        id=f"finding-{number}", number=Number("990100", 2026, number, f"督〔2026〕{number}号"), facts=facts,
        due=_due(15),
        made=_stamp("supervisor", 0), content_hash="h",
    )  # fmt: skip


def _keep(database: MemoryDatabase, areas: Areas, finding: Finding) -> None:
    def work(transaction: Any) -> None:
        repository = FindingRepository(transaction, areas, DESKS)
        known = repository.get(finding.id) is not None
        (repository.save if known else repository.add)(finding)

    database.transact(work)


if __name__ == "__main__":
    write(events())
