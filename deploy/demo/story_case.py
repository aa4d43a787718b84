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
    """Verify, write down what is to become of everyone, propose, and have it approved by somebody else."""
    path = f"/cases/{case['id']}"
    facts = {"facts": "值守登记簿提前填写,测温记录不实", "title": "值守登记造假问题"}
    _send(stack, "POST", f"{path}/verify", facts)
    today = datetime.now(SHANGHAI).date().isoformat()
    kind = next(kind for kind in TALKS if _allowed(stack, person, kind))
    for one in case["persons"]:
        measures = [{"kind": kind, "deciding_body": BODY, "decided_on": today}]
        own = {"responsibility": "direct", "outcome": {"measures": measures}, "defence_waived": WAIVED}
        body = own if one["cadre"] == person else no_action()
        _send(stack, "PUT", f"{path}/dispositions/{one['cadre']}", body)
    _send(stack, "POST", f"{path}/propose", {})
    approved = _send(stack, "POST", f"{path}/approve", {}, APPROVER)
    command = stack.curl("POST", "accountability", f"{path}/approve", APPROVER, "{}")
    (measure,) = stack.items("accountability", "/measures", COMMISSION, case=case["id"])
    return Decided(approved, measure, command)


def talk(stack: Stack, decided: Decided, folder: Path) -> tuple[str, dict[str, Any], Path]:
    """Announce it, hold it, hand over the decision; the record as a file. Also the command for it."""
    path = f"/measures/{decided.measure['id']}"
    schedule = {"at": datetime.now(SHANGHAI).isoformat(), "place": "县纪委监委谈话室"}
    _send(stack, "POST", f"{path}/talk/schedule", schedule)
    told = carry_out(stack, decided.measure, "talk", datetime.now(SHANGHAI).isoformat())
    carry_out(stack, decided.measure, "serve", datetime.now(SHANGHAI).isoformat())
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
