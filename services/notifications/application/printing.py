"""The printed notice: what it says, and its 送达回证 with what is known of the receipt and room for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.notifications.application import scope
from services.notifications.application.days import moment_of
from services.notifications.application.facts import CountyWords
from services.notifications.application.ports import Work
from services.notifications.domain import recipients
from services.notifications.domain.delivery import DeliveryStatus
from services.notifications.domain.notice import Notice
from services.notifications.domain.policy import INBOX
from shared.contracts.claims import Claims

ORDER, NOTICE, RECEIPT = "问题整改交办单", "通知", "送达回证"
NOTE = "签收仅表示收到,不代表认可。"
_CHANNELS = {
    INBOX: "系统收件箱",
    "email": "电子邮件",
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "webhook": "业务系统",
    "paper": "纸质",
}
_BLANK = "　　　　年　　月　　日　　时　　分"


@dataclass(frozen=True, slots=True)
class PrintedNotice:
    """One sheet for the notice, one for its receipt, whose rows are a word and what is known."""

    heading: str
    subject: str
    paragraphs: Sequence[str]
    receipt: Sequence[tuple[str, str]]


class NoticePrinter(Protocol):
    """Makes a file of it."""

    def render(self, printed: PrintedNotice) -> bytes: ...


class Printing:
    """Prints notices for whoever may read them."""

    def __init__(self, words: CountyWords, printer: NoticePrinter) -> None:
        self._words = words
        self._printer = printer

    def print(self, work: Work, notice_id: str, by: Claims) -> bytes:
        """The file; a notice that the caller may not read does not exist for him."""
        notice = scope.readable(work, notice_id, by)
        unit = notice.recipient.startswith(recipients.UNIT)
        lines = [line.strip() for line in notice.text.body.split("\n")]
        return self._printer.render(
            PrintedNotice(
                ORDER if unit and notice.about.finding else NOTICE,
                notice.text.subject,
                [line for line in lines if line],
                self._receipt(notice, self._name(work, notice.recipient)),
            )
        )

    def _name(self, work: Work, recipient: str) -> str:
        if recipients.is_person(recipient):
            return work.names.get(recipient) or recipient
        return self._words.name(recipient)

    def _receipt(self, notice: Notice, name: str) -> list[tuple[str, str]]:
        rows = [
            ("送达文书", notice.text.subject),
            ("受送达人", name),
            ("发出时间", moment_of(notice.queued_at)),
            ("送达方式", _ways(notice)),
            ("收到时间", moment_of(notice.signed_at) if notice.signed_at else _BLANK),
            ("受送达人签名", _signed(notice)),
        ]
        refusal = notice.refusal
        if refusal is not None:
            rows += [
                ("拒签时间", moment_of(refusal.at)),
                ("拒签事由", refusal.reason),
                ("见证人", "、".join(refusal.witnesses)),
            ]
        elif notice.signed_at is None:
            rows += [("拒签事由", ""), ("见证人(2人以上)", "")]
        calls = [f"{moment_of(one.at)},{one.by}致电,{one.answered_by}接听" for one in notice.calls]
        rows += [("电话记录", ";".join(calls))] if calls else []
        return [*rows, ("送达人签名", notice.paper.by if notice.paper else ""), ("备注", NOTE)]


def _ways(notice: Notice) -> str:
    sent = [one.channel for one in notice.deliveries if one.status is DeliveryStatus.SENT]
    if notice.paper is not None:
        sent.append("paper")
    return "、".join(_CHANNELS.get(one, one) for one in dict.fromkeys(sent))


def _signed(notice: Notice) -> str:
    if notice.refusal is not None:
        return "拒绝签收"
    if notice.signed_at is None:
        return ""
    if notice.paper is not None:
        return "已在纸质回证上签名"
    by_link = (notice.signed_by or "").startswith("link:")
    return "已通过签收链接确认" if by_link else "已在系统内签收"
