"""How a stand-in feels about a channel right now: the file `.moods` in `.run/channels/`, a JSON object such as
`{"wecom": "busy", "email": "cut"}`, read anew for each message."""

import json
from pathlib import Path


def mood(folder: Path, channel: str) -> str:
    """Empty where nothing is said: all goes well."""
    try:
        moods = json.loads((folder / ".moods").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(moods.get(channel, ""))
