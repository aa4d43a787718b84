"""Logs: one JSON object a line on stdout, with known keys only, so that no body and no name can get in.

What our own code logs passes the list below. What libraries log passes as the text they wrote into their source,
with numbers filled in and everything else replaced by its type: their arguments hold messages, addresses, tokens.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

Fields = MutableMapping[str, Any]
ALLOWED = frozenset({
    "event", "level", "timestamp", "logger", "service", "role",
    "request_id", "correlationid", "causationid", "event_id", "reference",
    "method", "route", "status", "ms", "code", "error", "stack", "check",
    "type", "types", "outcome", "outcomes", "source", "sequence", "queue", "exchange", "reason", "attempt", "attempts",
    "count", "size", "bytes", "seconds", "wait", "batch", "pending", "confirmed", "nacked", "returned",
    "channel", "kind", "collection", "index", "port", "pid", "signal", "version", "file", "line", "step", "state",
    "applied", "duplicate", "stale", "ignored", "retried", "parked", "missing", "rule", "lease",
    "path", "action", "masked",
})  # fmt: skip
_LONGEST = 500
_NOISY = ("kombu", "amqp", "nameko", "pymongo", "eventlet", "werkzeug", "urllib3")


def set_up(service: str, role: str, level: str = "INFO") -> None:
    """Configure structlog and the standard library's logging for this process."""
    number = logging.getLevelNamesMapping()[level.upper()]
    last: list[Any] = [
        _stack,
        _allowed,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_type_of),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _process(service, role),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_LibraryFormatter(service, role))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in _NOISY:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(max(number, logging.WARNING))


class _LibraryFormatter(logging.Formatter):
    """A library's record as one of our lines."""

    def __init__(self, service: str, role: str) -> None:
        super().__init__()
        self._process = _process(service, role)

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "event": _template(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "exc_info": record.exc_info,
        }
        fields = dict(structlog.contextvars.merge_contextvars(None, "", fields))
        fields = dict(structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", fields))
        fields = dict(_allowed(None, "", _stack(None, "", self._process(None, "", fields))))
        return str(structlog.processors.JSONRenderer(ensure_ascii=False, default=_type_of)(None, "", fields))


def _template(record: logging.LogRecord) -> str:
    text = str(record.msg)
    if isinstance(record.msg, BaseException):
        return f"<{type(record.msg).__name__}>"
    if not record.args:
        return text[:_LONGEST]
    args = record.args if isinstance(record.args, tuple) else (record.args,)
    try:
        return (text % tuple(_plain(arg) for arg in args))[:_LONGEST]
    except (TypeError, ValueError, KeyError):
        # A named or a wrong placeholder: the text as it stands in the source.
        return text[:_LONGEST]


def _plain(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return f"<{type(value).__name__}>"


def _process(service: str, role: str) -> Any:
    def add(_logger: Any, _name: str, fields: Fields) -> Fields:
        fields["service"], fields["role"] = service, role
        return fields

    return add


def _stack(_logger: Any, _name: str, fields: Fields) -> Fields:
    """An exception as its class and the places in the code; its text may quote documents and is left out."""
    exc = fields.pop("exc_info", None)
    if exc is True:
        exc = sys.exc_info()[1]
    elif isinstance(exc, tuple):
        exc = exc[1]
    if isinstance(exc, BaseException):
        fields["error"] = _chain(exc)
        frames = traceback.extract_tb(exc.__traceback__)[-12:]
        fields["stack"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return fields


def _chain(exc: BaseException) -> str:
    names = [type(exc).__name__]
    while (cause := exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)) and len(
        names
    ) < 5:
        names.append(type(cause).__name__)
        exc = cause
    return " < ".join(names)


def _allowed(_logger: Any, _name: str, fields: Fields) -> Fields:
    unknown = [key for key in fields if key not in ALLOWED]
    for key in unknown:
        del fields[key]
    if unknown:
        # Seen in development: the key belongs on the list, or its value not into the log.
        fields["masked"] = len(unknown)
    return fields


def _type_of(value: Any) -> str:
    return f"<{type(value).__name__}>"
