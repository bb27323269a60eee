"""Starting the program anew after a lock, so that the process that knew the key is gone.

Python can't wipe a key from its memory. On Linux and macOS the process replaces itself (`exec`): the system throws its
whole memory away and the same start happens again, under the same process number. Windows has no such call, so there a
first process that never knows a key starts the program in a second one, and starts another after a lock.

From the one to the other goes only why it locked, in the environment.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.lock import Locked, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCKED, KEPT = "WOR_LOCKED", "WOR_KEPT"
"""The variables: why the program before this one locked; that another process starts this one anew."""
FIRST_CODE = 90
_CODES = [Locked(reason, lost) for lost in (False, True) for reason in Reason]
"""The exit codes from 90: how a program that is kept tells why it locked."""


def code_of(locked: Locked) -> int:
    """The exit code of a program that locked."""
    return FIRST_CODE + _CODES.index(locked)


def locked_of(code: int) -> Locked | None:
    """Why a program with this exit code locked; None when it didn't."""
    return _CODES[code - FIRST_CODE] if 0 <= code - FIRST_CODE < len(_CODES) else None


def taken() -> Locked | None:
    """Why the program before this one locked; asked once, so that nothing that is started from here reads it."""
    return Locked.read(os.environ.pop(LOCKED, ""))


def is_again() -> bool:
    """Whether this start only goes on with one before it: what the command line asks once isn't done again."""
    return LOCKED in os.environ or KEPT in os.environ


def is_to_be_kept() -> bool:
    """Whether a process that knows no key has to start the program; only where a process can't replace itself."""
    return sys.platform == "win32" and KEPT not in os.environ


def same_start() -> list[str]:
    """The command line that started this process: `wor …`, `python -m wor_tui …`, with every option."""
    return [sys.executable, *sys.orig_argv[1:]]


def keep(command: Sequence[str] | None = None) -> int:
    """Run the program in a process of its own, again after each lock; returns its exit code in the end."""
    import subprocess  # noqa: PLC0415 -- not needed where a process replaces itself

    environment = {**os.environ, KEPT: "1"}
    # Ctrl+C is the program's; who waits here must outlive it.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            code = subprocess.call(command or same_start(), env=environment)  # noqa: S603 -- our own program
            locked = locked_of(code)
            if locked is None:
                return code
            environment[LOCKED] = str(locked)
    finally:
        signal.signal(signal.SIGINT, before)


def leave(code: int) -> int:
    """Leave with this exit code; after a lock the program starts anew in place of this one, and nothing returns."""
    locked = locked_of(code)
    if locked is None or KEPT in os.environ:
        return code
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(sys.executable, same_start(), {**os.environ, LOCKED: str(locked)})  # noqa: S606 -- our own program
    except OSError:
        # The program was replaced or removed meanwhile: ending throws the memory away as well.
        sys.stderr.write(_("Het programma is vergrendeld en gestopt. Start het opnieuw.") + "\n")
        return 0
