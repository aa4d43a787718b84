"""The bulletins of the demo: its days' problems and its typical cases, each from its draft to its number.

One person drafts and publishes, another approves. A second run finds them and makes none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.demo.cases import typical_cases
from deploy.demo.load import demo_findings
from deploy.demo.stack import APPROVER, COMMISSION, COUNTY, OFFICE, Caller, Stack, StackError, wait_for

TITLE = "关于疫情防控督导检查发现问题的通报"
ENDINGS = ("md", "html", "docx", "pdf")
PATIENCE = 180.0
"""Seconds until the program that sets files in type has warmed up, on a machine that is busy."""
Bulletin = dict[str, Any]


def publish_all(stack: Stack) -> list[Bulletin]:
    """Both, as they are published."""
    return [_published(stack, who, wanted) for who, wanted in _wanted()]


def save(stack: Stack, bulletins: list[Bulletin]) -> dict[str, Path]:
    """Their files in the run directory, by what they are."""
    stack.run_dir.mkdir(parents=True, exist_ok=True)
    files = {}
    for bulletin in bulletins:
        name = "bulletin" if bulletin["kind"] == "problems" else f"bulletin-{bulletin['kind']}"
        for ending in ENDINGS:
            answer = stack.send("GET", "reporting", f"/bulletins/{bulletin['id']}.{ending}", OFFICE)
            file = stack.run_dir / f"{name}.{ending}"
            file.write_bytes(answer.content)
            files[f"{name} .{ending}"] = file
    return files


def _wanted() -> Iterator[tuple[Caller, Bulletin]]:
    found = sorted(finding["found_at"][:10] for finding in demo_findings())
    yield OFFICE, {"kind": "problems", "area": COUNTY, "from": found[0], "to": found[-1], "title": TITLE}
    people = [one for case in typical_cases() for one in case["dispositions"]]
    decided = sorted(str(each["decided_on"]) for one in people for each in one.get("measures", ()))
    yield COMMISSION, {"kind": "cases", "area": COUNTY, "from": decided[0], "to": decided[-1]}


def _published(stack: Stack, who: Caller, wanted: Bulletin) -> Bulletin:
    """The one of an earlier run, however far it came, else a new one."""
    known = [
        one
        for one in stack.items("reporting", "/bulletins", who, kind=wanted["kind"])
        if one["corrects"] is None and all(one.get(name) == value for name, value in wanted.items())
    ]
    # The oldest: whoever tries the same days later makes another one.
    bulletin = known[-1] if known else stack.post("reporting", "/bulletins", who, wanted)
    path = f"/bulletins/{bulletin['id']}"
    if bulletin["status"] == "draft":
        # What it tells may be of an earlier day.
        stack.post("reporting", f"{path}/refresh", who, {})
        bulletin = stack.post("reporting", f"{path}/approve", APPROVER, {})
    if bulletin["status"] == "approved":
        bulletin = wait_for("the bulletin to be set in type", lambda: _publish(stack, path, who), PATIENCE)
    return bulletin


def _publish(stack: Stack, path: str, who: Caller) -> Bulletin | None:
    """None while its files cannot be made yet: nothing has happened then."""
    try:
        published: Bulletin = stack.post("reporting", f"{path}/publish", who, {})
    except StackError as error:
        if "rendering_failed" in str(error):
            return None
        raise
    return published
