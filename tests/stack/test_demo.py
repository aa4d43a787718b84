"""`make demo` and `make story` on a running stack, as a newcomer gives them."""

import os
import re
import subprocess

import pytest

from deploy.local.settings import ROOT
from tests.support.stack import Stack

pytestmark = pytest.mark.needs_stack


def said(stack: Stack, module: str) -> str:
    done = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "-m", "deploy.local", "exec", "--", "python", "-m", module],
        cwd=ROOT,
        env=stack.environ | {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def test_the_demo_counts_83_problems_and_a_second_run_changes_nothing(stack: Stack) -> None:
    first, second = said(stack, "deploy.demo.run"), said(stack, "deploy.demo.run")
    for output in (first, second):
        assert "43 findings, 83 problems counted, 41 of them a total without details" in output
        assert output.count("reconciliation: balanced") == 2
        assert (
            "5 cases closed: 11 people (6 direct, 5 supervisory), 15 measures, 1 handled elsewhere" in output
        )
        for title in ("台账", "通知与签收", "预警提醒", "问责事项", "处理措施"):
            assert title in output
    assert "findings: 0 accepted, 43 already there" in second
    assert "answers of townships, teams and approver: 0 moves" in second
    assert "notices signed: 0" in second
    assert "cases handled: 0 moves" in second
    assert "0 created, 0 updated" in second
    numbers = [re.findall(r"示督通〔\d{4}〕\d+号", output) for output in (first, second)]
    assert numbers[0] == numbers[1]
    assert len(set(numbers[0])) == 2
    for name, number in zip(("bulletin", "bulletin-cases"), numbers[0], strict=True):
        assert (stack.run_dir / f"{name}.md").read_text(encoding="utf-8").startswith(f"{number}\n\n# ")
        assert (stack.run_dir / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_the_story_follows_a_finding_to_its_trace(stack: Stack) -> None:
    output = said(stack, "deploy.demo.story")
    hops = re.findall(r"^\d+\. (\w+)", output, re.M)
    assert hops == [
        "number", "responsible", "warning", "notice", "mail", "signed", "case", "approval", "talk",
        "ledger", "bulletin", "figure", "trace",
    ]  # fmt: skip
    assert output.count("$ curl -s ") == len(hops)
    assert re.search(r"督〔\d{4}〕\d+号", output)
    assert (stack.run_dir / "story/talk.docx").read_bytes().startswith(b"PK")
