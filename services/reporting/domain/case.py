"""A case 问责事项 as the ledger knows it: which findings it is about, and what it tells them."""

from dataclasses import dataclass

from services.reporting.domain.fact import News, Told, findings_of, told_of_case


@dataclass(slots=True)
class KnownCase:
    """By its newest event. `told` is None of one that nobody has spoken of yet."""

    id: str
    sequence: int = 0
    told: Told | None = None
    findings: tuple[str, ...] = ()

    def take(self, news: News) -> set[str]:
        """Whatever the event says, unless something newer is known; the findings for which that changes something."""
        if news.sequence <= self.sequence:
            return set()
        concerned = self.concerned_by(news)
        self.sequence, self.told = news.sequence, told_of_case(news)
        self.findings = tuple(findings_of(news.data))
        return concerned

    def concerned_by(self, news: News) -> set[str]:
        """The findings that the event says something new to: all of them only when the case tells something else."""
        named = set(findings_of(news.data))
        if self.told != told_of_case(news):
            return named | set(self.findings)
        return named ^ set(self.findings)
