"""The finding of `make story`: where it is found, so that its mail leaves at once, and what is wrong there."""

from datetime import datetime, timedelta
from typing import Any

from deploy.demo.stack import OFFICE, Stack

TEAM = "T-UNANNOUNCED"
# village -> the place there, and the person who answers for it (cadres.csv)
PLACES = {
    "990100102201": ("卧龙村村部", "C014"),
    "990100103201": ("朱庄村村部", "C016"),
    "990100105201": ("金浪村村部", "C020"),
    "990100202202": ("大房村村部", "C027"),
    "990100202201": ("石桥村村部", "C026"),
    "990100003001": ("方山村村部", "C009"),
}
# What follows on a mail to the same person within this time is gathered and goes when it ends (policies.yaml).
GATHERED = timedelta(minutes=10)


def choose_village(stack: Stack, now: datetime) -> str:
    """The first village whose person had no mail lately; the first of all when everyone had."""
    quiet = (area for area, (_, person) in PLACES.items() if not _had_mail_lately(stack, person, now))
    return next(quiet, next(iter(PLACES)))


def _had_mail_lately(stack: Stack, person: str, now: datetime) -> bool:
    newest = stack.get("notifications", "/notices", OFFICE, recipient=person, limit=50)["items"]
    mails = [one for notice in newest for one in notice["deliveries"] if one["channel"] == "email"]
    return any(
        one["status"] == "sent" and now - datetime.fromisoformat(one["at"]) < GATHERED for one in mails
    )


def compose(area: str, now: datetime) -> dict[str, Any]:
    """Serious, so that the person is warned; falsified records, so that a case is opened."""
    place, _ = PLACES[area]
    return {
        "source_ref": f"STORY-{now:%Y%m%d-%H%M%S-%f}",
        "team": TEAM,
        "method": "unannounced",
        "found_at": now.isoformat(timespec="seconds"),
        "area": area,
        "place": {"name": place, "kind": "village"},
        "category": "falsification",
        "severity": "serious",
        "description": "值守登记簿提前填好了次日的测温记录",
        "suggestion": "如实登记,专人核对",
        "immediate": True,
    }
