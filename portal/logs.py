"""Log lines: JSON, in UTC, one event each, with numbers of rows instead of names, addresses or links.

What is worth a line is decided where it happens (`structlog.get_logger`). Whatever looks like a person's detail or a
private link is struck out here, whoever wrote it.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

ROOT = Path(__file__).resolve().parent.parent
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""A database that does not answer, is busy, or has no room."""
TOLD_AGAIN = timedelta(hours=1)
_UNTOUCHED = frozenset({"timestamp", "level", "logger"})
_STRUCK_OUT = (
    # Letters in any alphabet may stand in an address.
    (re.compile(r"[^\s<>\"'@,;:()]+@[^\s<>\"'@,;:()]+"), "[email]"),
    # Tokens are 22 letters or more and never all small letters, as the names of our pages and events are.
    (re.compile(r"(?<![\w-])(?![a-z_]+(?![\w-]))[\w-]{22,}"), "[token]"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"), "[address]"),
    (re.compile(r"(?<![\w+])(?:\+|00)?\d[\d ()-]{8,}\d(?!\w)"), "[phone]"),
)


class StandardError(logging.Handler):
    """Writes each line to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a log that cannot be written must not stop the page it tells of."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


def init_app(app: Flask) -> None:
    """Write all lines of the process to standard error, ours and those of the libraries, in one form."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                frames_only,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ]
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, StandardError)] + [handler]
    root.setLevel(logging.INFO)
    # Alembic tells every step it takes, in the middle of what a person reads at the first start.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Flask would write the whole path, private link and all, and the values of SQL statements.
    changed: Any = app
    changed.log_exception = log_exception


def log_exception(exc_info: Any) -> None:
    """Write down a failure of our own code: which page and where in the code, but none of the values."""
    structlog.get_logger("portal").error("page_failed", page=page_name(), exc_info=exc_info)


def page_name() -> str:
    """The page that is being served, as its pattern ("/track/<token>"), never as its address."""
    return request.url_rule.rule if request and request.url_rule else "unknown"


def frames_only(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its kind and where it came from: its words may hold what people typed."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
    if error is not None:
        event["exception"] = type(error).__name__
        event["frames"] = [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ][-12:]
    return event


def in_words(error: Exception) -> str:
    """What went wrong, for a line of the log: the name of the error, never its words, and what it means if known."""
    name = type(error).__name__
    return f"the database does not answer or is busy ({name})" if isinstance(error, AWAY) else name


@dataclass
class Trouble:
    """One thing that goes wrong again and again, and whom it keeps from their work."""

    since: datetime
    told_at: datetime
    duties: set[str] = field(default_factory=set)


class Troubles:
    """What keeps duties from being done, told once when it begins, at most hourly while it lasts, and once it is over.

    A database that is away, or a disk that is full, is one trouble however many duties meet it.
    """

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.known: dict[str, Trouble] = {}

    def met(self, duty: str, error: Exception, now: datetime) -> None:
        """A duty has failed."""
        why = in_words(error)
        key = why if isinstance(error, AWAY) else f"{duty}: {why}"
        trouble = self.known.get(key)
        if trouble is None:
            trouble = self.known[key] = Trouble(now, now)
            self.log.warning("the duty %s failed: %s", duty, why)
        elif abs(now - trouble.told_at) >= TOLD_AGAIN:
            trouble.told_at = now
            self.log.warning(
                "the duty %s still fails, since %s: %s", duty, trouble.since.isoformat("T", "minutes"), why
            )
        trouble.duties.add(duty)

    def done(self, duty: str) -> None:
        """A duty was really done, and not only too early: what kept it is over, unless it keeps others."""
        for key, trouble in list(self.known.items()):
            trouble.duties.discard(duty)
            if not trouble.duties:
                del self.known[key]
                self.log.warning("it is over: %s, since %s", key, f"{trouble.since:%FT%RZ}")


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Strike out what looks like an address, a telephone number, a network address or a private link."""
    for name, value in event.items():
        if name not in _UNTOUCHED:
            event[name] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    """The same value without anybody's details; whatever is no simple value becomes text first."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _redacted(item) for key, item in value.items()}
    text = str(value)
    for pattern, word in _STRUCK_OUT:
        text = pattern.sub(word, text)
    return text


def _short(filename: str) -> str:
    """A file as it stands in the project."""
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
