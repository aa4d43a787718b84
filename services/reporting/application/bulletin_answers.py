"""Bulletins and their figures as callers see them."""

from services.reporting.application.answers import Answer
from services.reporting.domain.bulletin import Bulletin
from services.reporting.domain.bulletin_figures import Figure, is_rate

_KEPT = (
    "id", "kind", "status", "number", "title", "area", "team", "names", "group_by", "audience", "author",
    "drafted_at", "updated_at", "version", "returned", "approved_by", "approved_at", "published_by", "published_at",
    "snapshot_sha256", "corrects", "corrects_number", "correction_reason", "corrected_by",
)  # fmt: skip


def summary(bulletin: Bulletin, area_name: str, lead: str, closing: str) -> Answer:
    """A bulletin with its figures, without the findings behind them."""
    return {
        **{name: getattr(bulletin, name) for name in _KEPT},
        "area_name": area_name,
        "from": bulletin.since,
        "to": bulletin.until,
        "lead": lead,
        "closing": closing,
        "addressees": list(bulletin.addressees),
        "copy_to": list(bulletin.copy_to),
        "exclude": [{"id": one.finding, "reason": one.reason} for one in bulletin.exclude],
        "files": [{"format": name, "sha256": sha256} for name, sha256 in bulletin.files.items()],
        "figures": {path: value for path, value in bulletin.values.items() if not is_rate(path)},
        "rates": {path: value for path, value in bulletin.values.items() if is_rate(path)},
        "created_at": bulletin.drafted_at,
    }


def traced(path: str, figure: Figure) -> Answer:
    """A figure, and what it was counted from."""
    return {
        "figure": path,
        "value": figure.value,
        "unit": figure.unit,
        "of": list(figure.of),
        "ids": [item.id for item in figure.items],
        "items": [
            {
                "id": item.id,
                "number": item.number,
                "count": item.count,
                "area": item.area,
                "place": item.place,
            }
            for item in figure.items
        ],
    }
