"""Repositories of what carries measures out, and of what is said against them."""

from services.accountability.adapters.repositories import Repository
from services.accountability.domain.appeal import Appeal
from services.accountability.domain.talk import Talk


class Talks(Repository[Talk]):
    """At most one for each measure."""

    def of_measure(self, measure: str) -> Talk | None:
        return next(iter(self.find({"measure": measure}, limit=1)), None)


class Appeals(Repository[Appeal]):
    """At most one for each measure."""

    def of_measure(self, measure: str) -> Appeal | None:
        return next(iter(self.find({"measure": measure}, limit=1)), None)
