"""Attempts to open the vault that failed: when they were, for the log inside, which can't be written to then.

The file lies outside the vault, so whoever can write to the folder can remove it. It says when, and nothing else.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

NAME = "vault.failed"
_MOST_BYTES = 64 * 1024
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def note(home: Path) -> None:
    """Note an attempt, now; a folder that can't be written to keeps nobody from trying again."""
    path = home / NAME
    with suppress(OSError):
        if not path.exists():
            path.touch(0o600)
        if path.stat().st_size < _MOST_BYTES:
            with path.open("a", encoding="ascii") as file:
                file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n")


def noted(home: Path) -> list[str]:
    """When the attempts were, as ISO text in UTC, the oldest first."""
    try:
        with (home / NAME).open(encoding="ascii", errors="replace") as file:
            return _MOMENT.findall(file.read(_MOST_BYTES + 100))
    except OSError:
        return []


def forget(home: Path) -> None:
    """They are in the log now."""
    with suppress(OSError):
        (home / NAME).unlink(missing_ok=True)
