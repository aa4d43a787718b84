"""The texts of notices: Jinja2 templates, plain text, in which a name that is not there is an error.

The first line is the subject, the rest after an empty line the body.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from services.notifications.domain.notice import Text
from shared.contracts.errors import DataFileError

FOLDER = Path(__file__).parent.parent / "templates"
_ENDING = ".txt.j2"


class JinjaNoticeWriter:
    """Writes notices from the templates of a folder, all of which are read at the start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,  # read once: otherwise every include asks the disk again
            autoescape=False,  # noqa: S701 - plain text: what is escaped here would be read as it stands
        )
        paths = [path for path in sorted(folder.glob(f"*{_ENDING}")) if not path.name.startswith("_")]
        try:
            self._templates = {
                path.name.removesuffix(_ENDING): environment.get_template(path.name) for path in paths
            }
        except TemplateError as exc:
            where = f"{getattr(exc, 'filename', None) or folder}, line {getattr(exc, 'lineno', '?')}"
            raise DataFileError(f"{where}: {exc.message}") from exc

    @property
    def names(self) -> Collection[str]:
        """The templates there are."""
        return self._templates.keys()

    def write(self, template: str, facts: Mapping[str, Any]) -> Text:
        """The text for these facts."""
        subject, _, body = self._templates[template].render(facts).partition("\n")
        return Text(" ".join(subject.split()), body.lstrip("\n"))
