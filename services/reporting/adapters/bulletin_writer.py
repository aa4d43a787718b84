"""The texts of bulletins: Jinja2 templates in which a name that is not there is an error.

HTML is escaped by Jinja2; in Markdown every character that could mean something is escaped, so that what people
wrote is read as they wrote it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FOLDER = Path(__file__).parent.parent / "templates"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&=-])")


def markdown(text: object) -> str:
    """A text as one line of Markdown that shows it as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


class JinjaBulletinWriter:
    """Writes bulletins from the templates of a folder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=select_autoescape(["html.j2"]),
        )
        self._environment.filters["md"] = markdown
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def lead(self, facts: Mapping[str, Any]) -> str:
        """The paragraph that a problems bulletin begins with."""
        return self._text("problems_lead.txt.j2", facts)

    def closing(self, facts: Mapping[str, Any]) -> str:
        """The paragraph that it ends with."""
        return self._text("problems_closing.txt.j2", facts)

    def render(self, kind: str, ending: str, document: Mapping[str, Any]) -> str:
        """The whole bulletin."""
        return self._environment.get_template(f"{kind}.{ending}.j2").render(document)

    def _text(self, template: str, facts: Mapping[str, Any]) -> str:
        return "".join(self._environment.get_template(template).render(facts).split("\n"))
