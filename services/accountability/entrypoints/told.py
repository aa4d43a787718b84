"""What every command about one document takes from its request."""

from typing import Any

from shared.http import Request


def told(request: Request) -> dict[str, Any]:
    """Which one, by whom, and whether he knows it as it is."""
    return {"id": request.path["id"], "by": request.claims, "seen": request.require_version}
