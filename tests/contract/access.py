"""The table of access, as it is written down in `access.yaml`."""

from pathlib import Path

import yaml

TABLE = Path(__file__).with_name("access.yaml")
Route = tuple[str, str]


def expected(service: str) -> dict[Route, frozenset[str]]:
    """By (method, path) of a service's api, the roles that may call it; none at all where no token is needed."""
    document = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    groups = {name: frozenset(roles) for name, roles in document["groups"].items()}
    found = {}
    for written in (document["services"]["every service"], document["services"][service]):
        for route, who in written.items():
            method, path = route.split(" ")
            named = frozenset(part.strip() for part in who.split(","))
            found[method, path] = frozenset() if who == "open" else groups.get(who, named)
    return found
