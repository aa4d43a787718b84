"""The clock of a process: the real one, or one that tests move without anybody having to wait.

`DUZE_TEST_CLOCK_FILE` names a file with the seconds by which the clock is ahead; it is read at each look, so that
every process that is given the same file moves at once. Leases, tokens and the outbox keep to the real time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from shared.persistence.ids import utc_now


def clock(test_file: str | None) -> Callable[[], datetime]:
    """The clock to use; the real one without a file."""
    if not test_file:
        return utc_now
    path = Path(test_file)
    return lambda: utc_now() + _ahead(path)


def _ahead(path: Path) -> timedelta:
    """How far the file moves the clock; not at all while it is missing or empty."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return timedelta()
    return timedelta(seconds=float(text or 0))
