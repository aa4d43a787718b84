"""The texts of bulletins: Jinja2 templates in which a name that is not there is an error.

HTML is escaped by Jinja2. In Markdown every character that could mean something is escaped, so that what people wrote
is read as they wrote it. In both a text is one line, without characters that steer how others are shown.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

FOLDER = Path(__file__).parent.parent / "templates"
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Control characters and those that turn the direction of writing."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>#+|~&=$@-])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
"""Would begin a list."""
_ADDRESS = re.compile(r"(?i)(https?|ftp)(:)(?=//)|(\bwww)(\.)")
"""Would become a link by itself."""


def plain(text: object) -> str:
    """A text as one line."""
    return " ".join(_STEERING.sub("", " ".join(str(text).split())).split())


def markdown(text: object) -> str:
    """A text as one line of Markdown that shows it as it is."""
    escaped = _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain(text)))
    return _ADDRESS.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", escaped)


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
        self._environment.filters |= {"md": markdown, "plain": plain}
        self._style = Markup((folder / "problems.css").read_text(encoding="utf-8").replace("\n", ""))  # noqa: S704 - our own file
        for name in self._environment.list_templates(["j2"]):
            self._environment.get_template(name)

    def lead(self, facts: Mapping[str, Any]) -> str:
        """The paragraph that a problems bulletin begins with."""
        return self._text("problems_lead.txt.j2", facts)

    def closing(self, facts: Mapping[str, Any]) -> str:
        """The paragraph that it ends with."""
        return self._text("problems_closing.txt.j2", facts)

    def render(self, kind: str, ending: str, document: Mapping[str, Any]) -> str:
        """The whole bulletin."""
        return self._environment.get_template(f"{kind}.{ending}.j2").render(document, style=self._style)

    def _text(self, template: str, facts: Mapping[str, Any]) -> str:
        return "".join(self._environment.get_template(template).render(facts).split("\n"))
