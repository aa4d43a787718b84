"""What operators ask and order: messages on outside channels, the channels themselves, once more, a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.notifications.application import slices
from services.notifications.domain.channel import ChannelState
from services.notifications.domain.dispatch import Dispatch
from shared.contracts.claims import Claims

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilters:
    """Which messages; `within` the area of the recipients' contacts, `from_` and `to` by when they were begun."""

    within: str
    channel: str | None = None
    status: str | None = None
    recipient: str | None = None
    from_: datetime | None = None
    to: datetime | None = None


class DeliveryStore(Protocol):
    """Messages and channels as they were last committed."""

    def find(
        self, filters: DeliveryFilters, limit: int, cursor: str | None
    ) -> tuple[Sequence[Dispatch], str | None]: ...

    def states(self) -> Sequence[ChannelState]: ...

    def waiting(self, kind: str) -> int: ...


class DeliveryQueries:
    """One method for each question. `channels` are the kinds there are, each with whether it is set up."""

    def __init__(self, store: DeliveryStore, channels: Mapping[str, bool]) -> None:
        self._store = store
        self._channels = channels

    def deliveries(
        self, by: Claims, limit: int, cursor: str | None, **asked: Any
    ) -> tuple[list[Answer], str | None]:
        """Newest first. Who keeps the system running does not learn who is told."""
        filters = DeliveryFilters(within=by.area, from_=asked.pop("from"), **asked)
        found, following = self._store.find(filters, limit, cursor)
        return [delivery(one, by.role == "admin") for one in found], following

    def channels(self) -> list[Answer]:
        """Every channel and how it fares."""
        states = {one.kind: one for one in self._store.states()}
        return [self._channel(states.get(kind, ChannelState(kind))) for kind in self._channels]

    def channel_page(self, limit: int, cursor: str | None) -> tuple[list[Answer], str | None]:
        """One page of them."""
        return slices.of(self.channels(), limit, cursor)

    def health(self) -> dict[str, str]:
        """In one word each."""
        states = {one.kind: one for one in self._store.states()}
        return {
            kind: _health(states.get(kind, ChannelState(kind)), configured)
            for kind, configured in self._channels.items()
        }

    def _channel(self, state: ChannelState) -> Answer:
        return channel(state, self._channels[state.kind], self._store.waiting(state.kind))


def channel(state: ChannelState, configured: bool, waiting: int | None = None) -> Answer:
    """A channel as callers see it."""
    answer = {
        "id": state.kind,
        "kind": state.kind,
        "configured": configured,
        "health": _health(state, configured),
        "paused": state.paused,
        "paused_by": state.paused_by,
        "paused_at": state.paused_at,
        "fault": state.fault,
        "fault_since": state.fault_since,
        "version": state.version,
    }
    return answer if waiting is None else answer | {"waiting": waiting}


def delivery(dispatch: Dispatch, masked: bool) -> Answer:
    """A message as callers see it: never its address, nor what it says."""
    recipient = dispatch.recipient
    return {
        "id": dispatch.id,
        "channel": dispatch.channel,
        "recipient": f"{recipient[:1]}***" if masked else recipient,
        "kind": dispatch.kind.value,
        "status": dispatch.status.value,
        "notices": dispatch.notices,
        "attempts": dispatch.attempts,
        "last_error": dispatch.last_error,
        "provider_id": dispatch.provider_id,
        "due_at": None if dispatch.ended else dispatch.due_at,
        "at": dispatch.at or dispatch.opened_at,
        "version": dispatch.version,
        "created_at": dispatch.opened_at,
        "updated_at": dispatch.at or dispatch.opened_at,
    }


def _health(state: ChannelState, configured: bool) -> str:
    if not configured:
        return "off"
    if state.paused:
        return "paused"
    return "ok" if state.fault is None else "away"
