"""`make story`: follows one new finding through the system, hop by hop, with the command for each.

`python -m deploy.demo.story`. Posts a finding as a 督导组, then looks for what follows from it by the public
interface until it is there. Each hop prints the command to copy, a line of what came back, the file made and
how long it took. The answers are filed under .run/story/.
"""

import email
import email.policy
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from deploy.demo import screens
from deploy.demo.stack import COMMISSION, Caller, Stack, StackError, cadre, supervisor, wait_for

TEAM = "T-UNANNOUNCED"
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOP_SECONDS = 30.0
MAIL_SECONDS = 15.0


@dataclass
class Story:
    """The finding that is followed and what is known of it so far."""

    stack: Stack
    out: Any
    folder: Path
    started: float = field(default_factory=time.monotonic)
    hops: int = 0

    def hop(
        self, title: str, command: str, line: str, answer: Any, since: float, file: Path | None = None
    ) -> None:
        """Print one hop and file its answer."""
        self.hops += 1
        if file is None:
            file = self.folder / f"{self.hops}-{title.split()[0]}.json"
            file.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        took = (time.monotonic() - since) * 1000
        self.out.print(f"\n[bold]{self.hops}. {title}[/bold]  ({took:.0f} ms)")
        for text in (f"$ {command}", f"→ {line}", f"  {file}"):
            self.out.print(text, soft_wrap=True, markup=False, highlight=False)


def new_finding(now: datetime) -> dict[str, Any]:
    """Serious, so that the person is warned; falsified records, so that a case is opened."""
    return {
        "source_ref": f"STORY-{now:%Y%m%d-%H%M%S-%f}",
        "team": TEAM,
        "method": "unannounced",
        "found_at": now.isoformat(timespec="seconds"),
        "area": "990100202201",
        "place": {"name": "石桥村村部", "kind": "village"},
        "category": "falsification",
        "severity": "serious",
        "description": "值守登记簿提前填好了次日的测温记录",
        "suggestion": "如实登记,专人核对",
        "immediate": True,
    }


def main() -> None:
    """Tell the story on the stack that DUZE_<SERVICE>_PORT and DUZE_JWT_KEY name."""
    try:
        stack = Stack.from_env()
        folder = stack.run_dir / "story"
        folder.mkdir(parents=True, exist_ok=True)
        _tell(Story(stack, screens.console(), folder))
    except StackError as error:
        print(f"story: {error}", file=sys.stderr)
        raise typer.Exit(1) from error


def _tell(story: Story) -> None:
    finding = _number(story)
    person = _responsible(story, finding)
    _warning(story, finding)
    notice = _notice(story, finding, person)
    _mail(story, finding, notice, person)
    _signed(story, notice, person)
    _case(story, finding)
    _trace(story, finding)
    story.out.print(f"\n{story.hops} hops in {time.monotonic() - story.started:.1f} s")


def _number(story: Story) -> dict[str, Any]:
    since = time.monotonic()
    body = new_finding(datetime.now(SHANGHAI))
    who = supervisor(TEAM)
    finding: dict[str, Any] = story.stack.post("findings", "/findings", who, body)
    command = story.stack.curl("POST", "findings", "/findings", who, json.dumps(body, ensure_ascii=False))
    status = screens.vocabulary().label("finding_status", finding["status"])
    line = f"{finding['number']} {status}, due {finding['deadline']}, id {finding['id']}"
    story.hop("number 问题编号", command, line, finding, since)
    return finding


def _look(
    story: Story, what: str, service: str, path: str, who: Caller, pick: Callable[[Any], Any], query: str = ""
) -> tuple[str, Any]:
    """Ask the same address until `pick` finds what is looked for in the answer."""
    address = path + query
    found = wait_for(what, lambda: pick(story.stack.get(service, address, who)), HOP_SECONDS, pause=0.1)
    return story.stack.curl("GET", service, address, who), found


def _responsible(story: Story, finding: dict[str, Any]) -> str:
    since = time.monotonic()
    command, found = _look(
        story,
        "the responsible people",
        "findings",
        f"/findings/{finding['id']}",
        supervisor(TEAM),
        lambda answer: answer if answer["responsible"] else None,
    )
    words = screens.vocabulary()
    people = [f"{one['cadre']} {words.label('duty_role', one['role'])}" for one in found["responsible"]]
    story.hop("responsible 责任人", command, ", ".join(people), found, since)
    direct = [one["cadre"] for one in found["responsible"] if one["role"] == "direct"]
    return str((direct or [found["responsible"][0]["cadre"]])[0])


def _warning(story: Story, finding: dict[str, Any]) -> None:
    since = time.monotonic()
    command, warning = _look(
        story, "the warning", "accountability", "/warnings", COMMISSION, _first, f"?finding={finding['id']}"
    )
    line = f"{warning['cadre']} warned because {_rules(warning)}"
    story.hop("warning 预警提醒", command, line, warning, since)


def _notice(story: Story, finding: dict[str, Any], person: str) -> dict[str, Any]:
    since = time.monotonic()
    who = cadre(person)
    command, notice = _look(
        story,
        "the notice",
        "notifications",
        "/notices",
        who,
        lambda answer: _of_type(answer, "responsibility.assigned.v1"),
        f"?recipient={person}&finding={finding['id']}",
    )
    story.hop("notice 通知", command, f"{notice['recipient']}: {notice['subject']}", notice, since)
    return dict(notice)


def _mail(story: Story, finding: dict[str, Any], notice: dict[str, Any], person: str) -> None:
    """The notice as it left the house: the file the local mail sink made."""
    since = time.monotonic()
    path = f"/notices/{notice['id']}"
    mails = story.stack.run_dir / "mail"

    def sent() -> tuple[Any, Path | None] | None:
        answer = story.stack.get("notifications", path, cadre(person))
        states = [one["status"] for one in answer["deliveries"] if one["channel"] == "email"]
        if "sent" not in states:
            return None
        file = _mail_about(mails, person, finding["number"])
        return (answer, file) if file or not mails.is_dir() else None

    answer, file = wait_for("the mail", sent, MAIL_SECONDS)
    deliveries = ", ".join(f"{one['channel']} {one['status']}" for one in answer["deliveries"])
    command = story.stack.curl("GET", "notifications", path, cadre(person))
    story.hop("mail", command, deliveries, answer, since, file)


def _mail_about(folder: Path, person: str, number: str) -> Path | None:
    newest = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:50]
    for file in newest:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if isinstance(message, EmailMessage) and person.lower() in str(message["to"]).lower():
            body = message.get_body(("plain", "html"))
            if number in str(message["subject"]) or (body is not None and number in body.get_content()):
                return file
    return None


def _signed(story: Story, notice: dict[str, Any], person: str) -> None:
    since = time.monotonic()
    path = f"/notices/{notice['id']}/sign"
    answer = story.stack.post("notifications", path, cadre(person), {})
    command = story.stack.curl("POST", "notifications", path, cadre(person), "{}")
    story.hop("signed 签收", command, f"{answer['recipient']}: {answer['status']}", answer, since)


def _case(story: Story, finding: dict[str, Any]) -> None:
    since = time.monotonic()
    command, case = _look(
        story, "the case", "accountability", "/cases", COMMISSION, _first, f"?finding={finding['id']}"
    )
    status = screens.vocabulary().label("case_status", case["status"])
    line = f"{status}, {len(case['findings'])} finding(s), because {_rules(case)}"
    story.hop("case 问责事项", command, line, case, since)


def _trace(story: Story, finding: dict[str, Any]) -> None:
    """The whole line again, as reporting has it."""
    since = time.monotonic()
    command, chain = _look(
        story,
        "the trace",
        "reporting",
        f"/chain/{finding['id']}",
        COMMISSION,
        lambda answer: answer if "signed" in json.dumps(answer) and "case" in json.dumps(answer) else None,
    )
    size = len(chain.get("hops") or chain.get("items") or [])
    story.hop("trace 全程", command, f"{size} hops, from the posting to the case", chain, since)


def _first(answer: Any) -> Any:
    return answer["items"][0] if answer["items"] else None


def _of_type(answer: Any, event_type: str) -> Any:
    return next((item for item in answer["items"] if item["event_type"] == event_type), None)


def _rules(document: dict[str, Any]) -> str:
    return ", ".join(f"{one['rule']} v{one['version']}" for one in document["because"])


if __name__ == "__main__":
    typer.run(main)
