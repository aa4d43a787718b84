"""What the world is told of a bulletin: that it is there, never what it says."""

from datetime import datetime
from typing import Any

from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.bulletin_item import TOWNSHIP
from services.reporting.domain.calendar import SHANGHAI


def told_of(
    bulletin: Bulletin, move: str, now: datetime, reason: str | None = None, by: Bulletin | None = None
) -> dict[str, Any]:
    """Its public state; `by` is the one that corrects it."""
    named = (
        "kind", "status", "number", "title", "area", "team", "names", "audience", "corrects", "corrects_number",
        "corrected_by", "snapshot_sha256", "version",
    )  # fmt: skip
    change: dict[str, Any] = {
        "move": move,
        "at": _text(now),
        "by": "system" if bulletin.is_scheduled else None,
    }
    return {
        "bulletin": bulletin.id,
        **{name: getattr(bulletin, name) for name in named},
        "areas": _townships(bulletin),
        "since": bulletin.since.isoformat(),
        "until": bulletin.until.isoformat(),
        "addressees": list(bulletin.addressees),
        "copy_to": list(bulletin.copy_to),
        "corrected_by_number": by.number if by else None,
        "published_at": _text(bulletin.published_at) if bulletin.published_at else None,
        "change": change | ({"note": reason} if reason else {}),
    }


def _townships(bulletin: Bulletin) -> list[str]:
    """Of what it shows; a case of several townships tells of none."""
    items = (*bulletin.shown, *bulletin.shown_closings)
    areas = (*(item.area for item in items), *(case.area for case in bulletin.shown_cases))
    return sorted({area[:TOWNSHIP] for area in areas if len(area) >= TOWNSHIP})


def _text(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()
