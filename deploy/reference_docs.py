"""Write the generated reference: `docs/openapi/<service>.json` and `docs/asyncapi.json` (`make docs`).

A contract test compares the files with what the code says today.
"""

import importlib
import json
from pathlib import Path
from typing import Any

from shared.contracts import asyncapi
from shared.contracts.routing import SERVICES
from shared.contracts.vocabulary import Vocabulary
from shared.http import openapi

DOCS = Path("docs")


def documents() -> dict[Path, dict[str, Any]]:
    """Every generated document, by the file it belongs in. The vocabulary is the demo county's."""
    vocabulary = Vocabulary.load("deploy/demo/vocabulary.yaml")
    found: dict[Path, dict[str, Any]] = {DOCS / "asyncapi.json": asyncapi.document()}
    for service in SERVICES:
        entry = importlib.import_module(f"services.{service}.entrypoints.service")
        errors = importlib.import_module(f"services.{service}.bootstrap").ERRORS
        api = getattr(entry, f"{service.capitalize()}Api")
        found[DOCS / "openapi" / f"{service}.json"] = openapi.document(api, errors, vocabulary)
    return found


def rendered(document: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write them all."""
    for path, document in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(document), encoding="utf-8")
        print(f"written: {path}")


if __name__ == "__main__":
    main()
