"""The county's table of outside channels (deploy/county/channels.yaml).

A file that cannot be used stops the start with its name and line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marshmallow import EXCLUDE, Schema, fields, validate

from services.notifications.domain.channel import WECOM_ROBOT, rule_of
from shared.contracts.datafiles import SourcedSchema, load
from shared.contracts.errors import DataFileError

CHANNELS_FILE = "channels.yaml"
RULES = ("email", "sms", "wecom", WECOM_ROBOT, "dingtalk", "webhook")
_SECONDS = validate.Range(1, 7 * 24 * 3600)
_DEFAULT_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """One row of the table."""

    kind: str
    per_minute: int | None
    retry_after: tuple[float, ...]
    connect_seconds: float
    read_seconds: float
    rest_seconds: float
    longest: int
    retry: frozenset[int]
    busy: frozenset[int]
    away: frozenset[int]

    @property
    def timeout(self) -> tuple[float, float]:
        """As `requests` wants it."""
        return self.connect_seconds, self.read_seconds


class ChannelRules:
    """The table, by kind of channel and address."""

    def __init__(self, rows: Mapping[str, ChannelRule]) -> None:
        self._rows = rows

    def of(self, name: str) -> ChannelRule:
        """The row of this name."""
        return self._rows[name]

    def per_minute(self, channel: str, address: str) -> int | None:
        """How many messages may leave in a minute by the lane of an address."""
        row = self._rows.get(rule_of(channel, address))
        return row.per_minute if row else None

    def retry_after(self, channel: str) -> Sequence[float]:
        """Seconds after each refusal for now."""
        row = self._rows.get(channel)
        return row.retry_after if row else ()


class _Codes(Schema):
    retry = fields.List(fields.Integer(strict=True), load_default=list)
    busy = fields.List(fields.Integer(strict=True), load_default=list)
    away = fields.List(fields.Integer(strict=True), load_default=list)


class _Row(SourcedSchema):
    kind = fields.String(required=True, validate=validate.OneOf(RULES))
    per_minute = fields.Integer(required=True, strict=True, allow_none=True, validate=validate.Range(1, 1000))
    retry_after = fields.List(fields.Float(validate=_SECONDS), required=True, validate=validate.Length(1, 20))
    # An attempt has to be over long before its lease is.
    connect_seconds = fields.Float(load_default=5.0, validate=validate.Range(0.1, 20))
    read_seconds = fields.Float(load_default=10.0, validate=validate.Range(0.1, 40))
    rest_seconds = fields.Float(load_default=60.0, validate=_SECONDS)
    longest = fields.Integer(
        load_default=_DEFAULT_LONGEST, strict=True, validate=validate.Range(70, _DEFAULT_LONGEST)
    )
    codes = fields.Nested(_Codes, load_default=lambda: {"retry": [], "busy": [], "away": []})


class _Table(Schema):
    class Meta:
        unknown = EXCLUDE

    channels = fields.List(fields.Nested(_Row), required=True)


def load_channels(folder: str | Path) -> ChannelRules:
    """channels.yaml.

    Raises:
        DataFileError: naming the file and what is wrong in it.
    """
    path = Path(folder) / CHANNELS_FILE
    rows = load(path, _Table())["channels"]
    kinds = [row["kind"] for row in rows]
    faults = [f"{kind}: has no row" for kind in RULES if kind not in kinds]
    faults += [f"{kind}: has two rows" for kind in sorted(set(kinds)) if kinds.count(kind) > 1]
    if faults:
        raise DataFileError(f"{path}: {'; '.join(faults)}")
    names = ("kind", "per_minute", "connect_seconds", "read_seconds", "rest_seconds", "longest")
    return ChannelRules(
        {
            row["kind"]: ChannelRule(
                **{name: row[name] for name in names},
                retry_after=tuple(row["retry_after"]),
                retry=frozenset(row["codes"]["retry"]),
                busy=frozenset(row["codes"]["busy"]),
                away=frozenset(row["codes"]["away"]),
            )
            for row in rows
        }
    )
