"""Who is calling: the claims a bearer token carries (contract section 2, roles)."""

from dataclasses import dataclass

ROLES = frozenset({"supervisor", "unit", "cadre", "commission", "approver", "office", "auditor", "admin"})


@dataclass(frozen=True, slots=True)
class Claims:
    """The verified claims of one caller.

    `area` is a prefix of the division code (6, 9 or 12 digits): the caller sees and touches that subtree
    only.
    """

    sub: str
    role: str
    area: str
    team: str | None = None
    cadre: str | None = None

    def covers(self, area: str) -> bool:
        """Whether `area` lies in the subtree this caller may see."""
        return area.startswith(self.area)
