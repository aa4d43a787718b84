"""The texts of bulletins: Jinja2 templates in which a name that is not there is an error.

HTML is escaped by Jinja2. In Markdown every character that could mean something is escaped, so that what people wrote
is read as they wrote it. In both a text is one line, without characters that steer how others are shown.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, meta, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from services.reporting.adapters.plain_texts import markdown, plain
from services.reporting.adapters.rendering.charts import svg
from services.reporting.domain.bulletin import AUTHORS
from services.reporting.domain.official_document import Chart, percent
from shared.contracts.errors import DataFileError

FOLDER = Path(__file__).parent.parent / "templates"
WORDINGS = "bulletins"
PARTS = ("title", "lead", "closing")
KNOWN = frozenset(
    {
        "area", "since", "until", "team", "methods", "drafted_on", "figures", "statuses", "measures", "corrects",
        "reason",
    }
)  # fmt: skip
"""What the county's templates may name."""


class JinjaBulletinWriter:
    """Writes bulletins. Their documents are of this service's templates; titles, first and last paragraphs of the
    county's (bulletins/ of its data), which the office may reword."""

    def __init__(self, county_dir: str | Path) -> None:
        options: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._documents = Environment(
            loader=FileSystemLoader(FOLDER),
            keep_trailing_newline=True,
            autoescape=select_autoescape(["html.j2"]),
            **options,
        )
        self._documents.filters |= {"md": markdown, "plain": plain, "svg": _svg}
        self._style = Markup((FOLDER / "bulletin.css").read_text(encoding="utf-8").replace("\n", ""))  # noqa: S704 - our own file
        for name in self._documents.list_templates(["j2"]):
            self._documents.get_template(name)
        # Plain text: what shows it escapes it.
        self._wordings = SandboxedEnvironment(
            loader=FileSystemLoader(Path(county_dir) / WORDINGS), autoescape=False, **options
        )
        self._wordings.filters["percent"] = percent
        for kind in AUTHORS:
            for part in PARTS:
                self._check(f"{kind}_{part}.txt.j2")

    def text(self, kind: str, part: str, facts: Mapping[str, Any]) -> str:
        """The title, the first or the last paragraph of a kind of bulletin: `part` is title, lead or closing."""
        written = self._wordings.get_template(f"{kind}_{part}.txt.j2").render(facts)
        return "".join(written.split("\n")).strip()

    def render(self, ending: str, document: Mapping[str, Any]) -> str:
        """The whole bulletin."""
        return self._documents.get_template(f"bulletin.{ending}.j2").render(document, style=self._style)

    def _check(self, name: str) -> None:
        """At the start, so that no bulletin meets a template that cannot be read or asks for what there is not."""
        assert self._wordings.loader is not None
        try:
            source, path, _ = self._wordings.loader.get_source(self._wordings, name)
            asked = meta.find_undeclared_variables(self._wordings.parse(source))
        except TemplateError as exc:
            raise DataFileError(f"{WORDINGS}/{name}: {type(exc).__name__}: {exc}") from exc
        if unknown := sorted(asked - KNOWN):
            raise DataFileError(
                f"{path}: unknown here: {', '.join(unknown)}; known: {', '.join(sorted(KNOWN))}"
            )


def _svg(chart: Chart) -> Markup:
    return Markup(svg(chart))  # noqa: S704 - made of texts that pygal escapes
