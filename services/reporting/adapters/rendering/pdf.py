"""An official document as PDF: HTML set by WeasyPrint with the faces of one folder.

The child's side only: WeasyPrint stalls a process that is patched by eventlet.
"""

import base64
import os
import tempfile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.reporting.adapters.rendering import charts
from services.reporting.adapters.rendering.faces import TEXT, Faces
from services.reporting.adapters.rendering.layout import head_size
from services.reporting.adapters.rendering.texts import clean
from services.reporting.domain.official_document import (
    Chart,
    OfficialDocument,
    chinese_date,
    ordinals,
)

_TEMPLATES = Path(__file__).parent / "templates"


class PdfSetter:
    """Sets documents as PDF."""

    def __init__(self, folder: Path) -> None:
        self._faces = Faces(folder)
        self._scratch = tempfile.TemporaryDirectory(prefix="duze-fonts-")
        configuration = Path(self._scratch.name) / "fonts.conf"
        configuration.write_text(self._faces.configuration(Path(self._scratch.name) / "cache"), "utf-8")
        # Read by fontconfig when WeasyPrint is imported and no later.
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher

        self._html = weasyprint.HTML
        self._fonts = FontConfiguration()
        self._fetcher = URLFetcher(allowed_protocols={"data"})
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {"set": self.set, "picture": _picture, "date": chinese_date}

    def render(self, document: OfficialDocument) -> bytes:
        """The whole file."""
        page = self._html(string=self.page(document), url_fetcher=self._fetcher, base_url=None)
        # Made of the content alone, so that the same document has the same bytes.
        return bytes(page.write_pdf(font_config=self._fonts, pdf_identifier=b"duze", pdf_tags=False))

    def page(self, document: OfficialDocument) -> str:
        """The HTML that is set."""
        blocks: list[dict[str, Any]] = [
            {"kind": type(block).__name__, "ordinal": ordinal, "block": block}
            for block, ordinal in zip(document.body, ordinals(document.body), strict=True)
        ]
        for one in blocks:
            if isinstance(one["block"], Chart) and not one["block"].series:
                one |= {"kind": "Table", "block": one["block"].as_table()}
        return self._environment.get_template("official.html.j2").render(
            document=document, blocks=blocks, head_size=head_size(document.head)
        )

    def set(self, text: str) -> Markup:
        """A text, its rare characters in the faces that have them, without moving the lines."""
        said = Markup()
        for faces, piece in self._faces.runs(clean(text)):
            said += (
                escape(piece) if faces == TEXT else Markup('<span class="{}">{}</span>').format(faces, piece)
            )
        return said


def _picture(chart: Chart) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(charts.svg(chart).encode()).decode()
