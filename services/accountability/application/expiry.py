"""Measures whose effect has ended."""

from datetime import datetime

from services.accountability.application.ports import Work


def expire(work: Work, measure_id: str, now: datetime) -> None:
    """Its effect has ended by itself, if it still stands."""
    measure = work.measures.get(measure_id)
    if measure is not None and measure.expire(now):
        work.measures.save(measure)
