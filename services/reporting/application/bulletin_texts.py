"""What a bulletin says: its paragraphs and its document, with the county's labels instead of codes."""

from collections.abc import Sequence
from typing import Any

from services.reporting.application.bulletin_sections import Sections, chinese_day, paragraphs
from services.reporting.application.bulletin_tables import Tables
from services.reporting.application.ports import BulletinWriter
from services.reporting.domain.bulletin import CASES, PUBLISHED, Bulletin
from services.reporting.domain.calendar import SHANGHAI, day_of
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary

Document = dict[str, Any]


class BulletinTexts:
    """Makes them of a bulletin. Every number is one of its figures."""

    def __init__(self, writer: BulletinWriter, vocabulary: Vocabulary, areas: Areas) -> None:
        self._writer = writer
        self._vocabulary = vocabulary
        self._areas = areas
        self._sections = Sections(vocabulary, areas)
        self._tables = Tables(vocabulary, areas)

    def title(self, bulletin: Bulletin) -> str:
        """The template's own."""
        return self._writer.text(bulletin.kind, "title", self._said(bulletin))

    def lead(self, bulletin: Bulletin) -> str:
        """The office's own first paragraph, else the template's: coverage, counts, disposition."""
        if bulletin.lead is not None:
            return bulletin.lead
        return self._writer.text(bulletin.kind, "lead", self._said(bulletin))

    def closing(self, bulletin: Bulletin) -> str:
        if bulletin.closing is not None:
            return bulletin.closing
        return self._writer.text(bulletin.kind, "closing", self._said(bulletin))

    def render(self, bulletin: Bulletin, ending: str) -> str:
        """The whole of it; `ending` is md or html."""
        return self._writer.render(ending, self.document(bulletin))

    def _said(self, bulletin: Bulletin) -> Document:
        return {
            "area": self._areas.name(bulletin.area),
            "since": chinese_day(bulletin.since),
            "until": chinese_day(bulletin.until),
            "team": bulletin.team and self._vocabulary.label("team", bulletin.team),
            "methods": self._names("method", bulletin),
            "drafted_on": chinese_day(day_of(bulletin.drafted_at)),
            "figures": dict(bulletin.values),
            "statuses": self._tables.parts("finding_status", "status", bulletin.values),
            "measures": self._tables.measures(bulletin.values),
            "corrects": bulletin.corrects_number,
            "reason": bulletin.correction_reason,
        }

    def document(self, bulletin: Bulletin) -> Document:
        """What there is to say, with labels and figures."""
        tables = self._tables.of(bulletin)
        return {
            "title": bulletin.title,
            "number": bulletin.number,
            "addressees": list(bulletin.addressees),
            "copy_to": list(bulletin.copy_to),
            "lead": paragraphs(self.lead(bulletin)),
            "closing": paragraphs(self.closing(bulletin)),
            "drafted_at": bulletin.drafted_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            "is_draft": bulletin.status != PUBLISHED,
            "left_out": len(bulletin.exclude),
            "is_of_cases": bulletin.kind == CASES,
            "sections": self._sections.of(bulletin),
            "tables": tables,
            "chart": self._tables.chart(bulletin),
            "figures": dict(bulletin.values),
        }

    def _names(self, kind: str, bulletin: Bulletin) -> Sequence[str]:
        return [row["name"] for row in self._tables.parts(kind, kind, bulletin.values)]
