"""Audit lines of reading, which wait a moment, so that nobody waits for the disk before a file shows."""

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from wor_tui.services.audit import Line
from wor_tui.vault.errors import VaultClosed, VaultError

logger = logging.getLogger(__name__)

AFTER_S = 1.0
"""So long a line waits at most before it is written; a process that is killed loses no more."""
AGAIN_S = 30.0
"""How long until the next try when the vault can't be written to."""


class WaitingLines:
    """Lines until they are written: with the next save, after `AFTER_S`, or at closing, whichever is first."""

    def __init__(self, write: Callable[[Sequence[Line]], None]) -> None:
        """`write` writes lines in a transaction of its own; it may raise a VaultError, and then they go on waiting."""
        self._write = write
        self._lines: list[Line] = []
        self._adding = threading.Lock()
        self._turn = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closing = False

    def add(self, line: Line) -> None:
        """Let a line wait."""
        with self._adding:
            self._lines.append(line)
            self._wake(AFTER_S)

    @contextmanager
    def taking(self) -> Generator[Sequence[Line]]:
        """The lines that wait now, for a transaction inside this block: unless it raises, they wait no more."""
        with self._turn:
            with self._adding:
                taken = tuple(self._lines)
            yield taken
            with self._adding:
                del self._lines[: len(taken)]

    def flush(self) -> None:
        """Write what waits, now; a vault that can't be written to is tried again later."""
        with self._adding:
            self._timer = None
        try:
            with self.taking() as lines:
                if lines:
                    self._write(lines)
        except VaultClosed:
            logger.warning("audit lines were left when the vault closed")
        except VaultError as error:
            logger.warning("audit lines wait: %s", error)
            with self._adding:
                self._wake(AGAIN_S)

    def close(self) -> None:
        """Write what waits, for the last time."""
        with self._adding:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self._closing = True
        self.flush()

    def _wake(self, after_s: float) -> None:
        if self._timer is None and not self._closing:
            self._timer = threading.Timer(after_s, self.flush)
            self._timer.daemon = True
            self._timer.start()
