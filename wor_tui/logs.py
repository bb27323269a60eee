"""The log: in the vault's folder, rotating, with ids, codes and counts, and never anything about a person.

A message is a constant with `%s` places; what fills them is written only when it is a number, an id or a code. Errors
are written as their class and the lines they passed, without their text; what other libraries say, as where they said
it. So a careless line loses its detail, not somebody's privacy.
"""

import logging
import re
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from wor_tui.config import Logs
from wor_tui.paths import log_file, make_private

OWN = ("wor_tui", "sync")
"""The loggers whose messages are ours."""

QUIET = ("httpx", "httpcore", "sqlalchemy", "asyncio", "filelock")

_CODE = re.compile(r"[a-z0-9][a-z0-9_.:\-]{0,79}|[A-Z][A-Za-z]*(Error|Exception)|[0-9TZ:.\-]{8,30}")
HIDDEN = "…"


def start(home: Path, settings: Logs) -> logging.Handler:
    """Write the log of this process under `home`; a folder that can't be written to means no log, and no error."""
    file = log_file(home)
    handler: logging.Handler
    try:
        make_private(file.parent)
        handler = _File(file, settings)
        file.chmod(0o600)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(Formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    level = settings.level.upper()
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


def stop(handler: logging.Handler) -> None:
    """Write no more through `handler`, and close its file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


class _File(RotatingFileHandler):
    """The rotating file; trouble in writing it (a full disk) never reaches the screen."""

    def __init__(self, file: Path, settings: Logs) -> None:
        super().__init__(file, maxBytes=settings.kilobytes * 1024, backupCount=settings.copies, encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Lose the line: the default prints it with a traceback, across the screen."""


class Formatter(logging.Formatter):
    """One line a record, `2026-11-22T09:30:00Z INFO wor_tui.app message`, cleared of everything that isn't ours."""

    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the lines that an error passed under it."""
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        line = f"{moment} {record.levelname} {record.name} {self._message(record)}"
        if record.exc_info and record.exc_info[1]:
            line += "".join(f"\n    {step}" for step in path_of(record.exc_info[1]))
        return line

    def _message(self, record: logging.LogRecord) -> str:
        if record.name.partition(".")[0] not in OWN:
            return f"({record.filename}:{record.lineno})"
        arguments = record.args
        try:
            if isinstance(arguments, tuple):
                return str(record.msg) % tuple(_cleared(value) for value in arguments)
            if arguments:
                return str(record.msg) % {name: _cleared(value) for name, value in arguments.items()}
        except (TypeError, ValueError):
            return f"({record.filename}:{record.lineno})"
        return str(record.msg)


def path_of(error: BaseException) -> list[str]:
    """The class of an error and of each one behind it, with file, line and function; no texts."""
    steps: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        steps.append(f"{type(current).__module__}.{type(current).__qualname__}")
        steps.extend(_frames(current.__traceback__))
        current = current.__cause__ or current.__context__
    return steps


def _frames(passed: TracebackType | None) -> list[str]:
    return [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(passed)]


def _cleared(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    text = str(value)
    return text if _CODE.fullmatch(text) else HIDDEN
