"""The last hops of the story: the finding's line in a bulletin, and the trace of the figure that counts it."""

import time
from typing import Any

from deploy.demo.stack import OFFICE, Stack, StackError


def draft_with(stack: Stack, finding: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The command, and the draft of a problems bulletin of the finding's place and day."""
    day = finding["found_at"][:10]
    wanted = {"kind": "problems", "area": finding["area"], "from": day, "to": day}
    bulletin = stack.post("reporting", "/bulletins", OFFICE, wanted)
    return stack.curl("GET", "reporting", f"/bulletins/{bulletin['id']}.md", OFFICE), bulletin


def line_of(stack: Stack, bulletin: dict[str, Any], finding: dict[str, Any]) -> str:
    """What the bulletin says of the finding.

    Raises:
        StackError: it says nothing of it.
    """
    text = stack.send("GET", "reporting", f"/bulletins/{bulletin['id']}.md", OFFICE).content.decode()
    found = next((line for line in text.splitlines() if finding["number"] in line), None)
    if found is None:
        raise StackError(f"the bulletin {bulletin['id']} does not tell of {finding['number']}")
    return found


def traced(
    stack: Stack, bulletin: dict[str, Any], finding: dict[str, Any]
) -> tuple[str, dict[str, Any], float]:
    """The command, what is behind the figure of the finding's category, and when it was asked.

    Raises:
        StackError: the finding is not behind it.
    """
    since = time.monotonic()
    path = f"/bulletins/{bulletin['id']}/trace?figure=category.{finding['category']}.findings"
    answer: dict[str, Any] = stack.get("reporting", path, OFFICE)
    if finding["id"] not in answer["ids"]:
        raise StackError(f"{finding['number']} is not behind {answer['figure']}")
    return stack.curl("GET", "reporting", path, OFFICE), answer, since
