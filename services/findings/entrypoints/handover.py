"""A handover may be of thousands of findings: batches, one transaction each."""

from functools import partial
from typing import Any

from services.findings.application.commands import HandOver
from shared.http import Request


def hand_over(app: Any, request: Request) -> dict[str, Any]:
    """Pass all of them on. One that broke off is repeated: what was passed on is not the team's any more."""
    command = HandOver(request.path["code"], by=request.claims, **request.body)
    passed, part = 0, 0
    after: str | None = ""
    while after is not None:
        done = request.transact(partial(app.do.hand_over, command=command, after=after), part)
        passed, part, after = passed + done["passed"], part + 1, done["last"]
    return {"code": command.code, "to": command.to, "passed": passed}
