"""The county's words for the screens: labels of codes, what a filter may be set to, times on the county's clock."""

from datetime import datetime

from services.reporting.domain.calendar import SHANGHAI
from shared.contracts.areas import Areas
from shared.contracts.claims import Claims
from shared.contracts.vocabulary import Vocabulary

_KINDS = {"status": "finding_status"}
_CHOSEN = ("status", "category", "severity", "team")
Choices = dict[str, list[tuple[str, str]]]


class Labels:
    """Of the vocabulary and the areas."""

    def __init__(self, vocabulary: Vocabulary, areas: Areas) -> None:
        self._vocabulary = vocabulary
        self._areas = areas

    def of(self, kind: str, code: str) -> str:
        """The label of a code; `status` is that of a finding."""
        return self._vocabulary.label(_KINDS.get(kind, kind), code)

    def choices(self, by: Claims) -> Choices:
        """For each filter its codes with their labels; areas as far as the caller sees them."""
        choices = {
            name: [(code, self.of(name, code)) for code in self._vocabulary.raw[_KINDS.get(name, name)]]
            for name in _CHOSEN
        }
        seen = [area for area in self._areas if by.role == "unit" or by.covers(area.code)]
        return {**choices, "area": [(area.code, area.name) for area in seen]}

    def when(self, moment: datetime | None) -> str:
        """A time to the minute; nothing for none."""
        return "" if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
