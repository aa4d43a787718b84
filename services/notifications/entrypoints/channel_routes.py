"""The routes of outside channels and the messages on them; a mixin of the api."""

from typing import Any

from services.notifications.application.operating import OperateChannel, ResendNotice
from services.notifications.entrypoints import channel_schemas as shapes
from services.notifications.entrypoints.schemas import NoticeAnswer
from shared.http import Answer, Listing, PageQuery, Request, http, listing

OPERATORS = {"office", "auditor", "admin"}


class ChannelRoutes:
    """Deliveries, channels, and what operators order."""

    app: Any

    @http(
        "GET",
        "/deliveries",
        roles=OPERATORS,
        query=shapes.DeliveriesQuery,
        answers={200: Listing(shapes.OutsideDeliveryAnswer)},
    )
    def list_deliveries(self, request: Request) -> Answer:
        """Messages on outside channels, newest first; `status=unknown` are those a person looks after"""
        return listing(*self.app.operators.deliveries(request.claims, **request.query))

    @http(
        "GET",
        "/channels",
        roles=OPERATORS,
        query=PageQuery,
        answers={200: Listing(shapes.ChannelStateAnswer)},
    )
    def list_channels(self, request: Request) -> Answer:
        """Every outside channel: whether it is set up, how it fares, how many messages wait"""
        return listing(*self.app.operators.channel_page(**request.query))

    @http("POST", "/channels/{kind}/pause", roles={"admin"}, answers={200: shapes.ChannelStateAnswer})
    def pause_channel(self, request: Request) -> Any:
        """Nothing leaves by it any more; what waits, waits"""
        return self.app.operating.pause(request.work, _operate(request))

    @http("POST", "/channels/{kind}/resume", roles={"admin"}, answers={200: shapes.ChannelStateAnswer})
    def resume_channel(self, request: Request) -> Any:
        """What waits leaves"""
        return self.app.operating.resume(request.work, _operate(request))

    @http(
        "POST",
        "/channels/{kind}/test",
        roles={"supervisor", "unit", "cadre", "office"},
        answers={200: shapes.OutsideDeliveryAnswer},
    )
    def test_channel(self, request: Request) -> Any:
        """A test message to oneself, by the address of one's own contact"""
        return self.app.operating.test(request.work, _operate(request))

    @http("POST", "/notices/{id}/resend", roles={"office"}, answers={200: NoticeAnswer})
    def resend_notice(self, request: Request) -> Any:
        """Send it once more on the channels where it failed, or where its end is unknown"""
        command = ResendNotice(request.path["id"], request.claims, request.require_version)
        return self.app.operating.resend(request.work, command)


def _operate(request: Request) -> OperateChannel:
    return OperateChannel(request.path["kind"], request.claims, request.require_version)
