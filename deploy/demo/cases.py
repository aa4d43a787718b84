"""The five accountability cases of the demo county, taken through the api from opened to closed.

Each step looks at where the case is: a run that was broken off goes on there, and a second one changes nothing.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.stack import APPROVER, COMMISSION, Stack, StackError, cadre

FILE = Path(__file__).parent / "typical_cases.yaml"
WAIVED = {"reason": "本人书面表示放弃陈述申辩"}
NO_ACTION = "经核查,已履行包保和检查职责"
TALK = {
    "place": "县纪委监委谈话室",
    "talkers": ["钱某某", "孙某某"],
    "recorder": "郑某某",
    "points": "指出履行疫情防控职责中的问题,说明处理依据,要求立即整改并引以为戒。",
    "statement": "对问题没有异议,已经认识到错误,保证立即整改。",
    "signed": True,
}
SELF_CRITICISM = "本人对分管领域督促检查不到位,负有监督责任,今后定期到点检查,确保措施落实。"
TIMES = {"serve": "10:00:00", "talk": "15:00:00", "submission": "17:00:00"}
Case = dict[str, Any]


@dataclass
class Outcome:
    """What came of the cases; `moves` is how many steps this run took."""

    moves: int = 0
    cases: list[Case] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)

    def totals(self) -> dict[str, int]:
        """Counted from the answers of the service."""
        dispositions = [one for case in self.cases for one in case["dispositions"]]
        decided = [one for one in dispositions if "no_action" not in one["outcome"]]
        kinds = Counter(one["responsibility"] for one in decided)
        return {
            "closed": sum(case["status"] == "closed" for case in self.cases),
            "people": len(decided),
            "direct": kinds["direct"],
            "supervisory": kinds["supervisory"],
            "measures": len(self.measures),
            "elsewhere": sum("elsewhere" in one["outcome"] for one in decided),
        }

    def line(self) -> str:
        told = self.totals()
        return (
            f"{told['closed']} cases closed: {told['people']} people ({told['direct']} direct, "
            f"{told['supervisory']} supervisory), {told['measures']} measures, {told['elsewhere']} handled elsewhere"
        )


def typical_cases() -> list[dict[str, Any]]:
    """As the file has them."""
    return list(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def expected() -> dict[str, int]:
    """The totals of the file."""
    cases = typical_cases()
    people = [one for case in cases for one in case["dispositions"]]
    return {
        "closed": len(cases),
        "people": len(people),
        "direct": sum(one["responsibility"] == "direct" for one in people),
        "supervisory": sum(one["responsibility"] == "supervisory" for one in people),
        "measures": sum(len(one.get("measures", ())) for one in people),
        "elsewhere": sum("elsewhere" in one for one in people),
    }


def handle_all(stack: Stack, ids: dict[str, str]) -> Outcome:
    """Every case of the file; `ids` are those of the findings by source_ref.

    Raises:
        StackError: a finding has no case, or the totals are not those of the file.
    """
    outcome = Outcome()
    for plan in typical_cases():
        found = list(stack.items("accountability", "/cases", COMMISSION, finding=ids[plan["finding"]]))
        if not found:
            raise StackError(f"no case was opened on {plan['finding']}")
        # The oldest: a finding comes into another one only when that one is finished.
        case = _handled(stack, found[-1], plan, outcome)
        outcome.cases.append(case)
        outcome.measures += stack.items("accountability", "/measures", COMMISSION, case=case["id"])
    if outcome.totals() != expected():
        raise StackError(f"the cases came to {outcome.totals()}, the file says {expected()}")
    return outcome


def _handled(stack: Stack, case: Case, plan: dict[str, Any], outcome: Outcome) -> Case:
    while case["status"] not in ("closed", "dismissed"):
        case = _step(stack, case, plan, outcome)
        outcome.moves += 1
    return case


def _step(stack: Stack, case: Case, plan: dict[str, Any], outcome: Outcome) -> Case:
    """The next stage of a case."""
    path = f"/cases/{case['id']}"
    match case["status"]:
        case "opened":
            return _post(stack, f"{path}/verify", _facts(stack, case, plan))
        case "verifying":
            for person, body in _dispositions(case, plan).items():
                stack.send("PUT", "accountability", f"{path}/dispositions/{person}", COMMISSION, json=body)
            return _post(stack, f"{path}/propose", {})
        case "proposed":
            return _post(stack, f"{path}/approve", {}, APPROVER)
    for measure in stack.items("accountability", "/measures", COMMISSION, case=case["id"]):
        for part in measure["unfinished"]:
            carry_out(stack, measure, part, f"{measure['decided_on']}T{TIMES[part]}+08:00")
            outcome.moves += 1
    return _post(stack, f"{path}/close", {})


def carry_out(stack: Stack, measure: dict[str, Any], part: str, at: str) -> dict[str, Any]:
    """What is still to be done of a measure: its service, its talk, its self-criticism."""
    path = f"/measures/{measure['id']}"
    match part:
        case "serve":
            body = {"method": "in_person", "at": at, "receipt": "本人当面签收送达回证"}
            return _post(stack, f"{path}/serve", body)
        case "talk":
            return _post(stack, f"{path}/talk", {**TALK, "held_at": at})
    body = {"text": SELF_CRITICISM, "submitted_at": at}
    return _post(stack, f"{path}/submission", body, cadre(measure["cadre"]))


def _facts(stack: Stack, case: Case, plan: dict[str, Any]) -> dict[str, Any]:
    finding = stack.get("findings", f"/findings/{case['findings'][0]}", COMMISSION)
    conduct = {name: _text(day) for name, day in plan["conduct_period"].items()}
    area, place = finding["area_name"], finding["place"]["name"]
    return {
        "title": f"{place if place.startswith(area) else area + place}问题",
        "facts": finding["description"],
        "conduct": conduct,
    }


def _dispositions(case: Case, plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Those of the file, and no action for whoever else is in the chain by now."""
    told = {one["cadre"]: _disposition(one) for one in plan["dispositions"]}
    others = [person for person in case["without_disposition"] if person not in told]
    written = {person: no_action() for person in others}
    return told | written


def no_action() -> dict[str, Any]:
    """Somebody of the chain who did his duty."""
    return {"responsibility": "supervisory", "outcome": {"no_action": NO_ACTION}}


def _disposition(one: dict[str, Any]) -> dict[str, Any]:
    body = {"responsibility": one["responsibility"], "defence_waived": WAIVED}
    if "elsewhere" in one:
        return {**body, "outcome": {"elsewhere": {**one["elsewhere"], "due": _text(one["elsewhere"]["due"])}}}
    measures = [{**measure, "decided_on": _text(measure["decided_on"])} for measure in one["measures"]]
    return {**body, "outcome": {"measures": measures}}


def _text(day: dt.date | str) -> str:
    return day.isoformat() if isinstance(day, dt.date) else day


def _post(stack: Stack, path: str, body: Any, who: Any = COMMISSION) -> dict[str, Any]:
    answer: dict[str, Any] = stack.post("accountability", path, who, body)
    return answer
