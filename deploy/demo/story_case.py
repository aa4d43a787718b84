"""The story's case, from the commission's verification over the approval by a second person to the talk on record."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.cases import WAIVED, carry_out, no_action
from deploy.demo.stack import APPROVER, COMMISSION, Caller, Stack

SHANGHAI = ZoneInfo("Asia/Shanghai")
BODY = "county_discipline_commission"
# The first that the law does not refuse for the person; both are carried out by a talk.
TALKS = ("admonition_talk", "reminder_talk")


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that was approved, with the measure against the person the story follows."""

    case: dict[str, Any]
    measure: dict[str, Any]
    command: str


def decide(stack: Stack, case: dict[str, Any], person: str) -> Decided:
    """Verify, write down what is to become of everyone, propose, and have it approved by somebody else.

    From where the case stands: a story that broke off before has left one, which the new finding has joined.
    """
    path = f"/cases/{case['id']}"
    if case["status"] == "opened":
        facts = {"facts": "值守登记簿提前填写,测温记录不实", "title": "值守登记造假问题"}
        case = _send(stack, "POST", f"{path}/verify", facts)
    if case["status"] == "verifying":
        _dispose(stack, case, person)
        case = _send(stack, "POST", f"{path}/propose", {})
    if case["status"] == "proposed":
        case = _send(stack, "POST", f"{path}/approve", {}, APPROVER)
    command = stack.curl("POST", "accountability", f"{path}/approve", APPROVER, "{}")
    (measure,) = stack.items("accountability", "/measures", COMMISSION, case=case["id"], cadre=person)
    return Decided(case, measure, command)


def _dispose(stack: Stack, case: dict[str, Any], person: str) -> None:
    today = datetime.now(SHANGHAI).date().isoformat()
    kind = next(kind for kind in TALKS if _allowed(stack, person, kind))
    for cadre in case["without_disposition"]:
        measures = [{"kind": kind, "deciding_body": BODY, "decided_on": today}]
        own = {"responsibility": "direct", "outcome": {"measures": measures}, "defence_waived": WAIVED}
        body = own if cadre == person else no_action()
        _send(stack, "PUT", f"/cases/{case['id']}/dispositions/{cadre}", body)


def talk(stack: Stack, decided: Decided, folder: Path) -> tuple[str, dict[str, Any], Path]:
    """Announce it, hold it, hand over the decision; the record as a file. Also the command for it."""
    path = f"/measures/{decided.measure['id']}"
    if decided.measure["announced_at"] is None:
        schedule = {"at": datetime.now(SHANGHAI).isoformat(), "place": "县纪委监委谈话室"}
        _send(stack, "POST", f"{path}/talk/schedule", schedule)
    for part in ("talk", "serve"):
        if part in decided.measure["unfinished"]:
            carry_out(stack, decided.measure, part, datetime.now(SHANGHAI).isoformat())
    told = stack.get("accountability", f"{path}/talk", COMMISSION)
    file = folder / "talk.docx"
    file.write_bytes(stack.send("GET", "accountability", f"{path}/talk.docx", COMMISSION).content)
    command = stack.curl("GET", "accountability", f"{path}/talk.docx", COMMISSION)
    return f"{command} -o talk.docx", told, file


def close(stack: Stack, decided: Decided) -> dict[str, Any]:
    """Everything decided is done: what is found in the same place later opens a case of its own."""
    return _send(stack, "POST", f"/cases/{decided.case['id']}/close", {})


def _allowed(stack: Stack, person: str, kind: str) -> bool:
    body = {"cadre": person, "kind": kind, "deciding_body": BODY, "responsibility": "direct"}
    return bool(_send(stack, "POST", "/measures/check", body)["verdict"] != "refuse")


def _send(stack: Stack, method: str, path: str, body: Any, who: Caller = COMMISSION) -> dict[str, Any]:
    answer: dict[str, Any] = stack.send(method, "accountability", path, who, json=body).json()
    return answer
