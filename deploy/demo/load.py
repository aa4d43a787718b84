"""Loads the demo county into a running system: cadres with their duties, contacts, the 43 findings.

Every call may be repeated: registers are upserts, a finding is known by team and source_ref.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from deploy.demo.stack import OFFICE, Stack, StackError, supervisor

FOLDER = Path(__file__).parent


def demo_findings() -> list[dict[str, Any]]:
    lines = (FOLDER / "findings.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def load_registers(stack: Stack) -> dict[str, dict[str, Any]]:
    """Cadres and contacts; gives back what each import answered."""
    return {
        "cadres": _import(stack, "accountability", "/cadres/import", "cadres.csv"),
        "contacts": _import(stack, "notifications", "/contacts/import", "contacts.csv"),
    }


def _import(stack: Stack, service: str, path: str, file: str) -> dict[str, Any]:
    body = (FOLDER / file).read_bytes()
    answer: dict[str, Any] = stack.send(
        "POST", service, path, OFFICE, body=body, content_type="text/csv"
    ).json()
    if answer.get("rejected"):
        raise StackError(f"{file}: {answer['rejected']} rows refused: {_refused(answer)}")
    return answer


def load_findings(stack: Stack) -> tuple[dict[str, str], dict[str, int]]:
    """Post them, a batch for each team. Gives back source_ref -> id, and how many were new or known."""
    teams: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in demo_findings():
        teams[finding["team"]].append(finding)
    ids: dict[str, str] = {}
    totals = {"accepted": 0, "replayed": 0}
    for team, findings in teams.items():
        lines = "\n".join(json.dumps(finding, ensure_ascii=False) for finding in findings)
        answer = stack.send(
            "POST",
            "findings",
            "/findings/batch",
            supervisor(team),
            body=lines.encode(),
            content_type="application/x-ndjson",
        ).json()
        if answer["rejected"]:
            raise StackError(f"team {team}: {answer['rejected']} lines refused: {_refused(answer)}")
        for total in totals:
            totals[total] += answer[total]
        ids |= {findings[result["line"] - 1]["source_ref"]: result["id"] for result in answer["results"]}
    return ids, totals


def _refused(answer: dict[str, Any]) -> str:
    results = answer.get("results", [])
    wrong = [result for result in results if result.get("errors") or result.get("status", 0) >= 400]
    return json.dumps(wrong[:5], ensure_ascii=False)
