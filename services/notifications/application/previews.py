"""What a notice would say: the templates there are, each with sample facts."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.notifications.application import slices
from services.notifications.domain.errors import InvalidError, UnknownTemplateError
from services.notifications.domain.notice import Text

Answer = dict[str, Any]


class TemplateBook(Protocol):
    """The templates with their samples; `shown` names both."""

    @property
    def shown(self) -> Sequence[Mapping[str, Any]]: ...

    def sample(self, template: str, sample: str) -> Text: ...


class Previews:
    """One method for each question."""

    def __init__(self, book: TemplateBook) -> None:
        self._book = book

    def templates(self, limit: int, cursor: str | None) -> tuple[list[Answer], str | None]:
        """All of them, by name."""
        return slices.of(self._book.shown, limit, cursor)

    def preview(self, name: str, sample: str | None) -> Answer:
        """The text of one sample, the first unless another is named."""
        shown = next((one for one in self._book.shown if one["name"] == name), None)
        if shown is None:
            raise UnknownTemplateError
        samples = shown["samples"]
        if sample is not None and sample not in samples:
            raise InvalidError({"sample": [f"must be one of {', '.join(samples)}"]})
        chosen = sample or samples[0]
        text = self._book.sample(name, chosen)
        return dict(shown) | {"sample": chosen, "subject": text.subject, "body": text.body}
