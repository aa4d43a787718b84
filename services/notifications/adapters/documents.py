"""Notices, messages, what is gathered and contacts as documents, and back."""

from typing import Any

from services.notifications.adapters import receipts
from services.notifications.adapters.vault import AddressVault
from services.notifications.domain.contact import Channel, Contact
from services.notifications.domain.delivery import Delivery, DeliveryStatus
from services.notifications.domain.dispatch import Dispatch, Kind
from services.notifications.domain.gathering import Window
from services.notifications.domain.notice import About, Notice, Status, Text, Wording
from services.notifications.domain.quiet import QuietHours

Document = dict[str, Any]
_DISPATCH = ("recipient", "channel", "due_at", "opened_at", "notices", "attempts", "attempt", "lease_until")
_ENDS_FOR_A_PERSON = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN})


def of_notice(notice: Notice) -> Document:
    """`carried` names the messages whose end the notice does not know: the only ones that are looked for."""
    about = notice.about
    return {
        "_id": notice.id,
        "recipient": notice.recipient,
        "subject": notice.text.subject,
        "body": notice.text.body,
        "event": about.event,
        "event_type": about.event_type,
        "area": about.area,
        "finding": about.finding,
        "case": about.case,
        "warning": about.warning,
        "measure": about.measure,
        "correlationid": about.correlationid,
        "handlers": None if about.handlers is None else list(about.handlers),
        "since": about.since,
        "template": notice.wording and notice.wording.template,
        "template_version": notice.wording and notice.wording.version,
        "queued_at": notice.queued_at,
        "deliveries": [_of_delivery(one) for one in notice.deliveries],
        "carried": [one.dispatch for one in notice.deliveries if one.under_way],
        "status": notice.status.value,
        "sent_at": notice.sent_at,
        "read_at": notice.read_at,
        "signed_at": notice.signed_at,
        "signed_by": notice.signed_by,
        **receipts.of_notice(notice),
        "version": notice.version,
        "sequence": notice.sequence,
        "updated_at": notice.updated_at,
    }


def to_notice(document: Document) -> Notice:
    about = ("event", "event_type", "area", "finding", "case", "warning", "correlationid")
    handlers = document.get("handlers")
    template = document.get("template")
    rest = ("sent_at", "read_at", "signed_at", "signed_by", "version", "sequence", "updated_at")
    return Notice(
        id=document["_id"],
        recipient=document["recipient"],
        text=Text(document["subject"], document["body"]),
        about=About(
            **{name: document[name] for name in about},
            measure=document.get("measure"),
            handlers=None if handlers is None else tuple(handlers),
            since=document.get("since"),
        ),
        queued_at=document["queued_at"],
        deliveries=tuple(_to_delivery(one) for one in document["deliveries"]),
        status=Status(document["status"]),
        wording=Wording(template, document["template_version"]) if template else None,
        **receipts.to_fields(document),
        **{name: document[name] for name in rest},
    )


def _of_delivery(delivery: Delivery) -> Document:
    return {
        "channel": delivery.channel,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
        "at": delivery.at,
        "dispatch": delivery.dispatch,
    }


def _to_delivery(document: Document) -> Delivery:
    return Delivery(**{**document, "status": DeliveryStatus(document["status"])})


def of_dispatch(dispatch: Dispatch) -> Document:
    text = dispatch.text
    return {
        "_id": dispatch.id,
        **{name: getattr(dispatch, name) for name in _DISPATCH},
        "kind": dispatch.kind.value,
        "status": dispatch.status.value,
        "last_error": dispatch.last_error,
        "at": dispatch.at,
        "area": dispatch.area,
        "lane": dispatch.lane,
        "provider_id": dispatch.provider_id,
        "text": {"subject": text.subject, "body": text.body} if text else None,
        "version": dispatch.version,
        # What a person has to look at is few, and found by its own index.
        "attention": dispatch.status in _ENDS_FOR_A_PERSON,
        # Of those that have not ended nothing has to be settled.
        "unsettled": dispatch.ended and not dispatch.settled,
    }


def to_dispatch(document: Document) -> Dispatch:
    """What messages were made without before this release is not there yet."""
    status, text = DeliveryStatus(document["status"]), document.get("text")
    dispatch = Dispatch(
        id=document["_id"],
        kind=Kind(document["kind"]),
        status=status,
        last_error=document["last_error"],
        at=document["at"],
        area=document.get("area", ""),
        lane=document.get("lane", ""),
        provider_id=document.get("provider_id"),
        text=Text(text["subject"], text["body"]) if text else None,
        version=document.get("version", 0),
        **{name: document[name] for name in _DISPATCH},
    )
    dispatch.settled = dispatch.ended and not document["unsettled"]
    return dispatch


def window_key(recipient: str, channel: str) -> str:
    """The `_id` of what is gathered for one recipient on one channel."""
    return f"{channel}:{recipient}"


def of_window(window: Window) -> Document:
    return {
        "_id": window_key(window.recipient, window.channel),
        "recipient": window.recipient,
        "channel": window.channel,
        "open": {kind.value: dispatch for kind, dispatch in window.open.items()},
        "last_at": window.last_at,
    }


def to_window(document: Document) -> Window:
    opened = {Kind(kind): dispatch for kind, dispatch in document["open"].items()}
    return Window(document["recipient"], document["channel"], opened, document["last_at"])


def of_contact(contact: Contact, vault: AddressVault) -> Document:
    """`sealed_with` names the key its addresses are sealed with."""
    quiet = contact.quiet_hours
    return {
        "_id": contact.id,
        "area": contact.area,
        "created_at": contact.created_at,
        "updated_at": contact.updated_at,
        "channels": [
            {
                "kind": one.kind,
                "address": vault.seal(one.address),
                "verified": one.verified,
                "entered_in": one.entered_in,
            }
            for one in contact.channels
        ],
        "quiet_hours": {"start": quiet.start, "end": quiet.end} if quiet else None,
        "digest": contact.digest,
        "active": contact.active,
        "registered": contact.registered,
        "reachable": contact.reachable,
        "version": contact.version,
        "sealed_with": vault.sealed_with,
    }


def to_contact(document: Document, vault: AddressVault) -> Contact:
    """One that was kept before addresses were sealed is read as it stands."""
    sealed = "sealed_with" in document
    quiet = document["quiet_hours"]
    rest = ("area", "created_at", "updated_at", "digest", "active", "registered", "version")
    return Contact(
        id=document["_id"],
        channels=tuple(
            Channel(**one | {"address": vault.open(one["address"]) if sealed else one["address"]})
            for one in document["channels"]
        ),
        quiet_hours=QuietHours(**quiet) if quiet else None,
        **{name: document[name] for name in rest},
    )
