"""What the world is told: private events of a notice as public contracts. What is not in the table stays private."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifications.domain import events
from services.notifications.domain.calendar import SHANGHAI
from services.notifications.domain.events import NoticeEvent
from services.notifications.domain.notice import Notice
from shared.contracts import notifications as contracts

CONTRACTS: Mapping[type[NoticeEvent], str] = {
    events.Queued: contracts.NOTICE_QUEUED_V1,
    events.Sent: contracts.NOTICE_SENT_V1,
    events.Read: contracts.NOTICE_READ_V1,
    events.Signed: contracts.NOTICE_SIGNED_V1,
    events.Refused: contracts.NOTICE_REFUSED_V1,
    events.Failed: contracts.NOTICE_FAILED_V1,
}


def state(notice: Notice, event: NoticeEvent) -> dict[str, Any]:
    """The whole public state after `event`, as plain JSON values: never the text, a name or an address."""
    about = notice.about
    return {
        "notice": notice.id,
        "recipient": notice.recipient,
        "event": about.event,
        "event_type": about.event_type,
        "finding": about.finding,
        "case": about.case,
        "warning": about.warning,
        "measure": about.measure,
        "status": notice.status.value,
        "channels": list(dict.fromkeys(one.channel for one in notice.deliveries)),
        "queued_at": _text(notice.queued_at),
        "sent_at": _text(notice.sent_at),
        "read_at": _text(notice.read_at),
        "signed_at": _text(notice.signed_at),
        "signed_by": notice.signed_by,
        "refused_at": _text(notice.refusal.at if notice.refusal else None),
        "version": notice.version,
        "change": {"move": event.move, "at": _text(event.at), "by": event.by},
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(SHANGHAI).isoformat()
