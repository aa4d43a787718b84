"""The envelope of every event: CloudEvents 1.0, structured JSON (contract section 7)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.contracts.errors import ContractError
from shared.contracts.strict_json import read_object

CONTENT_TYPE = "application/cloudevents+json"
LARGEST = 8 * 1024 * 1024
"""Bytes of an event: far more than any of ours has, and half of what a database document can hold."""
_FORMAT = JSONFormat()
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
# What our own events have and nothing else: no extension whose name the SDK would have to judge.
_OURS = frozenset(
    (
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
        "sequence", "correlationid", "causationid", "data",
    )
)  # fmt: skip
_DESCRIPTIVE = ("datacontenttype", "dataschema")
_YEARS = range(1900, 9999)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a service publishes or receives it.

    `source` is the service's name; on the wire it is `/<name>`. `sequence` counts the events this source has
    published about this subject, this one included, from 1. `data` holds plain JSON values, times as RFC
    3339.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    correlationid: str
    causationid: str | None
    data: dict[str, Any]


def encode(event: Event) -> bytes:
    """The event as the bytes that travel."""
    wire: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/{event.source}",
        "type": event.type,
        "subject": event.subject,
        "time": event.time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:duze:{event.type}",
        "sequence": event.sequence,
        "correlationid": event.correlationid,
    }
    if event.causationid is not None:
        wire["causationid"] = event.causationid
    wire["data"] = event.data
    return _JSON.encode(wire).encode()


def decode(body: bytes) -> Event:
    """Read an event from the bytes that travelled.

    Raises:
        ContractError: the bytes are no CloudEvent of ours; the text names the first thing that is wrong.
    """
    if len(body) > LARGEST:
        raise ContractError("the body is too large")
    wire = read_object(body)
    # The SDK is the judge of what a CloudEvent is; it is not asked about what is plainly one of ours.
    attributes, data = (wire, wire.pop("data")) if _plain(wire) else _read(body)
    sequence = attributes.get("sequence")
    if isinstance(sequence, str) and sequence.isascii() and sequence.isdigit() and len(sequence) < 19:
        sequence = int(sequence)
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 1:
        raise ContractError("sequence is not a whole number from 1")
    if not isinstance(data, dict):
        raise ContractError("data is not a JSON object")
    attributes.setdefault("correlationid", attributes.get("id"))
    for name in ("id", "source", "type", "subject", "correlationid"):
        value = attributes.get(name)
        if not isinstance(value, str) or not value or len(value) > 256:
            raise ContractError(f"{name} is not a text of 1 to 256 characters")
    time, causationid = attributes.get("time"), attributes.get("causationid")
    if not isinstance(time, datetime) or time.tzinfo is None or time.year not in _YEARS:
        raise ContractError("time is not a time with an offset")
    if causationid is not None and not isinstance(causationid, str):
        raise ContractError("causationid is not a text")
    return Event(
        id=attributes["id"],
        source=attributes["source"].removeprefix("/"),
        type=attributes["type"],
        subject=attributes["subject"],
        time=time,
        sequence=sequence,
        correlationid=attributes["correlationid"],
        causationid=causationid,
        data=data,
    )


def _plain(wire: dict[str, Any]) -> bool:
    """Whether it is an event as `encode` writes them; its time is made one then."""
    if not wire.keys() <= _OURS or wire.get("specversion") != "1.0" or type(wire.get("data")) is not dict:
        return False
    if not all(
        isinstance(wire.get(name), str) and wire[name] for name in ("id", "source", "type", "subject")
    ):
        return False
    if not all(wire.get(name, "-") and isinstance(wire.get(name, "-"), str) for name in _DESCRIPTIVE):
        return False
    time = wire.get("time")
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        return False
    try:
        wire["time"] = datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def _strict(attributes: dict[str, Any], data: Any) -> CloudEvent:
    # The SDK invents an id and a time where they lack; an event without them is refused here instead.
    if "id" not in attributes or "time" not in attributes:
        raise ContractError("id or time is missing")
    return CloudEvent(attributes, data)


def _read(body: bytes) -> tuple[dict[str, Any], Any]:
    try:
        event = _FORMAT.read(_strict, body)
    except CloudEventValidationError as exc:
        raise ContractError(f"not a CloudEvent 1.0: {sorted(exc.errors)}") from exc
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as exc:
        # The SDK lets dateutil's own errors through; all of them mean the same here.
        raise ContractError(f"the body is not a CloudEvent in JSON ({type(exc).__name__})") from exc
    return dict(event.get_attributes()), event.get_data()
