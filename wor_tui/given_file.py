"""Reading a file that somebody named: it may be a pipe, a device without end, or a folder."""

import os
import select
import stat
from pathlib import Path

PATIENCE_S = 10.0
"""How long a named pipe may stay without anything in it."""


def start_of(path: Path, most: int) -> bytes:
    """The first `most` bytes (all, when there are fewer) of the file at `path`.

    A named pipe that nobody writes to is given up after `PATIENCE_S`. Raises OSError.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(most)


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for a writer, wait for one with a limit, and then read as any file is read."""
    unhurried = getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | unhurried)
    if unhurried:
        try:
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode) and not select.select([descriptor], [], [], PATIENCE_S)[0]:
                raise TimeoutError(path)
            os.set_blocking(descriptor, True)
        except OSError:
            os.close(descriptor)
            raise
    return descriptor
