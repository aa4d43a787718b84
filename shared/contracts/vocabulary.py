"""Codes and their Chinese labels, read from the county's vocabulary file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.contracts.errors import DataFileError

_REQUIRED = (
    "severity",
    "category",
    "method",
    "place_kind",
    "finding_status",
    "case_status",
    "duty_role",
    "team",
)


class Vocabulary:
    """Kinds of codes (severity, category …), each with its codes and labels."""

    def __init__(self, kinds: Mapping[str, Mapping[str, Any]]) -> None:
        self.raw = {kind: dict(codes) for kind, codes in kinds.items()}

    @classmethod
    def load(cls, path: str | Path) -> "Vocabulary":
        """Read the YAML file.

        Raises:
            DataFileError: naming the file and, where known, the line.
        """
        try:
            kinds = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
            raise DataFileError(f"{path}: cannot be read ({exc})") from exc
        if not isinstance(kinds, dict) or not all(isinstance(codes, dict) for codes in kinds.values()):
            raise DataFileError(f"{path}: must map each kind of code to its codes and labels")
        missing = [kind for kind in _REQUIRED if kind not in kinds]
        if missing:
            raise DataFileError(f"{path}: lacks {', '.join(missing)}")
        return cls(kinds)

    def codes(self, kind: str) -> frozenset[str]:
        """The codes of a kind."""
        return frozenset(self.raw.get(kind, {}))

    def label(self, kind: str, code: str) -> str:
        """The Chinese label of a code, or the code itself when it has none."""
        label = self.raw.get(kind, {}).get(code, code)
        return str(label["name"] if isinstance(label, dict) else label)
