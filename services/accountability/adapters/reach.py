"""What a caller may see of cases and of what belongs to them, as conditions on their documents."""

from typing import Any, Protocol


class Reach(Protocol):
    """`reach` is the subtree that must hold all areas, `within` one that must hold some of them; `handler` sees what is
    restricted to him. None leaves each open."""

    @property
    def reach(self) -> str | None: ...

    @property
    def within(self) -> str | None: ...

    @property
    def handler(self) -> str | None: ...


def subtree(area: str) -> dict[str, str]:
    """An area and everything in it; ':' is the character after '9'."""
    return {"$gte": area, "$lt": area + ":"}


def reached(filters: Reach) -> list[dict[str, Any]]:
    """What of it the caller may know of, in the part that he asks for."""
    conditions: list[dict[str, Any]] = []
    if filters.reach is not None:
        conditions.append({"scope": subtree(filters.reach)})
    if filters.within is not None:
        # Both bounds must meet in one and the same area.
        conditions.append({"areas": {"$elemMatch": subtree(filters.within)}})
    if filters.handler is not None:
        conditions.append({"$or": [{"restricted": False}, {"handlers": filters.handler}]})
    return conditions
