"""A template's own first line, and what is wrong with a template before anybody is to be told anything with it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateError, meta, nodes

from shared.contracts.errors import DataFileError

_HEADER = re.compile(r"\{# version: ([1-9][0-9]{0,5}); title: (\S.*?) #\}\n")


@dataclass(frozen=True, slots=True)
class Header:
    """What a template says of itself."""

    version: int
    title: str


def read_header(path: Path) -> Header:
    """The first line.

    Raises:
        DataFileError: it is not `{# version: 1; title: … #}`.
    """
    try:
        found = _HEADER.match(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise DataFileError(f"{path}: cannot be read ({exc})") from exc
    if found is None:
        raise DataFileError(f"{path}, line 1: must be {{# version: <number>; title: <words> #}}")
    return Header(int(found[1]), found[2])


def require_known(environment: Environment, path: Path, known: Collection[str]) -> None:
    """Raises DataFileError, with the line, when the template asks for a fact that there never is."""
    try:
        tree = environment.parse(path.read_text(encoding="utf-8"), path.name, str(path))
    except TemplateError as exc:
        raise DataFileError(f"{path}, line {getattr(exc, 'lineno', '?')}: {exc.message}") from exc
    unknown = meta.find_undeclared_variables(tree) - set(known)
    lines = sorted((one.lineno, one.name) for one in tree.find_all(nodes.Name) if one.name in unknown)
    if lines:
        raise DataFileError(f"{path}, line {lines[0][0]}: there is no fact {lines[0][1]}")


def line_of(error: BaseException, folder: Path) -> str:
    """Where in the templates an error of rendering arose: Jinja2 puts the template's lines into the traceback."""
    where, frame = str(folder), error.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file.startswith(str(folder)):
            where = f"{file}, line {frame.tb_lineno}"
        frame = frame.tb_next
    return where
