"""Areas 辖区: division codes (GB/T 2260 plus township and village) read from the county's file."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import DataFileError

_CODE = re.compile(r"^\d{6}(\d{3}(\d{3})?)?$")
_COLUMNS = {"code", "name", "level", "parent"}


@dataclass(frozen=True, slots=True)
class Area:
    """One area; `level` is county, township or village; a code starts with that of its parent."""

    code: str
    name: str
    level: str
    parent: str | None


class Areas:
    """All areas of the county, by code."""

    def __init__(self, areas: dict[str, Area]) -> None:
        self._areas = areas

    @classmethod
    def load(cls, path: str | Path) -> "Areas":
        """Read a CSV with the columns code, name, level, parent.

        Raises:
            DataFileError: naming file and line.
        """
        areas: dict[str, Area] = {}
        try:
            with Path(path).open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                if not set(reader.fieldnames or ()) >= _COLUMNS:
                    raise DataFileError(f"{path}, line 1: needs the columns {', '.join(sorted(_COLUMNS))}")
                for row in reader:
                    area = Area(row["code"], row["name"], row["level"], row["parent"] or None)
                    _check(area, areas, f"{path}, line {reader.line_num}")
                    areas[area.code] = area
        except (OSError, UnicodeDecodeError) as exc:
            raise DataFileError(f"{path}: cannot be read ({exc})") from exc
        return cls(areas)

    def __contains__(self, code: object) -> bool:
        return code in self._areas

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas.values())

    def get(self, code: str) -> Area | None:
        """The area with this code, none when the county has none such."""
        return self._areas.get(code)

    def name(self, code: str) -> str:
        """Its name, or the code itself when it is unknown."""
        area = self._areas.get(code)
        return area.name if area else code

    def township_of(self, code: str) -> str:
        """The code of the township it lies in; a county is its own."""
        return code[:9]

    def search(self, q: str | None = None, parent: str | None = None) -> list[Area]:
        """Areas whose name or code contains `q`, under `parent` (directly) when given, by code."""
        found = (area for area in self._areas.values() if parent is None or area.parent == parent)
        return sorted(
            (area for area in found if not q or q in area.name or area.code.startswith(q)),
            key=lambda area: area.code,
        )


def _check(area: Area, known: dict[str, Area], where: str) -> None:
    if not _CODE.match(area.code):
        raise DataFileError(f"{where}: code must have 6, 9 or 12 digits")
    if area.code in known:
        raise DataFileError(f"{where}: code {area.code} stands twice")
    if not area.name:
        raise DataFileError(f"{where}: name is empty")
    if area.parent is not None and (area.parent not in known or not area.code.startswith(area.parent)):
        raise DataFileError(f"{where}: parent {area.parent} must stand above and begin the code")
