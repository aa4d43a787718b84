"""Notices and contacts as callers see them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.notifications.application.ports import Work
from services.notifications.domain.contact import Contact
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.dispatch import Dispatch
from services.notifications.domain.notice import Notice
from services.notifications.domain.receipt import Call, PaperService, Refusal

Answer = dict[str, Any]


def notice(document: Notice, dispatches: Mapping[str, Dispatch]) -> Answer:
    """A notice; `dispatches` are the messages under way, whose state is newer than the notice's own."""
    about = document.about
    return {
        "id": document.id,
        "recipient": document.recipient,
        "subject": document.text.subject,
        "body": document.text.body,
        "event_type": about.event_type,
        "event": about.event,
        "finding": about.finding,
        "case": about.case,
        "warning": about.warning,
        "measure": about.measure,
        "area": about.area,
        "template": document.wording.template if document.wording else None,
        "template_version": document.wording.version if document.wording else None,
        "status": document.status.value,
        "deliveries": [_delivery(one, dispatches) for one in document.deliveries],
        "queued_at": document.queued_at,
        "sent_at": document.sent_at,
        "read_at": document.read_at,
        "signed_at": document.signed_at,
        "signed_by": document.signed_by,
        "refusal": _recorded(document.refusal),
        "paper": _recorded(document.paper),
        "calls": [_recorded(one) for one in document.calls],
        "reminded_at": document.reminding.reminded_at,
        "leader_told_at": document.reminding.leader_told_at,
        "leader": document.reminding.leader,
        "version": document.version,
        "created_at": document.queued_at,
        "updated_at": document.updated_at,
    }


def as_it_stands(work: Work, document: Notice) -> Answer:
    """A notice within the transaction that has changed it."""
    carriers = [one.dispatch for one in document.deliveries if one.under_way and one.dispatch]
    return notice(document, work.dispatches.get_many(carriers))


def _recorded(one: Refusal | PaperService | Call | None) -> Answer | None:
    return None if one is None else asdict(one)


def _delivery(delivery: Delivery, dispatches: Mapping[str, Dispatch]) -> Answer:
    dispatch = dispatches.get(delivery.dispatch) if delivery.under_way and delivery.dispatch else None
    newest: Delivery | Dispatch = dispatch or delivery
    return {
        "channel": delivery.channel,
        "status": newest.status.value,
        "attempts": newest.attempts,
        "last_error": newest.last_error,
        "at": newest.at or delivery.at,
        "due_at": dispatch.due_at if dispatch and not dispatch.ended else None,
    }


def contact(document: Contact) -> Answer:
    """A contact with its addresses: for the office alone."""
    quiet = document.quiet_hours
    return {
        "id": document.id,
        "cadre": document.id,
        "area": document.area,
        "registered": document.registered,
        "active": document.active,
        "reachable": document.reachable,
        "channels": [
            {"kind": one.kind, "address": one.address, "verified": one.verified} for one in document.channels
        ],
        "quiet_hours": {"from": quiet.start, "to": quiet.end} if quiet else None,
        "digest": document.digest,
        "version": document.version,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }
