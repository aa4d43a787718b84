"""Which measures the law plainly refuses against whom, as far as a suggestion needs to know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusals:
    """By measure: it is refused against a person all of whose identities are among these."""

    only: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def refuses(self, measure: str, identity: Collection[str]) -> bool:
        """Whether the measure is plainly refused; a person without a known identity is left to people."""
        return bool(identity) and set(identity) <= self.only.get(measure, frozenset())
