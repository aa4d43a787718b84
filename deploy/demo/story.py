"""`make story`: follows one new finding through the system, hop by hop, with the command for each.

`python -m deploy.demo.story`. Posts a finding as a 督导组, then looks for what follows from it by the public
interface until it is there. Each hop prints the command to copy, a line of what came back, the file made and
how long it took. The answers are filed under .run/story/.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from deploy.demo import screens, story_case
from deploy.demo.load import load_registers
from deploy.demo.mailbox import mail_of
from deploy.demo.new_finding import TEAM, choose_village, compose
from deploy.demo.stack import COMMISSION, OFFICE, Caller, Stack, StackError, cadre, supervisor, wait_for
from deploy.demo.story_bulletin import draft_with, line_of, traced

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
        for text in (f"$ {command}", f"→ {line}", f"  {screens.shown(file)}"):
            self.say(text)

    def say(self, text: str) -> None:
        self.out.print(text, soft_wrap=True, markup=False, highlight=False)


def main() -> None:
    """Tell the story on the stack that DUZE_<SERVICE>_PORT and DUZE_JWT_KEY name."""
    try:
        stack = Stack.from_env()
        folder = stack.run_dir / "story"
        folder.mkdir(parents=True, exist_ok=True)
        load_registers(stack)  # without people nobody answers for anything; repeating it changes nothing
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
    case = _case(story, finding)
    _decided(story, case, person)
    _ledger(story, finding)
    _bulletin(story, finding)
    _trace(story, finding)
    story.out.print(f"\n{story.hops} hops in {time.monotonic() - story.started:.1f} s")


def _number(story: Story) -> dict[str, Any]:
    now = datetime.now(SHANGHAI)
    body = compose(choose_village(story.stack, now), now)
    since = time.monotonic()
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

    def ended() -> tuple[str, Path | None] | None:
        answer = story.stack.get("notifications", path, cadre(person))
        return mail_of(answer, story.stack.run_dir / "mail", finding["number"])

    line, file = wait_for("the mail", ended, MAIL_SECONDS)
    answer = story.stack.get("notifications", path, cadre(person))
    story.hop(
        "mail 邮件", story.stack.curl("GET", "notifications", path, cadre(person)), line, answer, since, file
    )


def _signed(story: Story, notice: dict[str, Any], person: str) -> None:
    since = time.monotonic()
    path = f"/notices/{notice['id']}/sign"
    answer = story.stack.post("notifications", path, cadre(person), {})
    command = story.stack.curl("POST", "notifications", path, cadre(person), "{}")
    story.hop("signed 签收", command, f"{answer['recipient']}: {answer['status']}", answer, since)


def _case(story: Story, finding: dict[str, Any]) -> dict[str, Any]:
    since = time.monotonic()
    command, case = _look(
        story, "the case", "accountability", "/cases", COMMISSION, _first, f"?finding={finding['id']}"
    )
    status = screens.vocabulary().label("case_status", case["status"])
    line = f"{status}, {len(case['findings'])} finding(s), because {_rules(case)}"
    story.hop("case 问责事项", command, line, case, since)
    return dict(case)


def _decided(story: Story, case: dict[str, Any], person: str) -> None:
    """Approved by somebody else than who proposed; carried out by a talk, of which there is a record to sign."""
    words = screens.vocabulary()
    since = time.monotonic()
    decided = story_case.decide(story.stack, case, person)
    approved, measure = decided.case, decided.measure
    kind = words.label("measure", measure["kind"])
    line = f"proposed by {approved['proposed_by']}, approved by {approved['approved_by']}: {person} {kind}"
    story.hop("approval 审批", decided.command, line, approved, since)
    since = time.monotonic()
    command, talk, file = story_case.talk(story.stack, decided, story.folder)
    status = words.label("case_status", story_case.close(story.stack, decided)["status"])
    line = f"{kind} {screens.local(talk['held_at'])} {talk['place']}, the case is {status}"
    story.hop("talk 谈话", command, line, talk, since, file)


def _ledger(story: Story, finding: dict[str, Any]) -> None:
    since = time.monotonic()
    command, row = _look(
        story,
        "the ledger's row",
        "reporting",
        "/ledger",
        OFFICE,
        lambda answer: next((row for row in answer["items"] if row["signed_at"]), None),
        f"?source_ref={finding['source_ref']}",
    )
    times = ", ".join(
        f"{name} {screens.local(row[f'{name}_at'])}" for name in ("assigned", "notified", "signed")
    )
    story.hop("ledger 台账", command, times, row, since)


def _bulletin(story: Story, finding: dict[str, Any]) -> None:
    """What a bulletin says of it, and that the figure which counts it leads back to it."""
    since = time.monotonic()
    command, draft = draft_with(story.stack, finding)
    line = line_of(story.stack, draft, finding)
    story.hop("bulletin 通报", command, line, draft, since)
    command, figure, since = traced(story.stack, draft, finding)
    line = f"{figure['figure']} = {figure['value']}, {finding['number']} among them"
    story.hop("figure 数据溯源", command, line, figure, since)


def _trace(story: Story, finding: dict[str, Any]) -> None:
    """The whole line again, as reporting has it: what happened and how long after the posting."""
    since = time.monotonic()
    command, chain = _look(
        story,
        "the trace",
        "reporting",
        f"/chain/{finding['id']}",
        COMMISSION,
        lambda answer: answer if _is_whole(answer) else None,
    )
    hops = chain["items"]
    story.hop("trace 全程", command, f"{len(hops)} steps, milliseconds after the posting:", chain, since)
    begun = datetime.fromisoformat(hops[0]["at"])
    for hop in hops:
        after = (datetime.fromisoformat(hop["at"]) - begun).total_seconds() * 1000
        story.say(f"  {after:7.0f}  {hop['service']:<14} {hop['summary']}")


def _is_whole(chain: dict[str, Any]) -> bool:
    """Signed, and in a case: one of its own, or one that was open already (case_advanced)."""
    steps = {hop["step"] for hop in chain["items"]}
    return "notice_signed" in steps and bool(steps & {"case_opened", "case_advanced"})


def _first(answer: Any) -> Any:
    return answer["items"][0] if answer["items"] else None


def _of_type(answer: Any, event_type: str) -> Any:
    return next((item for item in answer["items"] if item["event_type"] == event_type), None)


def _rules(document: dict[str, Any]) -> str:
    return ", ".join(f"{one['rule']} v{one['version']}" for one in document["because"])


if __name__ == "__main__":
    typer.run(main)
