"""Each day's last hash: kept as an anchor, and mailed to the auditors, who hold it where no administrator reaches.

An anchor is made once for a day (its `_id`), the mail is sent until the server has taken it. A process that dies in
between has it sent once more, under the same Message-ID.
"""

import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog
from pymongo.errors import DuplicateKeyError

from shared.audit.chain import CHINA, Anchor
from shared.audit.storage import ANCHORS, MAILED, trail, trail_database
from shared.persistence.database import MongoDatabase
from shared.settings import ServiceSettings

log = structlog.get_logger("audit")

SECONDS = 10
_LOOKED_BACK = 30
Send = Callable[[EmailMessage], None]


class Anchors:
    """Makes and tells the anchors of one service."""

    def __init__(self, database: MongoDatabase, settings: ServiceSettings, send: Send | None = None) -> None:
        self._trail = trail(database)
        self._anchors = trail_database(database)[ANCHORS]
        self._mailed = database.collection(MAILED)
        self._settings = settings
        self._send = send or self._hand_over

    def turn(self, now: datetime) -> bool:
        """Make yesterday's anchor if there is none yet; mail what was not mailed."""
        self._anchor(now)
        if not self._settings.auditors_mail:
            return False
        lately = list(self._anchors.find(sort=[("_id", -1)], limit=_LOOKED_BACK))
        told = {row["_id"] for row in self._mailed.find({"_id": {"$in": [row["_id"] for row in lately]}})}
        for row in reversed(lately):
            if row["_id"] not in told and not self._mail(
                Anchor(row["_id"], row["position"], row["hash"]), now
            ):
                return False
        return False

    def _anchor(self, now: datetime) -> None:
        today = datetime.combine(now.astimezone(CHINA).date(), time(), CHINA)
        day = (today - timedelta(days=1)).date().isoformat()
        if self._anchors.find_one({"_id": day}) is not None:
            return
        before = {"chained_at": {"$lt": today.astimezone(UTC)}}
        last = self._trail.find_one(before, sort=[("position", -1)])
        if last is None:
            return
        anchor = {"_id": day, "position": last["position"], "hash": last["hash"], "at": now}
        try:
            self._anchors.insert_one(anchor)
        except DuplicateKeyError:
            log.info("another worker has made the anchor", day=day)

    def _mail(self, anchor: Anchor, now: datetime) -> bool:
        try:
            self._send(letter(self._settings, anchor, now))
        except (OSError, smtplib.SMTPException) as exc:
            log.warning("the auditors' mail waits for the mail server", error=type(exc).__name__)
            return False
        self._mailed.replace_one({"_id": anchor.day}, {"at": now}, upsert=True)
        return True

    def _hand_over(self, mail: EmailMessage) -> None:
        settings = self._settings
        with _server(settings) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(mail)


def _server(settings: ServiceSettings) -> smtplib.SMTP:
    where = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "ssl":
        return smtplib.SMTP_SSL(*where, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(*where, timeout=SECONDS)


def letter(settings: ServiceSettings, anchor: Anchor, now: datetime) -> EmailMessage:
    """What the auditors get; its first line is what `make verify-audit MAILS=` reads."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.smtp_from
    mail["To"] = ", ".join(settings.auditors_mail)
    mail["Subject"] = f"审计链日末校验值 {settings.service} {anchor.day}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<audit-{settings.service}-{anchor.day}@{settings.smtp_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        f"anchor {settings.service} {anchor.day} {anchor.position} {anchor.hash}\n\n"
        f"以上是 {settings.service} 服务审计链在 {anchor.day} 结束时最后一条记录的序号和校验值(SHA-256)。\n"
        "请妥善保存本邮件:核对审计记录时(make verify-audit MAILS=邮件目录)以此为准。\n",
        cte="base64",
    )
    return mail
