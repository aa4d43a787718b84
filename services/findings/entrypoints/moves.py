"""What the routes of all moves on a finding have in common; by name they are also made line by line (move_lines.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from services.findings.entrypoints import answer_schemas
from shared.http import Request, http

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class MoveRoute:
    """Who may call a move, what it takes, and what makes it."""

    roles: frozenset[str]
    body: type[Schema] | None
    handler: Handler


MOVES: dict[str, MoveRoute] = {}
"""Every move that has a route, by its name."""


def move(name: str, roles: set[str], body: type[Schema] | None = None) -> Callable[[Handler], Handler]:
    """The route of a move on a finding: who may call it, and what it takes."""
    route = http(
        "POST",
        f"/findings/{{id}}/{name}",
        roles=roles,
        body=body,
        answers={200: answer_schemas.FindingAnswer},
    )

    def register(handler: Handler) -> Handler:
        MOVES[name] = MoveRoute(frozenset(roles), body, handler)
        return route(handler)

    return register


def fields_of_moves() -> dict[str, frozenset[str]]:
    """By move, the fields it takes."""
    return {name: frozenset(route.body().fields if route.body else ()) for name, route in MOVES.items()}


def told(request: Request) -> dict[str, Any]:
    """What every move is told: which finding, by whom, what they have seen of it; and its own fields."""
    return {
        "finding": request.path["id"],
        "by": request.claims,
        "require_version": request.require_version,
        **request.body,
    }
