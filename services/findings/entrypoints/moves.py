"""What the routes of all moves on a finding have in common."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from services.findings.entrypoints import answer_schemas
from shared.http import Request, http

_Handler = Callable[..., Any]


def move(name: str, roles: set[str], body: type[Schema] | None = None) -> Callable[[_Handler], _Handler]:
    """The route of a move on a finding: who may call it, and what it takes."""
    return http(
        "POST",
        f"/findings/{{id}}/{name}",
        roles=roles,
        body=body,
        answers={200: answer_schemas.FindingAnswer},
    )


def told(request: Request) -> dict[str, Any]:
    """What every move is told: which finding, by whom, what they have seen of it; and its own fields."""
    return {
        "finding": request.path["id"],
        "by": request.claims,
        "require_version": request.require_version,
        **request.body,
    }
