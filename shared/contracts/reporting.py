"""What the reporting service says. Its first event, the published bulletin, comes with publishing itself."""

from shared.contracts.fields import EventSchema

PRODUCER = "reporting"

SCHEMAS: dict[str, type[EventSchema]] = {}
