"""Identifiers and the clock: the only places where randomness and time enter a service."""

from datetime import UTC, datetime

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 (RFC 9562), sortable by time."""
    return str(uuid_utils.uuid7())


def utc_now() -> datetime:
    """Now in UTC, in whole milliseconds: what MongoDB keeps of a time."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
