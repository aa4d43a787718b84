"""Raw messages: what a broken or hostile publisher could put on the wire."""

from typing import Any
from urllib.parse import unquote, urlsplit

import amqp


class Wire:
    """A connection as the administrator, who may speak in anybody's name (the impersonator tag)."""

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        self._connection = amqp.Connection(
            host=f"{parts.hostname}:{parts.port}",
            userid=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            virtual_host=unquote(parts.path.lstrip("/")) or "/",
        )
        self._connection.connect()
        self._channel = self._connection.channel()

    def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        content_type: str = "application/cloudevents+json",
        user_id: str | None = None,
        **properties: Any,
    ) -> None:
        """Send one persistent message and wait until the broker has taken it."""
        message = amqp.Message(body, delivery_mode=2, content_type=content_type, **properties)
        if user_id is not None:
            message.properties["user_id"] = user_id
        self._channel.basic_publish_confirm(message, exchange=exchange, routing_key=routing_key)

    def depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        return int(self._channel.queue_declare(queue, passive=True).message_count)

    def close(self) -> None:
        self._connection.close()
