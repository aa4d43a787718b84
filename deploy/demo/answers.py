"""What townships, teams and approvers of the demo county answer to some of the findings.

Each finding named here has a course it takes. Before each step the finding's status is looked at, so that a
second run finds every course at its end and changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.stack import APPROVER, Caller, Stack, supervisor, unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One move on a finding, and by whom."""

    move: str
    who: Caller
    body: dict[str, Any]


Course = Callable[[Finding], Step | None]


def _accept(finding: Finding) -> Step:
    return Step("accept", unit(finding["units"][0]), {})


def _report(finding: Finding, measures: str) -> Step:
    found = dt.datetime.fromisoformat(finding["found_at"]).astimezone(SHANGHAI).date()
    done = min(found + dt.timedelta(days=1), dt.datetime.now(SHANGHAI).date())
    body = {"measures": measures, "completed_on": done.isoformat(), "attachments": []}
    return Step("report", unit(finding["units"][0]), body)


def _verify(finding: Finding, result: str, note: str) -> Step:
    return Step("verify", supervisor(finding["team"]), {"result": result, "note": note})


def done(finding: Finding) -> Step | None:
    """Accepted, mended, verified by the team."""
    match finding["status"]:
        case "issued":
            return _accept(finding)
        case "rectifying":
            return _report(finding, "已按要求整改到位,并在辖区内举一反三排查同类问题")
        case "reported":
            return _verify(finding, "pass", "现场复核,整改到位")
    return None


def returned_then_done(finding: Finding) -> Step | None:
    """The first report is not enough; the second one is."""
    first = finding["returned_count"] == 0
    match finding["status"]:
        case "issued":
            return _accept(finding)
        case "rectifying":
            text = "已安排专人负责,正在布置" if first else "独立区域已设置,人员和物资到位,已投入使用"
            return _report(finding, text)
        case "reported" if first:
            return _verify(finding, "fail", "现场仍未设置到位,退回继续整改")
        case "reported":
            return _verify(finding, "pass", "现场复核,整改到位")
    return None


def reported(finding: Finding) -> Step | None:
    """Reported as mended, not verified yet."""
    match finding["status"]:
        case "issued":
            return _accept(finding)
        case "rectifying":
            return _report(finding, "已补齐记录,明确专人每日填写")
    return None


def accepted(finding: Finding) -> Step | None:
    """Accepted, work goes on."""
    return _accept(finding) if finding["status"] == "issued" else None


def blocked(finding: Finding) -> Step | None:
    """Cannot be mended for the time being."""
    match finding["status"]:
        case "issued":
            return _accept(finding)
        case "rectifying":
            review = dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=14)
            body = {
                "reason": "没有物资设备,暂时无法整改",
                "needs": "请县里协调调拨设备",
                "review_on": review.isoformat(),
            }
            return Step("block", unit(finding["units"][0]), body)
    return None


def _dispute(finding: Finding, grounds: str) -> Step:
    return Step("dispute", unit(finding["units"][0]), {"grounds": grounds})


def disputed(finding: Finding) -> Step | None:
    """The unit denies it; not decided yet."""
    if finding["status"] == "issued":
        return _dispute(finding, "登记项目按上级统一表样填写,不存在不规范的情况")
    return None


def disputed_upheld(finding: Finding) -> Step | None:
    """The unit denies it, the approver upholds it, the unit accepts and the work goes on."""
    match finding["status"]:
        case "issued" if finding["dispute"]:  # there was one, so it has been decided
            return _accept(finding)
        case "issued":
            return _dispute(finding, "消毒记录由总店统一保管,检查时未能当场出示")
        case "disputed":
            return Step("decide", APPROVER, {"result": "upheld", "note": "记录应当在现场备查,维持原问题"})
    return None


COURSES: dict[str, Course] = {
    "A-01": done,
    "B-06": done,
    "C-01": done,
    "C-02": done,
    "D-03": done,
    "A-08": returned_then_done,
    "A-06": reported,
    "C-05": accepted,
    "D-01": accepted,
    "D-05": blocked,
    "A-09": blocked,
    "A-14": disputed,
    "A-16": disputed_upheld,
}
MOST_STEPS = 8


def answer_all(stack: Stack, ids: dict[str, str]) -> int:
    """Take every course to its end; `ids`: source_ref to id. Gives back the number of moves made."""
    return sum(_run(stack, ids[ref], course) for ref, course in COURSES.items())


def _run(stack: Stack, finding_id: str, course: Course) -> int:
    moves = 0
    while moves < MOST_STEPS:
        finding = stack.get("findings", f"/findings/{finding_id}", APPROVER)
        step = course(finding)
        if step is None:
            break
        stack.post("findings", f"/findings/{finding_id}/{step.move}", step.who, step.body)
        moves += 1
    return moves
