"""The texts of notices: Jinja2 templates, plain text, in which a name that is not there is an error.

The first line says version and title, the next is the subject, the rest after an empty line the body. All templates
are read and tried at the start: what is wrong with one stops it, named by file and line.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError

from services.notifications.adapters.samples import FILE, load_samples
from services.notifications.adapters.template_source import Header, line_of, read_header, require_known
from services.notifications.domain.notice import Text
from shared.contracts.errors import DataFileError

FOLDER = Path(__file__).parent.parent / "templates"
_ENDING = ".txt.j2"


class JinjaNoticeWriter:
    """Writes notices from the templates of a folder."""

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
        self._folder = folder
        self._samples = load_samples(folder)
        self._headers: dict[str, Header] = {}
        self._templates: dict[str, Template] = {}
        for path in sorted(folder.glob(f"*{_ENDING}")):
            require_known(environment, path, self._samples.facts)
            if not path.name.startswith("_"):
                name = path.name.removesuffix(_ENDING)
                self._headers[name] = read_header(path)
                self._templates[name] = environment.get_template(path.name)
        self._try_all()

    @property
    def names(self) -> Collection[str]:
        """The templates there are."""
        return self._templates.keys()

    @property
    def shown(self) -> Sequence[dict[str, Any]]:
        """The templates as they are listed."""
        return [
            {
                "name": name,
                "version": header.version,
                "title": header.title,
                "samples": list(self._samples.of[name]),
            }
            for name, header in self._headers.items()
        ]

    def version(self, template: str) -> int:
        """Which wording it is; the number goes up with every change of it."""
        return self._headers[template].version

    def write(self, template: str, facts: Mapping[str, Any]) -> Text:
        """The text for these facts."""
        subject, _, body = self._templates[template].render(facts).partition("\n")
        return Text(" ".join(subject.split()), body.lstrip("\n"))

    def sample(self, template: str, sample: str) -> Text:
        """The text for the facts of a sample."""
        return self.write(template, self._samples.of[template][sample])

    def _try_all(self) -> None:
        for name in self._templates:
            if name not in self._samples.of:
                raise DataFileError(f"{self._folder / FILE}: the template {name} has no sample")
            for sample in self._samples.of[name]:
                try:
                    self.sample(name, sample)
                except (TemplateError, TypeError) as exc:
                    where = line_of(exc, self._folder)
                    raise DataFileError(f"{where}: with the sample {sample}: {exc}") from exc
