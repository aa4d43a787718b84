"""The envelope of every event: CloudEvents 1.0, structured JSON (contract section 7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.contracts.errors import ContractError

CONTENT_TYPE = "application/cloudevents+json"
_FORMAT = JSONFormat()


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
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/{event.source}",
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "datacontenttype": "application/json",
        "dataschema": f"urn:duze:{event.type}",
        "sequence": event.sequence,
        "correlationid": event.correlationid,
    }
    if event.causationid is not None:
        attributes["causationid"] = event.causationid
    return _FORMAT.write(CloudEvent(attributes, event.data))


def decode(body: bytes) -> Event:
    """Read an event from the bytes that travelled.

    Raises:
        ContractError: the bytes are no CloudEvent of ours; the text names the first thing that is wrong.
    """
    attributes, data = _read(body)
    sequence = attributes.get("sequence")
    if isinstance(sequence, str) and sequence.isascii() and sequence.isdigit():
        sequence = int(sequence)
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 1:
        raise ContractError("sequence is not a whole number from 1")
    if not isinstance(data, dict):
        raise ContractError("data is not a JSON object")
    attributes.setdefault("correlationid", attributes.get("id"))
    texts = {name: attributes.get(name) for name in ("id", "source", "type", "subject", "correlationid")}
    for name, value in texts.items():
        if not isinstance(value, str) or not value or len(value) > 256:
            raise ContractError(f"{name} is not a text of 1 to 256 characters")
    time, causationid = attributes.get("time"), attributes.get("causationid")
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise ContractError("time is not a time with an offset")
    if causationid is not None and not isinstance(causationid, str):
        raise ContractError("causationid is not a text")
    return Event(
        id=str(texts["id"]),
        source=str(texts["source"]).removeprefix("/"),
        type=str(texts["type"]),
        subject=str(texts["subject"]),
        time=time,
        sequence=sequence,
        correlationid=str(texts["correlationid"]),
        causationid=causationid,
        data=data,
    )


def _strict(attributes: dict[str, Any], data: Any) -> CloudEvent:
    # The SDK invents an id and a time where they lack; an event without them is refused here instead.
    if "id" not in attributes or "time" not in attributes:
        raise ContractError("id or time is missing")
    return CloudEvent(attributes, data)


def _read(body: bytes) -> tuple[dict[str, Any], Any]:
    try:
        event = _FORMAT.read(_strict, body)
    except UnicodeDecodeError as exc:
        raise ContractError("the body is not UTF-8") from exc
    except CloudEventValidationError as exc:
        raise ContractError(f"not a CloudEvent 1.0: {sorted(exc.errors)}") from exc
    except RecursionError as exc:
        raise ContractError("the body is nested too deeply") from exc
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as exc:
        # The SDK lets json's and dateutil's own errors through; all of them mean the same here.
        raise ContractError(f"the body is not a CloudEvent in JSON ({type(exc).__name__})") from exc
    return dict(event.get_attributes()), event.get_data()
