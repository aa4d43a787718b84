"""Days and moments as a notice writes them, in the time of Shanghai."""

from datetime import date, datetime

from services.notifications.domain.calendar import SHANGHAI


def day_text(day: date) -> str:
    """2026年2月20日"""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_of(moment: datetime) -> str:
    """2026年2月20日10:00"""
    local = moment.astimezone(SHANGHAI)
    return f"{day_text(local.date())}{local.hour:02}:{local.minute:02}"


def moment_text(text: str | None) -> str:
    """The same of a moment as events write it; empty for none."""
    return moment_of(datetime.fromisoformat(text)) if text else ""


def day_of_text(text: str | None) -> str:
    """The same of a day as events write it; empty for none."""
    return day_text(date.fromisoformat(text)) if text else ""
