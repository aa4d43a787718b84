"""What became of a notice outside of the inbox: the mail that left, or when it will leave."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

NEWEST = 50


def mail_of(notice: dict[str, Any], folder: Path, number: str) -> tuple[str, Path | None] | None:
    """(how it stands with the mail, the file the local sink made of it); None while it is on its way."""
    mails = [one for one in notice["deliveries"] if one["channel"] == "email"]
    if not mails:
        return "no mail address is known, the inbox has it", None
    (mail,) = mails
    match mail["status"]:
        case "sent":
            file = _filed(folder, notice["recipient"], number)
            # another mail server than the local sink files nothing here
            return ("email sent", file) if file or not folder.is_dir() else None
        case "pending" if mail["attempts"] == 0 and _is_later(mail):
            return f"email waits until {mail['due_at']}: gathered with what follows an earlier one", None
        case "failed" | "unknown":
            return f"email {mail['status']}: {mail['last_error']}", None
    return None


def _is_later(mail: dict[str, Any]) -> bool:
    """Put off on purpose: its time is well after the moment the notice was made."""
    if not mail["due_at"]:
        return False
    begun, due = datetime.fromisoformat(mail["at"]), datetime.fromisoformat(mail["due_at"])
    return (due - begun).total_seconds() > 5


def _filed(folder: Path, person: str, number: str) -> Path | None:
    """The newest mail to this person that names the finding."""
    newest = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:NEWEST]
    for file in newest:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if isinstance(message, EmailMessage) and person.lower() in str(message["to"]).lower():
            body = message.get_body(("plain", "html"))
            if number in str(message["subject"]) or (body is not None and number in body.get_content()):
                return file
    return None
