"""A message made of one notice or of several that were gathered. It says what they say and nothing else."""

from collections.abc import Sequence

from services.notifications.domain.notice import Text

IN_FULL = 200
"""So many notices stand in one mail; of what is beyond that it tells the number."""
_LINE = "─" * 24


def compose(notices: Sequence[Text], total: int) -> Text:
    """The mail for `notices`, the first of `total`."""
    if total == 1:
        return notices[0]
    subject = f"{notices[0].subject} 等{total}条通知"
    parts = [f"共{total}条通知。"]
    for place, notice in enumerate(notices, 1):
        parts += [_LINE, f"({place}) {notice.subject}", "", notice.body.rstrip("\n")]
    if total > len(notices):
        parts += [_LINE, f"另有{total - len(notices)}条,请在系统收件箱中查看。"]
    return Text(subject, "\n".join(parts) + "\n")


_MORE = "……(全文请在系统收件箱中查看)"


def fit(text: str, longest: int, encoding: str | None = None) -> str:
    """The text, cut where a channel takes no more: `longest` characters, or bytes in an encoding."""

    def size(part: str) -> int:
        return len(part) if encoding is None else len(part.encode(encoding))

    if size(text) <= longest:
        return text
    room = longest - size(_MORE)
    if encoding is None:
        return text[:room] + _MORE
    return text.encode(encoding)[:room].decode(encoding, "ignore") + _MORE
