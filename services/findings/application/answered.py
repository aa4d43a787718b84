"""A line of a sheet by which somebody moves a finding: what makes it the same line again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True)
class Answered:
    """`key` names the line by what it says; `role` made it. A colleague's same sheet holds the same lines."""

    key: str
    finding: str
    role: str

    @classmethod
    def of(cls, finding: str, move: str, body: Mapping[str, Any], by: Claims) -> Self:
        """The line with this content, of these people."""
        told = json.dumps([finding, move, body, by.role, by.area, by.team], sort_keys=True, default=str)
        return cls(hashlib.sha256(told.encode()).hexdigest(), finding, by.role)
