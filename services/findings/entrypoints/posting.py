"""Single postings: read from their requests, and what several that share a transaction will ask for."""

from collections.abc import Sequence
from typing import Any

from services.findings.application.commands import PostFinding
from shared.http import Request


def command(app: Any, request: Request) -> PostFinding:
    """What the request asks for."""
    return PostFinding.from_request(request.body, request.claims, app.areas.township_of)


def expect(app: Any, work: Any, requests: Sequence[Request]) -> None:
    """Have at hand what posting all of these needs, in as few round trips as for one."""
    app.do.expect_posts(work, [command(app, request) for request in requests])
