"""Golden samples: one event of each kind as it travels, written by its producer's tests and eaten by everybody's."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.contracts.envelope import Event, encode

FOLDER = Path(__file__).parent / "samples"


def fixed(event: Event) -> Event:
    """With ids that are the same in every run."""
    name = f"sample-{event.type}"
    cause = "sample-cause" if event.causationid not in (None, event.id) else None
    return replace(event, id=name, correlationid=name, causationid=cause)


def document(event: Event) -> dict[str, Any]:
    """The event as it travels."""
    return dict(json.loads(encode(event)))


def write(events: Mapping[str, Event], folder: Path = FOLDER) -> None:
    """A file for each event, named as its kind."""
    folder.mkdir(exist_ok=True)
    for kind, event in events.items():
        text = json.dumps(document(event), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
